"""Applications: as their applicant sees them, and as awarding officers do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import F, QuerySet

from certificates.models import Application, Credential, Doubt, Evidence, LogEntry, Reference
from certificates.models.applications import OPEN
from certificates.queries import conflicts, proofs, schemes
from certificates.queries.proofs import LevelFindings
from certificates.queries.schemes import LevelView, SchemeView
from certificates.rules.conflicts import Bar
from certificates.rules.eligibility import WAIVABLE
from certificates.states import ApplicationState, CredentialState, DoubtState, ReferenceState
from lms.accounts import queries as people


class UnknownApplication(LookupError):
    """There is no such application for this person."""


@dataclass(frozen=True)
class Waiting:
    """One line of the officers' queue."""

    application: Application
    name: str
    decide_by: date
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Case:
    """Everything on which an officer decides."""

    application: Application
    scheme: SchemeView
    level: LevelView
    findings: LevelFindings
    logs: Sequence[LogEntry]
    references: Sequence[Reference]
    evidence: Sequence[Evidence]
    lower: Sequence[LevelView]
    """The lower levels that are reached and not held."""

    @property
    def waivable(self) -> list[str]:
        missing = [found.missing for found in self.findings.findings if found.missing and not found.waived]
        return [code for code in missing if code in WAIVABLE]


def own(uuid: UUID, *, person_id: int) -> Application:
    """One's own application. Raises UnknownApplication."""
    found = _whole().filter(uuid=uuid, person_id=person_id).first()
    if found is None:
        raise UnknownApplication(uuid)
    return found


def uuid_of(application_id: int) -> UUID:
    """The uuid by which the pages name an application."""
    return Application.objects.values_list("uuid", flat=True).get(pk=application_id)


def before_officers(uuid: UUID) -> Application:
    """One application, for officers. Raises UnknownApplication."""
    found = _whole().filter(uuid=uuid).first()
    if found is None:
        raise UnknownApplication(uuid)
    return found


def open_of(*, person_id: int, scheme_key: str = "") -> Sequence[Application]:
    """A person's applications that are not decided, the latest first."""
    rows = _whole().filter(person_id=person_id, state__in=OPEN)
    return list(rows.filter(version__scheme__key=scheme_key) if scheme_key else rows)


def ended_of(*, person_id: int, scheme_key: str) -> Sequence[Application]:
    """A person's applications for a scheme that ended without a certificate, the latest first."""
    ended = (ApplicationState.REFUSED, ApplicationState.LAPSED, ApplicationState.WITHDRAWN)
    return list(_whole().filter(person_id=person_id, version__scheme__key=scheme_key, state__in=ended))


def queue() -> QuerySet[Application]:
    """What waits for a decision, longest first; then what waits for its applicant."""
    return (
        _whole().filter(state__in=OPEN).order_by(F("answer_by").asc(nulls_first=True), "submitted_at", "pk")
    )


def waiting(rows: Sequence[Application], *, officer_id: int, on: date) -> Sequence[Waiting]:
    """Lines of the queue for one officer. Two statements whatever the number of rows."""
    ids = {row.person_id for row in rows}
    cards, barred = people.cards(ids), conflicts.barred(officer_id=officer_id, person_ids=ids, on=on)
    return [
        Waiting(
            row,
            cards[row.person_id].display_name,
            row.submitted_at.date() + timedelta(days=row.version.data["applications"]["decision_days"]),
            barred.get(row.person_id, ()),
        )
        for row in rows
    ]


def case(application: Application, *, on: date) -> Case:
    """All that is recorded for an application, as it stands on a day."""
    scheme = schemes.version(version_id=application.version_id)
    level = next(level for level in scheme.levels if level.id == application.level_id)
    evidence = proofs.of(person_id=application.person_id, scheme_key=scheme.key)
    waived = [waiver.missing for waiver in application.waivers.all()]
    said = proofs.verdict(evidence=evidence, scheme=scheme, level=level, on=on, waived=waived)
    held = Credential.objects.filter(holder_id=application.person_id).exclude(state=CredentialState.WITHDRAWN)
    has = set(held.values_list("level_id", flat=True))
    return Case(
        application,
        scheme,
        level,
        proofs.worded(level, said),
        logs(person_id=application.person_id, scheme_key=scheme.key),
        references(person_id=application.person_id, scheme_key=scheme.key),
        evidence,
        [
            lower
            for lower in scheme.levels
            if lower.rank < level.rank
            and lower.id not in has
            and proofs.verdict(evidence=evidence, scheme=scheme, level=lower, on=on).granted
        ],
    )


def logs(*, person_id: int, scheme_key: str) -> Sequence[LogEntry]:
    """What a person has written down and not taken back, the latest first."""
    rows = LogEntry.objects.filter(person_id=person_id, scheme__key=scheme_key)
    return list(rows.filter(taken_back_at__isnull=True))


def references(*, person_id: int, scheme_key: str) -> Sequence[Reference]:
    """Whom a person has asked for a reference, the first first."""
    rows = Reference.objects.filter(person_id=person_id, scheme__key=scheme_key)
    return list(rows.exclude(state=ReferenceState.CANCELLED))


def doubts() -> QuerySet[Doubt]:
    """Credentials whose evidence was revised, that wait for an officer; the longest first."""
    return Doubt.objects.filter(state=DoubtState.OPEN).select_related("credential__level__scheme", "evidence")


def doubt(uuid: UUID) -> Doubt | None:
    """One doubt, decided or not."""
    return (
        Doubt.objects.select_related("credential__level__scheme", "evidence", "decided_by")
        .filter(uuid=uuid)
        .first()
    )


def doubted(found: Doubt, *, on: date) -> LevelFindings:
    """What the evidence of a doubted credential's holder proves at its level on a day, as it is now."""
    credential = found.credential
    scheme = schemes.version(version_id=credential.editions.latest("number").version_id)
    level = next(level for level in scheme.levels if level.id == credential.level_id)
    evidence = proofs.of(person_id=credential.holder_id, scheme_key=scheme.key)
    return proofs.worded(level, proofs.verdict(evidence=evidence, scheme=scheme, level=level, on=on))


def _whole() -> QuerySet[Application]:
    return Application.objects.select_related("level", "version", "offered_level", "asked_level").order_by(
        "-submitted_at"
    )
