"""Deciding on applications: by the rule of the scheme, or by an awarding officer without conflict."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet

from certificates.actions import awards, ties, timeline
from certificates.models import Application, Credential, Decision, DecisionGround, Evidence, Level, Waiver
from certificates.queries import conflicts, credentials, dues, proofs, schemes
from certificates.queries.schemes import LevelView, SchemeView
from certificates.rules.conflicts import Bar
from certificates.rules.eligibility import WAIVABLE, Verdict
from certificates.states import APPLICATION, ApplicationState, CredentialState, Outcome
from lms.billing.actions import entitlements
from lms.db import clock
from lms.kit.machine import IllegalMove


class NotByRule(Exception):
    """This application is decided by an awarding officer."""


class Conflicted(Exception):
    """The officer is the applicant, or is tied to them by what is recorded. Nobody can override it. Carries `bars`."""

    def __init__(self, bars: tuple[Bar, ...]) -> None:
        super().__init__(", ".join(bars))
        self.bars = bars


class Unproven(Exception):
    """Something that the level asks for is neither proven nor waived. Carries `missing`, the codes."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(", ".join(missing))
        self.missing = missing


class NotWaivable(Exception):
    """This is not missing, or nobody may waive it."""


class Held(Exception):
    """The person holds this level already: nobody holds a level twice."""


class SamePerson(Exception):
    """Who waived a requirement does not grant."""


class FeeUnpaid(Exception):
    """The fee of the application is not paid, or was given back: nothing is granted until it is."""


class UnknownApplication(LookupError):
    """There is no such application."""


def decide(
    *, application_id: int, officer_id: int | None = None, refusal: str = "", note: str = ""
) -> Decision:
    """Decides an application once; called again it returns the decision that stands.

    Without an officer the rule decides, where the scheme lets it: granted, or refused with the codes of what is
    missing. An officer grants what is proven or waived by another, or refuses with a code (`refusal`); `note` is
    what the applicant reads. Granting enters the credential in the register in the same transaction. Raises
    NotByRule, Conflicted, Unproven, SamePerson, Held, FeeUnpaid, IllegalMove while the applicant has to answer.
    """
    at = clock.now()
    with transaction.atomic():
        application = locked(Application.objects.filter(pk=application_id))
        done = Decision.objects.filter(application=application).first()
        if done:
            return done
        hold_the_fee(application)
        scheme, level = level_of(application)
        if officer_id is None and not goes_by_rule(application, scheme, level):
            raise NotByRule(level.key)
        since = None if officer_id is None else looked_back(application, officer_id, at.date())
        evidence = proofs.of(person_id=application.person_id, scheme_key=scheme.key)
        said = _verdict(application, evidence, scheme, level, at.date())
        granted = said.granted and not refusal
        if officer_id is not None and not refusal:
            if said.missing:
                raise Unproven(said.missing)
            if application.waivers.filter(waived_by_id=officer_id).exists():
                raise SamePerson
            if holds(application.person_id, level.id):
                raise Held(level.key)
        before = application.state
        application.state = APPLICATION.after(before, "grant" if granted else "refuse")
        return conclude(
            application,
            said,
            evidence,
            event="grant" if granted else "refuse",
            before=before,
            officer_id=officer_id,
            since=since,
            refusal=refusal,
            note=note,
            at=at,
        )


def conclude(
    application: Application,
    said: Verdict,
    evidence: Sequence[Evidence],
    *,
    event: str,
    before: str,
    officer_id: int | None,
    since: date | None,
    at: datetime,
    refusal: str = "",
    note: str = "",
) -> Decision:
    """Writes down a decision on an application whose state the caller has moved, with what it rests on, and awards
    the credential where it is granted. From now on its fee is not given back. Inside the caller's transaction; raises
    FeeUnpaid, and what `awards.award` raises."""
    granted = application.state == ApplicationState.GRANTED
    _use_up_the_fee(application, granted=granted, at=at)
    application.decided_at = at
    application.answer_by = None
    application.save(update_fields=["state", "decided_at", "answer_by", "level", "asked_level"])
    decision = Decision.objects.create(
        application=application,
        outcome=Outcome.GRANTED if granted else Outcome.REFUSED,
        decided_by_id=officer_id,
        reasons=list(said.missing),
        waived=list(said.waived),
        refusal=refusal,
        note=note,
        looked_back_to=since,
        decided_at=at,
    )
    _grounds(decision, evidence)
    timeline.note(
        application,
        event,
        before=before,
        at=at,
        actor_id=application.person_id if event == "accept" else officer_id,
        codes=[refusal] if refusal else decision.reasons,
        note=note,
        level_id=application.level_id if event == "accept" else None,
    )
    if granted:
        scheme, level = level_of(application)
        awards.award(decision=decision, scheme=scheme, level=level, at=at)
    return decision


