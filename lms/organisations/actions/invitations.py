"""Inviting people: by e-mail, by a link, by a list, or by their address in a domain of the organisation."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation

from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock
from lms.notifications import outbox
from lms.organisations.actions import memberships
from lms.organisations.models import Acceptance, Domain, Invitation, Membership, Organisation
from lms.organisations.rules import invited, roles
from lms.organisations.rules.invited import Answer, Row
from lms.organisations.states import INVITATION, InvitationState, Role

LETTER_DAYS = 14


class NoLongerOpen(Exception):
    """The invitation was used up or withdrawn, or its time is over."""


class ForAnother(Exception):
    """The invitation was written to an address that this person has not shown to be theirs. Carries `email`."""

    def __init__(self, email: str) -> None:
        super().__init__(email)
        self.email = email


class NoSuchDomain(Exception):
    """No domain of this organisation lets this person join."""


@dataclass(frozen=True)
class Told:
    """What became of one row of a list."""

    row: Row
    answer: Answer


def by_email(*, organisation_id: UUID, email: str, role: str, actor_id: int) -> Answer:
    """Writes to one address; says what became of it. Whoever was invited already gets the letter once more, with a new link."""
    return by_list(organisation_id=organisation_id, rows=[Row(1, email, role)], actor_id=actor_id)[0].answer


def by_list(*, organisation_id: UUID, rows: Sequence[Row], actor_id: int) -> list[Told]:
    """Invites everybody on a list whose row is good; each row gets its answer. A bad row holds up no other one."""
    at = clock.now()
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
        may = _may_give(organisation, actor_id)
        here = Membership.objects.filter(organisation_id=organisation_id).values_list("person__email", "role")
        held = frozenset((email.lower(), role) for email, role in here)
        answers = invited.judge(rows, may_give=may, held=held)
        good = [told for told in zip(rows, answers, strict=True) if told[1] == Answer.INVITED]
        _withdraw_former(organisation, good, at)
        for row, _ in good:
            _write_to(organisation, invited.tidy(row.email), row.role, actor_id, at)
    return [Told(row, answer) for row, answer in zip(rows, answers, strict=True)]


def by_link(
    *, organisation_id: UUID, role: str, uses: int, days: int, actor_id: int
) -> tuple[Invitation, str]:
    """A link that so many people may use until it expires: the invitation, and the address, which is told this once.

    Raises memberships.NotYours, and for a role with an office too: such a role is given to somebody one knows.
    """
    at = clock.now()
    with transaction.atomic():
        organisation = Organisation.objects.select_for_update().get(pk=organisation_id)
        if role not in _may_give(organisation, actor_id) or roles.need_second_factor([role]):
            raise memberships.NotYours(role)
        secret = secrets.token_urlsafe(24)
        row = _made(organisation, role, secret, actor_id, at, uses=uses, days=days)
    return row, settings.PUBLIC_URL + reverse("organisations:invitation", args=[secret])


def withdraw(*, organisation_id: UUID, uuid: UUID, actor_id: int) -> None:
    """The link leads nowhere from now on. Raises Invitation.DoesNotExist and IllegalMove."""
    at = clock.now()
    with transaction.atomic():
        row = Invitation.objects.select_for_update().get(organisation_id=organisation_id, uuid=uuid)
        _move(row, "withdraw")
        _trace("withdrawn", row, at, actor_id)


def accept(*, secret: str, person_id: int) -> str:
    """Takes a person in by the secret of a link; returns the organisation's short name. Done again it does nothing more.

    Raises NoLongerOpen (also for an unknown secret, and for an office that whoever invited may give no more), ForAnother and memberships.ConflictOfRoles.
    """
    at = clock.now()
    with transaction.atomic():
        row = _locked(secret)
        if row.acceptances.filter(person_id=person_id).exists():
            return row.organisation.slug
        if row.state != InvitationState.OPEN or row.expires_at <= at:
            raise NoLongerOpen(row.uuid)
        if row.email and row.email.lower() not in people.verified_addresses_of(person_id):
            raise ForAnother(row.email)
        # An office is given by somebody who still may: not by who was dismissed since, nor under a hat that was taken off.
        if row.role != Role.MEMBER and row.role not in _may_give(row.organisation, row.made_by_id):
            raise NoLongerOpen(row.uuid)
        memberships.appoint(
            person_id=person_id, organisation_id=row.organisation_id, role=row.role, actor_id=row.made_by_id
        )
        Acceptance.objects.create(invitation=row, person_id=person_id, at=at)
        row.used += 1
        row.save(update_fields=["used"])
        if row.used == row.uses:
            _move(row, "use_up")
        _trace("accepted", row, at, person_id)
    return row.organisation.slug


def join_by_domain(*, organisation_id: UUID, person_id: int) -> None:
    """A member by an address in a domain that the organisation has shown to be its own and opened. Raises NoSuchDomain."""
    addresses = people.verified_addresses_of(person_id)
    names = {address.rpartition("@")[2] for address in addresses}
    with transaction.atomic():
        if not Domain.objects.filter(organisation_id=organisation_id, joins=True, name__in=names).exists():
            raise NoSuchDomain(organisation_id)
        memberships.appoint(
            person_id=person_id, organisation_id=organisation_id, role="member", actor_id=person_id
        )


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _locked(secret: str) -> Invitation:
    found = Invitation.objects.select_for_update(of=("self",)).select_related("organisation")
    row = found.filter(digest=digest(secret)).first()
    if row is None:
        raise NoLongerOpen
    return row


def _may_give(organisation: Organisation, actor_id: int) -> frozenset[str]:
    hats = roles.Hats(organisation.is_provider, organisation.is_certification_body, organisation.is_employer)
    return memberships.may_give(organisation.id, actor_id) & roles.possible_under(hats)


def _withdraw_former(organisation: Organisation, good: list[tuple[Row, Answer]], at: datetime) -> None:
    for row, _ in good:
        former = organisation.invitations.filter(
            email=invited.tidy(row.email), role=row.role, state=InvitationState.OPEN
        )
        for one in former:
            _move(one, "withdraw")


def _write_to(organisation: Organisation, email: str, role: str, actor_id: int, at: datetime) -> None:
    secret = secrets.token_urlsafe(24)
    row = _made(organisation, role, secret, actor_id, at, email=email, days=LETTER_DAYS)
    known = people.by_email(email)
    with translation.override(known.language if known else settings.LANGUAGE_CODE):
        said = str(row.get_role_display())
    outbox.put(
        "organisations.invitation",
        key=f"organisations.invitation:{row.uuid}",
        to=email,
        person_id=known.id if known else None,
        context={
            "organisation": organisation.name,
            "role": said,
            "days": LETTER_DAYS,
            "url": settings.PUBLIC_URL + reverse("organisations:invitation", args=[secret]),
        },
        at=at,
    )


def _made(
    organisation: Organisation,
    role: str,
    secret: str,
    actor_id: int,
    at: datetime,
    *,
    email: str = "",
    uses: int = 1,
    days: int,
) -> Invitation:
    row = Invitation.objects.create(
        organisation=organisation,
        role=role,
        email=email,
        digest=digest(secret),
        uses=uses,
        made_at=at,
        expires_at=at + timedelta(days=days),
        made_by_id=actor_id,
    )
    _trace("made", row, at, actor_id)
    return row


def _move(row: Invitation, event: str) -> None:
    row.state = INVITATION.after(row.state, event)
    row.save(update_fields=["state"])


def _trace(what: str, row: Invitation, at: datetime, actor_id: int) -> None:
    trail.record(
        f"organisations.invitation.{what}",
        subject=f"organisations.invitation:{row.uuid}",
        at=at,
        actor_id=actor_id,
        organisation_id=row.organisation_id,
        facts={"role": row.role},
    )
