"""Reissuing a certificate: under a corrected name, or for a smaller scope. Both supersede what they correct."""

from datetime import datetime
from typing import IO

from django.db import transaction

from certificates.actions import editions, files, register
from certificates.models import Credential, CredentialEvent, Edition, NameRequest
from certificates.rules.standing import Happening
from certificates.states import CREDENTIAL, NAME_REQUEST, EditionKind, NameRequestState
from lms.accounts.actions import people
from lms.audit import trail
from lms.db import clock


class NothingChanges(Exception):
    """The certificate says this already."""


class AlreadyAsked(Exception):
    """A request for a corrected name is being decided."""


class NothingStands(Exception):
    """There is no certificate to reissue: it was withdrawn, has expired, or its personal data was erased."""


def ask_for_name(
    *, number: str, holder_id: int, name: str, reason: str, evidence: IO[bytes], file_name: str
) -> NameRequest:
    """The holder asks for a certificate under another name, with a document that shows it.

    Raises Credential.DoesNotExist for anybody else's number, NothingStands, NothingChanges, AlreadyAsked
    and filetypes.NoEvidence.
    """
    at = clock.now()
    name = " ".join(name.split())
    with transaction.atomic():
        credential = Credential.objects.select_for_update(of=("self",)).get(
            number=number, holder_id=holder_id
        )
        if all(edition.holder_name == name for edition in _standing(credential, at)):
            raise NothingChanges(name)
        if credential.name_requests.filter(state=NameRequestState.ASKED).exists():
            raise AlreadyAsked(number)
        request = NameRequest.objects.create(
            credential=credential,
            name=name,
            reason=reason,
            evidence=files.keep(evidence, name=file_name, at=at),
            asked_at=at,
        )
        _trace("asked", request, at, holder_id)
    return request


def grant_name(*, uuid: str, officer_id: int) -> None:
    """Reissues the certificate under the name that was asked for; the old document is superseded, and later certificates
    carry the new name too.

    Done once: a second click does nothing. Raises NameRequest.DoesNotExist, register.Conflicted, NothingStands,
    and IllegalMove when it was refused.
    """
    at = clock.now()
    with transaction.atomic():
        request = _locked_request(uuid, officer_id)
        if request.state == NameRequestState.GRANTED:
            return
        _decide(request, "grant", at, officer_id)
        people.take_name(person_id=request.credential.holder_id, name=request.name, actor_id=officer_id)
        for edition in _standing(request.credential, at):
            _replace(
                edition,
                EditionKind.CORRECTION,
                Happening.NAME_CORRECTED,
                name=request.name,
                scope=edition.facts["scope"],
                key=f"name:{request.uuid}",
                at=at,
                actor_id=officer_id,
                reason=request.reason,
                public_note="",
            )


def refuse_name(*, uuid: str, officer_id: int) -> None:
    """Refuses a request for a corrected name; the holder may ask again. Raises as `grant_name` does."""
    at = clock.now()
    with transaction.atomic():
        request = _locked_request(uuid, officer_id)
        if request.state != NameRequestState.REFUSED:
            _decide(request, "refuse", at, officer_id)


def reduce_scope(
    *, number: str, officer_id: int, scope: str, reason: str, public_note: str, use_key: str
) -> None:
    """Reissues the certificate for a smaller scope; the old document is superseded, the dates stay.

    A form sent twice does it once. Raises Credential.DoesNotExist, register.Conflicted, NothingStands and
    NothingChanges.
    """
    at = clock.now()
    scope = " ".join(scope.split())
    with transaction.atomic():
        credential = Credential.objects.select_for_update(of=("self",)).get(number=number)
        if CredentialEvent.objects.filter(
            credential=credential, key__startswith=f"scope:{use_key}:"
        ).exists():
            return
        register.keep_out(credential, officer_id)
        standing = _standing(credential, at)
        if all(edition.facts["scope"] == scope for edition in standing):
            raise NothingChanges(scope)
        for edition in standing:
            _replace(
                edition,
                EditionKind.REDUCTION,
                Happening.SCOPE_REDUCED,
                name=edition.holder_name,
                scope=scope,
                key=f"scope:{use_key}",
                at=at,
                actor_id=officer_id,
                reason=reason,
                public_note=public_note,
            )


def _standing(credential: Credential, at: datetime) -> list[Edition]:
    """What stands to be reissued: the edition that is valid by its dates, and one made ahead for after it."""
    rows = credential.editions.filter(
        corrected_by__isnull=True, particulars__isnull=False, expires_on__gte=at.date()
    )
    found = list(rows.select_related("particulars", "credential").order_by("begins_on"))
    if CREDENTIAL.final(credential.state) or not found:
        raise NothingStands(credential.number)
    return found


def _replace(
    edition: Edition,
    kind: EditionKind,
    happening: Happening,
    *,
    name: str,
    scope: str,
    key: str,
    at: datetime,
    actor_id: int,
    reason: str,
    public_note: str,
) -> None:
    fresh = editions.corrected(edition, kind=kind, name=name, scope=scope, at=at)
    CredentialEvent.objects.create(
        credential=edition.credential,
        edition=edition,
        kind=Happening.SUPERSEDED.value,
        key=f"superseded:{edition.number}",
        effective_at=at,
        recorded_at=at,
        actor_id=actor_id,
    )
    editions.issue(
        fresh,
        happening,
        key=f"{key}:{edition.number}",
        at=at,
        actor_id=actor_id,
        reason=reason,
        public_note=public_note,
        facts={"supersedes": edition.number},
    )


def _locked_request(uuid: str, officer_id: int) -> NameRequest:
    # The credential first, as everywhere: two acts that wait for one another would wait for ever.
    number = NameRequest.objects.values_list("credential__number", flat=True).get(uuid=uuid)
    credential = Credential.objects.select_for_update(of=("self",)).get(number=number)
    request = NameRequest.objects.select_for_update(of=("self",)).get(uuid=uuid)
    request.credential = credential
    register.keep_out(credential, officer_id)
    return request


def _decide(request: NameRequest, event: str, at: datetime, officer_id: int) -> None:
    request.state = NAME_REQUEST.after(request.state, event)
    request.decided_by_id, request.decided_at = officer_id, at
    request.save(update_fields=["state", "decided_by", "decided_at"])
    _trace(request.state, request, at, officer_id)


def _trace(what: str, request: NameRequest, at: datetime, actor_id: int) -> None:
    trail.record(
        f"certificates.name_request.{what}",
        subject=f"certificates.name_request:{request.pk}",
        at=at,
        actor_id=actor_id,
        facts={"number": request.credential.number, "evidence": request.evidence.digest},
    )
