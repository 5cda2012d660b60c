"""Reads about coursework: where a learner stands, what they see of it, and what those who manage it see."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from courses.queries import enrolments
from courses.queries.enrolments import Learner
from exams.models import (
    Assessment,
    Coursework,
    Deadline,
    Script,
    ScriptLease,
    ScriptMark,
    Submission,
    SubmissionFile,
    Work,
)
from exams.rules import coursework as rules
from exams.rules import marking as marking_rules
from exams.rules import outcome
from exams.rules.coursework import Hindrance
from exams.states import WorkState
from lms.accounts import queries as people


class UnknownCoursework(LookupError):
    """There is no such coursework for this person."""


class UnknownWork(LookupError):
    """There is no such work for this person."""


class UnknownFile(LookupError):
    """There is no such file for this person."""


@dataclass(frozen=True)
class Place:
    """Where a learner stands with a coursework: the try that is not released, if any; the number that the next or this
    one has; until when; what keeps them from handing in."""

    work: Work | None
    number: int
    due_at: datetime | None
    hindrance: Hindrance | None


@dataclass(frozen=True)
class CriterionFeedback:
    """What one criterion came to: the points, the level that says why (where there is one), and what was said of it."""

    name: str
    points: Fraction
    most: Fraction
    says: str
    comments: tuple[str, ...]

    @property
    def shown(self) -> str:
        return f"{outcome.shown(self.points)} of {outcome.shown(self.most)}"


@dataclass(frozen=True)
class Feedback:
    """What a released work came to. Those who marked it are not named."""

    work: Work
    criteria: tuple[CriterionFeedback, ...]
    comments: tuple[str, ...]

    @property
    def shown(self) -> str:
        points = sum((one.points for one in self.criteria), Fraction(0))
        return f"{outcome.shown(points)} of {outcome.shown(sum((one.most for one in self.criteria), Fraction(0)))}"


@dataclass(frozen=True)
class Row:
    """One learner of the course before those who manage a coursework."""

    learner: Learner
    name: str
    email: str
    work: Work | None
    submissions: int
    due_at: datetime | None

    @property
    def standing(self) -> str:
        return self.work.get_state_display() if self.work else "Nothing handed in"


def coursework(key: str, *, person_id: int) -> Coursework:
    """A coursework for who is enrolled in its course; raises UnknownCoursework."""
    found = Coursework.objects.filter(key=key, offered=True).first()
    learner = enrolments.learner(person_id, found.course_key) if found else None
    if found is None or learner is None or not learner.there:
        raise UnknownCoursework(key)
    return found


def of_person(person_id: int, *, at: datetime) -> list[tuple[Coursework, Place]]:
    """Every coursework of a person's courses that is offered, with where they stand. A few statements for each course
    that has any."""
    found = []
    for one in Coursework.objects.filter(offered=True):
        learner = enrolments.learner(person_id, one.course_key)
        if learner is not None and learner.there:
            found.append((one, place(one, person_id, at=at)))
    return found


def managed(organisation_ids: Collection[UUID]) -> QuerySet[Coursework]:
    return Coursework.objects.filter(organisation_id__in=organisation_ids).order_by("course_key", "key")


def counted(rows: QuerySet[Coursework]) -> QuerySet[Coursework]:
    """With how many works are `open`, `closed`, `marked` and `released`."""
    many = {state.value: Count("works", filter=Q(works__state=state)) for state in WorkState}
    return rows.annotate(**many)


def place(coursework: Coursework, person_id: int, *, at: datetime) -> Place:
    """Where an enrolled person stands with a coursework. Three statements."""
    learner = enrolments.learner(person_id, coursework.course_key)
    if learner is None:
        raise UnknownCoursework(coursework.key)
    works = list(Work.objects.filter(coursework=coursework, person_id=person_id).order_by("number"))
    granted = Deadline.objects.filter(coursework=coursework, person_id=person_id).last()
    return _place(coursework, learner, works, granted.due_at if granted else None, at)


def _place(
    coursework: Coursework,
    learner: Learner,
    works: Sequence[Work],
    granted_at: datetime | None,
    at: datetime,
) -> Place:
    released = [work for work in works if work.state == WorkState.RELEASED]
    current = next((work for work in works if work.state != WorkState.RELEASED), None)
    failed = released[-1].released_at if released else None
    due = rules.due_at(
        enrolled_at=learner.enrolled_at,
        due_days=coursework.due_days,
        failed_at=failed,
        again_days=coursework.again_days,
        granted_at=granted_at,
    )
    hindrance = rules.hindrance(
        at=at,
        due=due,
        open_state=current.state if current else "",
        last=released[-1].outcome if released else "",
        used=len(released),
        tries=coursework.tries,
    )
    if coursework.by_tutor:
        hindrance = Hindrance.BY_TUTOR
    if hindrance in (Hindrance.PASSED, Hindrance.NO_TRIES):
        return Place(None, len(works), None, hindrance)
    return Place(current, current.number if current else len(works) + 1, due, hindrance)


def last_submission(work: Work) -> Submission | None:
    """What counts of a work, with its files."""
    return work.submissions.order_by("-number").prefetch_related("files").first()


def has_files(script: Script) -> bool:
    """Whether there is more to a script than its text."""
    last = last_submission(script.work) if script.work else None
    return last is not None and bool(last.files.all())


def released(coursework: Coursework, person_id: int) -> list[Feedback]:
    """What a learner may see of their released tries, the latest first."""
    works = Work.objects.filter(coursework=coursework, person_id=person_id, state=WorkState.RELEASED)
    return [feedback(work) for work in works.order_by("-number")]


def feedback(work: Work) -> Feedback:
    """What a work came to, by criterion: of marks that stand together both comments, of an adjudicated script the third
    person's. Three statements."""
    of = marking_rules.rubric(work.criteria)
    assessment = Assessment.objects.filter(work=work).first()
    marks: list[Any] = [assessment] if assessment else []
    if assessment is None:
        script = Script.objects.filter(work=work).select_related("final").order_by("-round").first()
        assert script is not None, "what is marked was put to markers"
        marks = list(script.marks.all())
        third = [mark for mark in marks if mark.role == marking_rules.Role.ADJUDICATION]
        marks = third or marks
        points = script.final.by_criterion
    else:
        points = marking_rules.points(of, assessment.levels)
    criteria = []
    for one in of.criteria:
        says = next((level.says for level in one.levels if level.points == points[one.id]), "")
        comments = tuple(said for mark in marks if (said := mark.comments.get(one.id, "")))
        criteria.append(CriterionFeedback(one.name, points[one.id], one.most, says, comments))
    return Feedback(work, tuple(criteria), tuple(mark.comment for mark in marks if mark.comment))


