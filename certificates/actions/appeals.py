"""Appeals and complaints about decisions: lodged by whom they concern, heard by people who took no part in them."""

import secrets
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse

from certificates.actions import applications, register, ties
from certificates.models import Appeal, AppealVote, Application
from certificates.models.applications import OPEN
from certificates.queries import appeals as queries
from certificates.queries import conflicts, schemes
from certificates.queries.appeals import UnknownAppeal
from certificates.rules import numbers
from certificates.rules.appeals import Absence, Finding
from certificates.rules.standing import Happening
from certificates.states import APPEAL, AppealKind, AppealState, CredentialState, ReinstatementReason
from lms.accounts import queries as people
from lms.audit import trail
from lms.db import clock
from lms.kit import panels
from lms.notifications import outbox
from lms.organisations import queries as organisations

PREFIXES: Final = {AppealKind.APPEAL: "A", AppealKind.COMPLAINT: "C"}


class NothingToAppeal(LookupError):
    """There is no decision or act about this person that could be appealed against."""


class TooLate(Exception):
    """The time to appeal is over."""


class LodgedAlready(Exception):
    """It is being heard, or was. Carries the `appeal`."""

    def __init__(self, appeal: Appeal) -> None:
        super().__init__(appeal.ticket)
        self.appeal = appeal


class NotOfThePanel(Exception):
    """This member may not hear it. Carries `absence`."""

    def __init__(self, absence: Absence) -> None:
        super().__init__(absence)
        self.absence = absence


class VotedAlready(Exception):
    """Each member of a panel votes once."""


def lodge(
    *,
    person_id: int,
    kind: str,
    text: str,
    application_uuid: UUID | None = None,
    number: str = "",
) -> Appeal:
    """Lodges an appeal or a complaint against the decision on one's own application, or against the latest
    suspension or withdrawal of one's own credential. The panel is told.

    Raises NothingToAppeal, TooLate (appeals only: a complaint has no last day) and LodgedAlready.
    """
    at = clock.now()
    with transaction.atomic():
        # The person's row is the lock: of two clicks at once the second finds what the first has lodged.
        get_user_model().objects.select_for_update(no_key=True).get(pk=person_id)
        against = queries.against(person_id=person_id, application_uuid=application_uuid, number=number)
        if against is None:
            raise NothingToAppeal
        begun = queries.lodged(against, kind=kind)
        if begun is not None:
            raise LodgedAlready(begun)
        if kind == AppealKind.APPEAL and at.date() > against.last_day:
            raise TooLate(against.last_day)
        appeal = Appeal.objects.create(
            ticket=_ticket(kind, at),
            kind=kind,
            person_id=person_id,
            decision=against.decision,
            event=against.event,
            text=text,
            needed=against.scheme.appeals["panel"],
            lodged_at=at,
            answer_by=at.date() + timedelta(days=against.scheme.appeals["answer_days"]),
        )
        _record("lodged", appeal, at, person_id)
        _tell_panel(appeal, at)
    return appeal


def withdraw(*, appeal_uuid: UUID, person_id: int) -> Appeal:
    """Takes one's own appeal back before it is decided. Raises UnknownAppeal, and IllegalMove."""
    at = clock.now()
    with transaction.atomic():
        appeal = _locked(appeal_uuid)
        if appeal.person_id != person_id:
            raise UnknownAppeal(appeal_uuid)
        appeal.state = AppealState(APPEAL.after(appeal.state, "withdraw"))
        appeal.decided_at = at
        appeal.save(update_fields=["state", "decided_at"])
        _record("withdrawn", appeal, at, person_id)
    return appeal


