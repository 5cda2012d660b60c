"""Who is where: how learners come along, for those who train them and for employers to whom they show it."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max, QuerySet

from courses.models import Attendance, CheckAnswer, Consent, Enrolment, LessonRecord, Place
from courses.queries import enrolments, outlines
from courses.queries.cohorts import CohortView
from courses.rules import stuck
from courses.rules.outlines import LessonEntry, Outline, Progress
from courses.rules.stuck import Reading, Sign, Studying
from courses.states import EnrolmentState, PlaceState, SessionState
from lms.accounts import queries as people
from lms.accounts.queries import PersonCard
from lms.organisations import queries as organisations


@dataclass(frozen=True)
class LessonTime:
    """A lesson of the course and what a learner did in it; `entry` is None where it is no longer published."""

    key: str
    entry: LessonEntry | None
    opened_at: datetime
    done_at: datetime | None
    seconds: int

    @property
    def minutes(self) -> int:
        return self.seconds // 60


@dataclass(frozen=True)
class Following:
    """How one learner stands in one course. `last_at` is when they last studied, None where they have not begun; `seconds` are those counted in lessons, pauses left out; `attended` the
    minutes of sessions."""

    enrolment_id: int
    person: PersonCard
    course_title: str
    state: str
    progress: Progress
    at_lesson: LessonEntry | None
    last_at: datetime | None
    seconds: int
    attended: int
    hours: int | None
    signs: tuple[Sign, ...]
    lessons: tuple[LessonTime, ...]

    @property
    def minutes(self) -> int:
        return self.seconds // 60


def of_cohort(cohort: CohortView, *, at: datetime) -> list[Following]:
    """Everybody who has a place in a cohort, by name. Eight statements, however many they are."""
    rows = Enrolment.objects.filter(places__cohort=cohort.id, places__state=PlaceState.HELD)
    return _following(rows, at, {cohort.course_id: (cohort.starts_on, cohort.ends_on)})


def waiting_for(cohort: CohortView) -> list[PersonCard]:
    """Who waits for a place, whoever waits longest first. Two statements."""
    rows = Place.objects.filter(cohort=cohort.id, state=PlaceState.WAITING).order_by("asked_at", "pk")
    ids = list(rows.values_list("enrolment__person", flat=True))
    cards = people.cards(ids)
    return [cards[one] for one in ids]


def of_employer(organisation_id: UUID, *, at: datetime) -> list[Following]:
    """Those members of an organisation who show it how they learn, each of their courses for itself. Who took their
    consent back, or is a member no longer, is not among them."""
    given = Consent.objects.filter(organisation=organisation_id, withdrawn_at__isnull=True)
    shown = set(given.values_list("person", flat=True)) & organisations.members_of(organisation_id)
    rows = Enrolment.objects.filter(person__in=shown, course__live=True)
    return _following(rows.exclude(state=EnrolmentState.WITHDRAWN), at, {})


def _following(
    rows: QuerySet[Enrolment], at: datetime, spans: Mapping[int, tuple[date, date]]
) -> list[Following]:
    found = list(rows.select_related("course").distinct())
    if not found:
        return []
    ids = [row.pk for row in found]
    drawn = outlines.outlines({row.course_id: row.course for row in found}.values())
    cards = people.cards({row.person_id for row in found})
    records: dict[int, dict[str, LessonRecord]] = defaultdict(dict)
    for record in LessonRecord.objects.filter(enrolment__in=ids).order_by("opened_at", "pk"):
        records[record.enrolment_id][record.lesson_key] = record
    wrong = CheckAnswer.objects.filter(enrolment__in=ids, right=False).order_by()
    tries = dict(wrong.values_list("enrolment").annotate(most=Max("tries")))
    minutes: dict[int, int] = defaultdict(int)
    held = Attendance.objects.filter(enrolment__in=ids, session__state=SessionState.HELD)
    for enrolment_id, attended in held.values_list("enrolment", "minutes"):
        minutes[enrolment_id] += attended
    made = [
        _one(
            row,
            drawn[row.course_id],
            records[row.pk],
            cards[row.person_id],
            minutes[row.pk],
            tries.get(row.pk, 0),
            spans.get(row.course_id),
            at,
        )
        for row in found
    ]
    return sorted(
        made, key=lambda one: (one.person.display_name.casefold(), one.course_title, one.enrolment_id)
    )


def _one(
    row: Enrolment,
    outline: Outline,
    records: Mapping[str, LessonRecord],
    person: PersonCard,
    attended: int,
    tries: int,
    span: tuple[date, date] | None,
    at: datetime,
) -> Following:
    progress = enrolments.progress(outline, records)
    last = max((max(filter(None, (r.seen_at, r.told_at, r.done_at))) for r in records.values()), default=None)
    since = last or row.enrolled_at
    undone = [(outline.lesson(key), r) for key, r in records.items() if r.done_at is None]
    studying = Studying(
        since=since,
        done=progress.done,
        total=progress.total,
        readings=tuple(Reading(entry.minutes, r.seconds) for entry, r in undone if entry),
        tries=tries,
        span=span,
    )
    return Following(
        enrolment_id=row.pk,
        person=person,
        course_title=row.course.title,
        state=row.state,
        progress=progress,
        at_lesson=outline.lesson(progress.next_key),
        last_at=last,
        seconds=sum(r.seconds for r in records.values()),
        attended=attended,
        hours=row.hours,
        signs=stuck.signs(studying, at) if row.state == EnrolmentState.ENROLLED else (),
        lessons=tuple(
            LessonTime(key, outline.lesson(key), r.opened_at, r.done_at, r.seconds)
            for key, r in records.items()
        ),
    )


@dataclass(frozen=True)
class Shown:
    """An organisation of which a person is a member, and since when they show it how they learn (None: they don't)."""

    organisation_id: UUID
    name: str
    since: datetime | None


def consents_of(person_id: int) -> list[Shown]:
    """The organisations to which a person may show how they learn, by name; one that they have left but still show it
    to is among them, to be taken back. Three statements at most."""
    given = Consent.objects.filter(person=person_id, withdrawn_at__isnull=True)
    since = dict(given.values_list("organisation", "given_at"))
    cards = organisations.cards({*organisations.memberships_of(person_id), *since})
    return sorted(
        (Shown(one.id, one.name, since.get(one.id)) for one in cards.values()), key=lambda row: row.name
    )


def employers_of(organisation_ids: Collection[UUID]) -> list[tuple[UUID, str]]:
    """These organisations with their names, in order."""
    return sorted(
        ((one.id, one.name) for one in organisations.cards(organisation_ids).values()), key=lambda row: row[1]
    )