def goes_by_rule(application: Application, scheme: SchemeView, level: LevelView) -> bool:
    """Whether the rule of the scheme decides an application. A person does where an appeal led to it, and where one of the
    applicant's certificates in the scheme is suspended or was withdrawn: the rule knows what is proven, and not why
    something ended."""
    return (
        level.by_rule
        and application.after_id is None
        and not credentials.is_in_question(person_id=application.person_id, scheme_key=scheme.key)
    )


def hold_the_fee(application: Application) -> None:
    """Locks the applicant, as refunds do before they look at what has begun: of a decision and a refund at once the second
    sees the first. Before anything is written that points to the person, or each would wait for the other."""
    if dues.of(application) is not None:
        get_user_model().objects.select_for_update(no_key=True).get(pk=application.person_id)


def _use_up_the_fee(application: Application, *, granted: bool, at: datetime) -> None:
    due = dues.of(application)
    if due is None:
        return
    if not due.is_paid:
        if granted:
            raise FeeUnpaid(application.uuid)
        return
    try:
        entitlements.begin(use_key=dues.use_key(application), at=at)
    except entitlements.NoEntitlement:  # given back this very moment
        raise FeeUnpaid(application.uuid) from None


def waive(*, application_uuid: UUID, missing: str, reason: str, note: str, officer_id: int) -> Waiver:
    """Waives one missing requirement, with a reason, so that another officer may grant. Done twice it stands once.

    Raises UnknownApplication, Conflicted, NotWaivable, and IllegalMove once it is decided.
    """
    at = clock.now()
    with transaction.atomic():
        application = locked(Application.objects.filter(uuid=application_uuid))
        if not APPLICATION.may(application.state, "grant"):
            raise IllegalMove(APPLICATION.name, application.state, "waive")
        scheme, level = level_of(application)
        since = looked_back(application, officer_id, at.date())
        stands = application.waivers.filter(missing=missing).first()
        if stands:
            return stands
        evidence = proofs.of(person_id=application.person_id, scheme_key=scheme.key)
        said = _verdict(application, evidence, scheme, level, at.date())
        if missing not in said.missing or missing not in WAIVABLE:
            raise NotWaivable(missing)
        waiver = Waiver.objects.create(
            application=application,
            missing=missing,
            reason=reason,
            note=note,
            waived_by_id=officer_id,
            looked_back_to=since,
            at=at,
        )
        timeline.note(
            application, "waive", before=application.state, at=at, actor_id=officer_id, codes=[missing]
        )
    return waiver


def locked(rows: QuerySet[Application]) -> Application:
    """The application among the rows, under its lock. Raises UnknownApplication."""
    found = rows.select_for_update(of=("self",)).select_related("level", "version").first()
    if found is None:
        raise UnknownApplication
    return found


def holds(person_id: int, level_id: int) -> bool:
    """Whether a person holds a level that is not withdrawn. Of two grants at once the second waits here."""
    Level.objects.select_for_update(no_key=True).get(pk=level_id)
    held = Credential.objects.filter(holder_id=person_id, level_id=level_id)
    return held.exclude(state=CredentialState.WITHDRAWN).exists()


def level_of(application: Application) -> tuple[SchemeView, LevelView]:
    """The scheme in the version that the application is judged by, and the level that it asks for."""
    scheme = schemes.version(version_id=application.version_id)
    return scheme, next(level for level in scheme.levels if level.id == application.level_id)


def looked_back(application: Application, officer_id: int, on: date) -> date:
    """The day looked back to, for an officer whom nothing bars. Raises Conflicted."""
    ties.refresh(person_id=application.person_id)
    stands = conflicts.before(application, officer_id=officer_id, on=on)
    if stands.bars:
        raise Conflicted(stands.bars)
    return stands.looked_back_to


def _verdict(
    application: Application, evidence: Sequence[Evidence], scheme: SchemeView, level: LevelView, on: date
) -> Verdict:
    waived = list(application.waivers.values_list("missing", flat=True))
    return proofs.verdict(evidence=evidence, scheme=scheme, level=level, on=on, waived=waived)


def _grounds(decision: Decision, evidence: Sequence[Evidence]) -> None:
    DecisionGround.objects.bulk_create(
        DecisionGround(
            decision=decision,
            evidence=row,
            decided_by_id=decision.decided_by_id,
            assessed_by_id=row.assessed_by_id,
        )
        for row in evidence
    )