def vote(*, appeal_uuid: UUID, by_id: int, finding: Finding, reason: str) -> Appeal:
    """Puts down what a member of the panel finds. Where enough members agree it is decided, and who lodged it is
    told; an appeal that is upheld takes its effect at once:

    * against a refusal, or a lower level than asked for: the application is before the officers again, without
      the one who decided;
    * against a suspension: the credential is reinstated;
    * against a withdrawal, which is for ever: a new application for the level is before the officers.

    A complaint that is upheld changes no decision. Raises UnknownAppeal, NotOfThePanel, VotedAlready, and
    IllegalMove for what is decided or withdrawn.
    """
    at = clock.now()
    with transaction.atomic():
        appeal = _locked(appeal_uuid)
        ties.refresh(person_id=appeal.person_id)
        absence = queries.absence(appeal, member_id=by_id, on=at.date())
        if absence is not None:
            raise NotOfThePanel(absence)
        appeal.state = AppealState(APPEAL.after(appeal.state, "hear"))
        if appeal.votes.filter(by_id=by_id).exists():
            raise VotedAlready
        AppealVote.objects.create(
            appeal=appeal,
            by_id=by_id,
            finding=finding,
            reason=reason,
            looked_back_to=conflicts.look_back_to(at.date()),
            at=at,
        )
        found = [Finding(said) for said in appeal.votes.values_list("finding", flat=True)]
        agreed = panels.agreed(found, needed=appeal.needed)
        if agreed is not None:
            appeal.state = AppealState(APPEAL.after(appeal.state, agreed.value))
            appeal.decided_at = at
        appeal.save(update_fields=["state", "decided_at"])
        _record("voted", appeal, at, by_id)
        if agreed is not None:
            _record(str(appeal.state), appeal, at, by_id)
            _tell(appeal, appeal.person_id, f"certificates:{queries.OWN}", at)
            if agreed is Finding.UPHOLD and appeal.kind == AppealKind.APPEAL:
                _take_effect(appeal, at, by_id, reason)
    return appeal


def _take_effect(appeal: Appeal, at: datetime, by_id: int, reason: str) -> None:
    if appeal.event is None:
        application = Application.objects.get(decision=appeal.decision_id)
        level_id = application.asked_level_id or application.level_id
        _enter_again(appeal, application.version_id, level_id, at)
    elif appeal.event.kind == Happening.WITHDRAWN:
        credential = appeal.event.credential
        _enter_again(appeal, credential.editions.latest("number").version_id, credential.level_id, at)
    elif appeal.event.credential.state == CredentialState.SUSPENDED:
        register.reinstate(
            number=appeal.event.credential.number,
            officer_id=by_id,
            reason=ReinstatementReason.APPEAL_UPHELD,
            public_note="",
            use_key=f"appeal:{appeal.uuid}",
        )


def _enter_again(appeal: Appeal, version_id: int, level_id: int, at: datetime) -> None:
    scheme = schemes.version(version_id=version_id)
    level = next(level for level in scheme.levels if level.id == level_id)
    # One that the person has entered since is before the officers already.
    if not Application.objects.filter(person_id=appeal.person_id, level_id=level_id, state__in=OPEN).exists():
        applications.enter(person_id=appeal.person_id, scheme=scheme, level=level, at=at, after_id=appeal.pk)


def _locked(appeal_uuid: UUID) -> Appeal:
    rows = Appeal.objects.select_for_update(of=("self",)).select_related("event__credential")
    found = rows.filter(uuid=appeal_uuid).first()
    if found is None:
        raise UnknownAppeal(appeal_uuid)
    return found


def _ticket(kind: str, at: datetime) -> str:
    letters = "".join(secrets.choice(numbers.ALPHABET) for _ in range(6))
    return f"{PREFIXES[AppealKind(kind)]}-{at.year}-{letters}"


def _tell_panel(appeal: Appeal, at: datetime) -> None:
    for member_id in organisations.people_with(conflicts.HEAR):
        if queries.absence(appeal, member_id=member_id, on=at.date()) is None:
            _tell(appeal, member_id, "certificates:appeal_heard", at)
    _tell(appeal, appeal.person_id, f"certificates:{queries.OWN}", at)


def _tell(appeal: Appeal, person_id: int, page: str, at: datetime) -> None:
    card = people.card(person_id)
    outbox.put(
        "certificates.appeal",
        key=f"certificates.appeal:{appeal.uuid}:{appeal.state}:{person_id}",
        to=card.email,
        person_id=person_id,
        context={
            "name": card.display_name,
            "language": card.language,
            "own": person_id == appeal.person_id,
            "kind": str(appeal.kind),
            "ticket": appeal.ticket,
            "state": str(appeal.state),
            "answer_by": appeal.answer_by.isoformat(),
            "url": settings.PUBLIC_URL + reverse(page, args=[appeal.uuid]),
        },
        at=at,
    )


def _record(became: str, appeal: Appeal, at: datetime, by_id: int) -> None:
    """The trail is read by more people than may read the reasons, so it holds none."""
    trail.record(
        f"certificates.appeal.{became}",
        subject=f"certificates.appeal:{appeal.pk}",
        at=at,
        actor_id=by_id,
        facts={"ticket": appeal.ticket, "state": str(appeal.state)},
    )
