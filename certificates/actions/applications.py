"""Applying for a level, and what passes between applicant and officer until it is decided."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from certificates.actions import decisions, dues, ties, timeline
from certificates.models import Application, Credential, Level
from certificates.models.applications import ANSWERING, OPEN
from certificates.queries import credentials, proofs, schemes
from certificates.queries import dues as dues_of
from certificates.queries.schemes import LevelView, SchemeView
from certificates.rules.eligibility import WAIVABLE, Missing
from certificates.states import APPLICATION, CredentialState
from lms.accounts import queries as people
from lms.db import clock


class NotOpen(Exception):
    """There is no such level."""


class RequirementsMissing(Exception):
    """Something that the level asks for is not proven. Carries `missing`, the codes."""

    def __init__(self, missing: tuple[Missing, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class NameMissing(Exception):
    """The account has no name yet that a certificate could carry."""


class AlreadyHeld(Exception):
    """The person holds this level already. Carries the `number`."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


class NotLower(Exception):
    """What is offered has to be a lower level of the scheme that is reached and not held."""


class TooLate(Exception):
    """The time to answer is over."""


def apply(*, person_id: int, scheme_key: str, level_key: str) -> int:
    """Enters an application and returns its id.

    Its fee is asked for, and what the applicant bought ahead pays it. Where the rule of the scheme decides
    (`decisions.goes_by_rule`) and no fee is due, it does so in the same transaction, so that the credential stands in the
    register when this returns. Else it goes before the awarding officers: exam and code of ethics have to be proven
    by then, and what else is missing is for them to ask for. An application that is open for the level already is
    returned as it is. While one version of the scheme follows another, the applicant is judged by the one that
    grants. Raises NotOpen, AlreadyHeld (a second click finds what the first one made), NameMissing and
    RequirementsMissing.
    """
    at = clock.now()
    open_to = _open_to(person_id, scheme_key, level_key, at.date())
    level = open_to[0][1]
    with transaction.atomic():
        # Two clicks at once meet here: the second waits, and then sees what the first one made.
        Level.objects.select_for_update(no_key=True).get(pk=level.id)
        held = Credential.objects.filter(holder_id=person_id, level_id=level.id)
        lapsed = credentials.lapsed(person_id=person_id, level_id=level.id, on=at.date())
        for number in held.exclude(state=CredentialState.WITHDRAWN).values_list("number", flat=True):
            if lapsed is None:
                raise AlreadyHeld(number)
        begun = Application.objects.filter(person_id=person_id, level_id=level.id, state__in=OPEN).first()
        if begun:
            return begun.pk
        card = people.card(person_id)
        if card.printed_name == card.email:
            raise NameMissing(person_id)
        scheme, level = _best(open_to, person_id, at.date())
        application = enter(person_id=person_id, scheme=scheme, level=level, at=at)
        if decisions.goes_by_rule(application, scheme, level) and dues_of.stands_paid(application):
            decisions.decide(application_id=application.pk)
    return application.pk


def enter(
    *, person_id: int, scheme: SchemeView, level: LevelView, at: datetime, after_id: int | None = None
) -> Application:
    """Puts an application down, inside the caller's transaction; `after_id` is the appeal that led to it."""
    application = Application.objects.create(
        person_id=person_id,
        level_id=level.id,
        version_id=scheme.version_id,
        submitted_at=at,
        after_id=after_id,
    )
    by_officer = not decisions.goes_by_rule(application, scheme, level)
    if by_officer:
        ties.refresh(person_id=person_id)
    timeline.note(application, "submit", before="", at=at, actor_id=person_id, told=by_officer)
    dues.ask(application)
    return application


def ask(*, application_uuid: UUID, officer_id: int, note: str) -> Application:
    """Asks the applicant for what is missing; they answer within the scheme's days, or it lapses.

    Raises UnknownApplication, Conflicted, and IllegalMove for one that does not wait for an officer.
    """
    return _turn(application_uuid, officer_id, "ask", note)


def offer(*, application_uuid: UUID, officer_id: int, level_key: str, note: str) -> Application:
    """Offers a lower level that is reached. Accepted in time it is granted by this officer's decision.

    Raises UnknownApplication, Conflicted, NotLower, and IllegalMove for one that does not wait for an officer.
    """
    return _turn(application_uuid, officer_id, "offer", note, level_key)


def answer(*, application_uuid: UUID, person_id: int, note: str) -> Application:
    """The applicant answers; it goes back before the officers. Raises UnknownApplication, TooLate, IllegalMove."""
    with transaction.atomic():
        application, at = _own(application_uuid, person_id)
        _move(application, "answer", at=at, actor_id=person_id, note=note)
    return application


def decline(*, application_uuid: UUID, person_id: int) -> Application:
    """The applicant declines the offer; it goes back before the officers. Raises as `answer` does."""
    with transaction.atomic():
        application, at = _own(application_uuid, person_id)
        _move(application, "decline", at=at, actor_id=person_id)
    return application