def rows(coursework: Coursework, *, at: datetime) -> list[Row]:
    """Every learner of the course with their latest try, in the order of their enrolment. Five statements."""
    learners = [one for one in enrolments.learners(coursework.course_key) if one.there]
    works: dict[int, list[Work]] = defaultdict(list)
    for work in Work.objects.filter(coursework=coursework).order_by("number").prefetch_related("submissions"):
        works[work.person_id].append(work)
    granted = dict(
        Deadline.objects.filter(coursework=coursework).order_by("pk").values_list("person", "due_at")
    )
    cards = people.cards({one.person_id for one in learners})
    found = []
    for one in learners:
        mine = works[one.person_id]
        card = cards[one.person_id]
        due = _place(coursework, one, mine, granted.get(one.person_id), at).due_at
        last = mine[-1] if mine else None
        many = len(last.submissions.all()) if last else 0
        found.append(Row(one, card.display_name, card.email, last, many, due))
    return found


def file(
    uuid: UUID, *, person_id: int, organisation_ids: Mapping[str, Collection[UUID]]
) -> tuple[SubmissionFile, bool]:
    """A file for its learner, for an examiner of its organisation, or for a marker who has or had the script; and
    whether it is to be handed out without a name that could say whose it is. Raises UnknownFile."""
    rows = SubmissionFile.objects.select_related("submission__work__coursework")
    found = rows.filter(uuid=uuid).first()
    if found is None:
        raise UnknownFile(uuid)
    work = found.submission.work
    if work.person_id == person_id:
        return found, False
    if work.coursework.organisation_id in organisation_ids["release"]:
        return found, False
    scripts = Script.objects.filter(work=work)
    held = ScriptLease.objects.filter(script__in=scripts, marker_id=person_id, ended_at__isnull=True)
    marked = ScriptMark.objects.filter(script__in=scripts, marker_id=person_id)
    if work.coursework.organisation_id in organisation_ids["mark"] and (held.exists() or marked.exists()):
        return found, True
    raise UnknownFile(uuid)
