"""References: asked for by the applicant, answered by the referee over a signed link, without an account."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from certificates.actions import evidence
from certificates.models import Reference, Scheme
from certificates.rules import references as rules
from certificates.rules.references import Refusal, Relation
from certificates.states import REFERENCE, EvidenceKind, ReferenceState
from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock
from lms.notifications import outbox

SALT: Final = "certificates.reference"
LINK_LASTS: Final = timedelta(days=120)


class Refused(Exception):
    """This referee cannot be asked. Carries `refusal`."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


class UnknownReference(LookupError):
    """There is no such reference, or its link is not ours or has run out."""


@dataclass(frozen=True)
class Said:
    """What a referee says."""

    relation: Relation
    position: str
    known_since: int
    recommends: bool
    statement: str


def ask(*, person_id: int, scheme_key: str, name: str, email: str, relation: Relation) -> Reference:
    """Asks somebody for a reference: they get a signed link by e-mail.

    Raises Scheme.DoesNotExist and Refused; a second click finds the first one's request and is Refused as asked
    already.
    """
    at = clock.now()
    card = people.card(person_id)
    with transaction.atomic():
        scheme = Scheme.objects.select_for_update(no_key=True).get(key=scheme_key)
        rows = Reference.objects.filter(person_id=person_id)
        asked = rows.filter(scheme=scheme).exclude(state=ReferenceState.CANCELLED)
        refusal = rules.refusal(
            relation=relation,
            address=email,
            own=people.addresses_of(person_id),
            asked=list(asked.values_list("email", flat=True)),
            # What was taken back counts too: else one could write to strangers without end.
            waiting=rows.exclude(state=ReferenceState.GIVEN).filter(asked_at__gt=at - LINK_LASTS).count(),
        )
        if refusal is not None:
            raise Refused(refusal)
        row = Reference.objects.create(
            person_id=person_id,
            scheme=scheme,
            name=name,
            email=email,
            email_folded=rules.folded(email),
            relation=relation,
            asked_at=at,
        )
        _record("asked", row, person_id)
        outbox.put(
            "certificates.reference-asked",
            key=f"certificates.reference:{row.uuid}",
            to=email,
            person_id=None,
            context={
                "referee": name,
                "name": card.printed_name,
                "scheme": scheme.title,
                "until": (at + LINK_LASTS).date().isoformat(),
                "url": settings.PUBLIC_URL + reverse("certificates:reference", args=[token(row)]),
            },
            at=at,
        )
    return row


def cancel(*, reference_uuid: UUID, person_id: int) -> None:
    """Takes a request back: its link no longer works. Raises UnknownReference, and IllegalMove once answered."""
    with transaction.atomic():
        row = Reference.objects.select_for_update().filter(uuid=reference_uuid, person_id=person_id).first()
        if row is None:
            raise UnknownReference(reference_uuid)
        row.state = ReferenceState(REFERENCE.after(row.state, "cancel"))
        row.save(update_fields=["state"])
        _record("cancelled", row, person_id)


def give(*, signed: str, said: Said) -> Reference:
    """Puts down what a referee says. One who recommends, and is no subordinate or relative, is evidence.

    Raises UnknownReference, and IllegalMove for one that is answered or taken back.
    """
    at = clock.now()
    with transaction.atomic():
        row = _locked(signed)
        row.state = ReferenceState(
            REFERENCE.after(row.state, "bar" if said.relation in rules.REFUSED else "give")
        )
        row.answered_at, row.said_relation = at, said.relation
        row.position, row.known_since = said.position, said.known_since
        row.recommends, row.statement = said.recommends, said.statement
        row.save(
            update_fields=[
                "state",
                "answered_at",
                "said_relation",
                "position",
                "known_since",
                "recommends",
                "statement",
            ]
        )
        _record(str(row.state), row, None)
        if row.state == ReferenceState.GIVEN and said.recommends:
            evidence.take(
                source=f"certificates.reference:{row.uuid}",
                person_id=row.person_id,
                kind=EvidenceKind.REFERENCES,
                scheme_key=row.scheme.key,
                facts={"relation": said.relation.value},
                occurred_on=at.date(),
                assessed_by_id=None,
            )
    return row


def decline(*, signed: str) -> Reference:
    """A referee does not want to say anything; the applicant sees that they declined. Raises as `give` does."""
    with transaction.atomic():
        row = _locked(signed)
        row.state = ReferenceState(REFERENCE.after(row.state, "decline"))
        row.answered_at = clock.now()
        row.save(update_fields=["state", "answered_at"])
        _record("declined", row, None)
    return row


def token(row: Reference) -> str:
    """What the link to a reference carries: its uuid, signed."""
    return signing.Signer(salt=SALT).sign(str(row.uuid))


def uuid_of(signed: str) -> UUID:
    """The uuid in a signed link. Raises UnknownReference."""
    try:
        return UUID(signing.Signer(salt=SALT).unsign(signed))
    except (signing.BadSignature, ValueError):
        raise UnknownReference from None


def _locked(signed: str) -> Reference:
    rows = Reference.objects.select_for_update(of=("self",)).select_related("scheme")
    row = rows.filter(uuid=uuid_of(signed), asked_at__gt=clock.now() - LINK_LASTS).first()
    if row is None:
        raise UnknownReference
    return row


def _record(became: str, row: Reference, actor_id: int | None) -> None:
    trail.record(
        f"certificates.reference.{became}",
        subject=f"certificates.reference:{row.pk}",
        at=clock.now(),
        actor_id=actor_id,
        facts={"person": row.person_id},
    )