def accept(*, application_uuid: UUID, person_id: int) -> Application:
    """The applicant accepts the offer: the lower level is granted, as the officer who offered it decided.

    That is looked at once more: raises NotLower where it is no longer reached, FeeUnpaid, Conflicted where the officer has a
    conflict by now; and what `answer` raises.
    """
    with transaction.atomic():
        application, at = _own(application_uuid, person_id)
        decisions.hold_the_fee(application)
        before = application.state
        application.state = APPLICATION.after(before, "accept")
        scheme = schemes.version(version_id=application.version_id)
        level = next(level for level in scheme.levels if level.id == application.offered_level_id)
        evidence = proofs.of(person_id=person_id, scheme_key=scheme.key)
        said = proofs.verdict(evidence=evidence, scheme=scheme, level=level, on=at.date())
        if not said.granted or decisions.holds(person_id, level.id):
            raise NotLower(level.key)
        since = decisions.looked_back(application, application.offered_by_id or 0, at.date())
        application.asked_level_id, application.level_id = application.level_id, level.id
        decisions.conclude(
            application,
            said,
            evidence,
            event="accept",
            before=before,
            officer_id=application.offered_by_id,
            since=since,
            at=at,
        )
    return application


def withdraw(*, application_uuid: UUID, person_id: int) -> Application:
    """The applicant takes the application back. Raises UnknownApplication, IllegalMove."""
    with transaction.atomic():
        application, at = _own(application_uuid, person_id, in_time=False)
        _move(application, "withdraw", at=at, actor_id=person_id)
    return application


def lapse_overdue() -> None:
    """Lets lapse what its applicant did not answer by the last day, each once, one transaction for each."""
    today = clock.today()
    overdue = Application.objects.filter(state__in=ANSWERING, answer_by__lt=today)
    for application_id in list(overdue.values_list("pk", flat=True)):
        with transaction.atomic():
            application = decisions.locked(Application.objects.filter(pk=application_id))
            # Answered in the meantime, or lapsed by another worker.
            if application.state in ANSWERING and application.answer_by and application.answer_by < today:
                _move(application, "lapse", at=clock.now(), actor_id=None)


def _open_to(
    person_id: int, scheme_key: str, level_key: str, on: date
) -> Sequence[tuple[SchemeView, LevelView]]:
    begun_on = proofs.begun_on(person_id=person_id, scheme_key=scheme_key)
    found = schemes.open_to(key=scheme_key, begun_on=begun_on, on=on)
    levels = [(scheme, scheme.level(level_key)) for scheme in found]
    usable = [(scheme, level) for scheme, level in levels if level is not None]
    if not usable:
        raise NotOpen(f"{scheme_key} {level_key}")
    return usable


def _best(
    open_to: Sequence[tuple[SchemeView, LevelView]], person_id: int, on: date
) -> tuple[SchemeView, LevelView]:
    """The version that grants, or else the newest for which an application may be entered."""
    evidence = proofs.of(person_id=person_id, scheme_key=open_to[0][0].key)
    said = [
        (scheme, level, proofs.verdict(evidence=evidence, scheme=scheme, level=level, on=on))
        for scheme, level in open_to
    ]
    for scheme, level, verdict in said:
        if verdict.granted:
            return scheme, level
    for scheme, level, verdict in said:
        if not level.by_rule and set(verdict.missing) <= WAIVABLE:
            return scheme, level
    raise RequirementsMissing(said[0][2].missing)


def _turn(application_uuid: UUID, officer_id: int, event: str, note: str, level_key: str = "") -> Application:
    """The officer turns to the applicant, who answers within the scheme's days."""
    at = clock.now()
    with transaction.atomic():
        application = decisions.locked(Application.objects.filter(uuid=application_uuid))
        APPLICATION.after(application.state, event)
        decisions.looked_back(application, officer_id, at.date())
        scheme, asked = decisions.level_of(application)
        if event == "offer":
            lower = scheme.level(level_key)
            if lower is None or not _offerable(application, scheme, asked, lower, at.date()):
                raise NotLower(level_key)
            application.offered_level_id, application.offered_by_id = lower.id, officer_id
            application.save(update_fields=["offered_level", "offered_by"])
        application.answer_by = at.date() + timedelta(days=scheme.answer_days)
        _move(application, event, at=at, actor_id=officer_id, note=note)
    return application


def _offerable(
    application: Application, scheme: SchemeView, asked: LevelView, lower: LevelView, on: date
) -> bool:
    if lower.rank >= asked.rank or decisions.holds(application.person_id, lower.id):
        return False
    evidence = proofs.of(person_id=application.person_id, scheme_key=scheme.key)
    return proofs.verdict(evidence=evidence, scheme=scheme, level=lower, on=on).granted


def _own(application_uuid: UUID, person_id: int, *, in_time: bool = True) -> tuple[Application, datetime]:
    at = clock.now()
    application = decisions.locked(Application.objects.filter(uuid=application_uuid, person_id=person_id))
    if in_time and application.answer_by and at.date() > application.answer_by:
        raise TooLate(application_uuid)
    return application, at


def _move(
    application: Application, event: str, *, at: datetime, actor_id: int | None, note: str = ""
) -> None:
    before = application.state
    application.state = APPLICATION.after(before, event)
    if application.state not in ANSWERING:
        application.answer_by = None
    if application.state not in OPEN:
        application.decided_at = at
        dues.free(application, at=at, actor_id=actor_id)
    application.save(update_fields=["state", "answer_by", "decided_at"])
    timeline.note(
        application,
        event,
        before=before,
        at=at,
        actor_id=actor_id,
        note=note,
        answer_by=application.answer_by,
        level_id=application.offered_level_id if event == "offer" else None,
    )
