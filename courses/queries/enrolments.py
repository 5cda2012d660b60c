"""Who learns what, how far they have come, and what they completed."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q, QuerySet

from courses.models import CheckAnswer, CoursePage, Enrolment, LessonRecord, Training
from courses.queries import outlines
from courses.rules import outlines as rules
from courses.rules.outlines import Outline, Progress
from courses.states import EnrolmentState
from lms.accounts import queries as people


@dataclass(frozen=True)
class EnrolmentView:
    """A person's enrolment with its progress."""

    id: int
    person_id: int
    course_key: str
    course_title: str
    slug: str
    state: str
    enrolled_at: datetime
    completed_at: datetime | None
    hours: int | None
    outline: Outline
    progress: Progress
    place: str  # the anchor in the lesson to go on with


@dataclass(frozen=True)
class Completion:
    """A completed course: what an attestation may say. Of its hours so many were sessions, and so many work that was passed beside the lessons; `trainers` are the names of
    all who trained the learner until then."""

    enrolment_id: int
    person_id: int
    course_key: str
    course_title: str
    hours: int
    completed_at: datetime
    session_hours: int = 0
    work_hours: int = 0
    trainers: tuple[str, ...] = ()

    @property
    def on(self) -> date:
        return self.completed_at.date()


def enrolment(person_id: int, slug: str) -> Enrolment | None:
    """A person's enrolment in a published course, in whatever state, with the course and the study plan. One statement."""
    rows = Enrolment.objects.filter(person_id=person_id, course__slug=slug, course__live=True)
    found = rows.select_related("course", "plan").annotate(outline_revision=outlines.REVISION).first()
    if found is not None:
        found.course.outline_revision = found.outline_revision
    return found


def records(enrolment_id: int) -> dict[str, LessonRecord]:
    """The learner's records by the keys of lessons. One statement."""
    return {record.lesson_key: record for record in LessonRecord.objects.filter(enrolment_id=enrolment_id)}


def answers(enrolment_id: int, lesson_key: str) -> dict[str, list[str]]:
    """The options chosen, by the keys of a lesson's answered checks. One statement."""
    rows = CheckAnswer.objects.filter(enrolment_id=enrolment_id, lesson_key=lesson_key)
    return dict(rows.values_list("check_key", "chosen"))


def progress(outline: Outline, found: Mapping[str, LessonRecord]) -> Progress:
    """How far the learner of these records has come."""
    done = {key for key, record in found.items() if record.done_at}
    last = max(found.values(), key=lambda record: record.seen_at, default=None)
    return rules.progress(outline, done, last.lesson_key if last else "")


def enrolments_of(person_id: int) -> tuple[EnrolmentView, ...]:
    """The published courses that a person is enrolled in or has completed, the latest first. Four statements."""
    rows = list(
        Enrolment.objects.filter(person_id=person_id, course__live=True)
        .exclude(state=EnrolmentState.WITHDRAWN)
        .select_related("course")
        .annotate(outline_revision=outlines.REVISION)
        .order_by("-enrolled_at", "-id")
    )
    for row in rows:
        row.course.outline_revision = row.outline_revision
    if not rows:
        return ()
    found: dict[int, dict[str, LessonRecord]] = defaultdict(dict)
    for record in LessonRecord.objects.filter(enrolment__in=[row.pk for row in rows]):
        found[record.enrolment_id][record.lesson_key] = record
    drawn = outlines.outlines({row.course_id: row.course for row in rows}.values())
    return tuple(_view(row, drawn[row.course_id], found[row.pk]) for row in rows)


def completion_of(person_id: int, course_key: str) -> Completion | None:
    """A person's completion of a course, or None."""
    row = (
        Enrolment.objects.filter(person_id=person_id, course__key=course_key, state=EnrolmentState.COMPLETED)
        .select_related("course")
        .first()
    )
    if row is None or row.completed_at is None or row.hours is None:
        return None
    until = Training.objects.filter(enrolment=row, began_on__lte=row.completed_at.date())
    cards = people.cards(until.values_list("trainer", flat=True))
    return Completion(
        enrolment_id=row.pk,
        person_id=person_id,
        course_key=course_key,
        course_title=row.course.title,
        hours=row.hours,
        completed_at=row.completed_at,
        session_hours=row.session_hours,
        work_hours=row.work_hours,
        trainers=tuple(sorted(card.printed_name for card in cards.values())),
    )


def who_trained(person_id: int, course_keys: Collection[str] = ()) -> frozenset[int]:
    """Ids of the people who train this person or ever trained them, in these courses or (none named) in any.

    They may take no part in a decision on certifying this person. Nobody in self-study.
    """
    rows = Training.objects.filter(enrolment__person_id=person_id)
    if course_keys:
        rows = rows.filter(enrolment__course__key__in=course_keys)
    return frozenset(rows.values_list("trainer", flat=True))


def trainers_of(enrolment_id: int) -> list[int]:
    """Ids of the people who train the learner of an enrolment or ever did, the first first. One statement."""
    return list(
        dict.fromkeys(Training.objects.filter(enrolment=enrolment_id).values_list("trainer", flat=True))
    )


@dataclass(frozen=True)
class Learner:
    """A person in a course, as other floors need to know it."""

    person_id: int
    state: str
    enrolled_at: datetime
    trainer_id: int | None

    @property
    def there(self) -> bool:
        return self.state != EnrolmentState.WITHDRAWN


def learner(person_id: int, course_key: str) -> Learner | None:
    """One person in a course by its key, or None. One statement."""
    found = _learners(Enrolment.objects.filter(person_id=person_id, course__key=course_key))
    return found[0] if found else None


def learners(course_key: str) -> list[Learner]:
    """Everybody who is or was enrolled in a course, in the order of their enrolment. One statement."""
    return _learners(Enrolment.objects.filter(course__key=course_key).order_by("enrolled_at", "pk"))


def _learners(rows: QuerySet[Enrolment]) -> list[Learner]:
    names = ("person_id", "state", "enrolled_at", "trainer_id")
    return [Learner(*row) for row in rows.values_list(*names)]


def trained_by(trainer_id: int, *, since: datetime) -> frozenset[int]:
    """Ids of the people whom this person has trained at some time since then: their training goes on, or ended
    later."""
    going_on = Q(ended_on__isnull=True, enrolment__state=EnrolmentState.ENROLLED)
    over = Q(enrolment__completed_at__gte=since) | Q(enrolment__withdrawn_at__gte=since)
    ended_later = Q(ended_on__gte=since.date()) | Q(over, ended_on__isnull=True)
    rows = Training.objects.filter(going_on | ended_later, trainer_id=trainer_id)
    return frozenset(rows.values_list("enrolment__person_id", flat=True))


def has_learners(course: CoursePage) -> bool:
    """Whether anyone is or was enrolled: then the course may be unpublished, but not deleted."""
    return Enrolment.objects.filter(course=course).exists()


def _view(row: Enrolment, outline: Outline, found: Mapping[str, LessonRecord]) -> EnrolmentView:
    made = progress(outline, found)
    return EnrolmentView(
        id=row.pk,
        person_id=row.person_id,
        course_key=row.course.key,
        course_title=row.course.title,
        slug=row.course.slug,
        state=row.state,
        enrolled_at=row.enrolled_at,
        completed_at=row.completed_at,
        hours=row.hours,
        outline=outline,
        progress=made,
        place=found[made.next_key].place if made.next_key in found else "",
    )
