"""Questions to trainers: beside the lesson, on the learner's page, on the trainers' desk."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet
from wagtail.models import Revision

from courses.models import Enrolment, LessonPage, Question, Training
from courses.queries import lessons, outlines
from courses.rules import anchors
from courses.rules.anchors import Anchor
from courses.rules.lessons import Lesson, Part
from courses.rules.outlines import LessonEntry, Outline
from courses.states import QuestionState
from lms.accounts import queries as people


class UnknownQuestion(LookupError):
    """There is no such question, or it is none of this person's business."""


@dataclass(frozen=True)
class Said:
    """One word of a conversation."""

    author: str
    text: str
    at: datetime


@dataclass(frozen=True)
class Asked:
    """A question with all that was said to it."""

    uuid: UUID
    lesson_key: str
    anchor: Anchor
    text: str
    at: datetime
    replies: tuple[Said, ...]

    @property
    def passage(self) -> str:
        return self.anchor.passage


@dataclass(frozen=True)
class Placed:
    """The questions beside the parts of a lesson, by the parts' anchors, and those about the whole or about what it
    no longer says."""

    beside: dict[str, list[Asked]]
    elsewhere: list[Asked]


def placed(asked: Sequence[Asked], lesson: Lesson) -> Placed:
    """Where questions stand in a lesson as its reader has it. No statement."""
    found = Placed({}, [])
    for one in asked:
        part = anchors.part_of(one.anchor, lesson)
        (found.beside.setdefault(part.anchor, []) if part else found.elsewhere).append(one)
    return found


def of_learner(enrolment: Enrolment, outline: Outline) -> list[tuple[LessonEntry | None, Asked, str]]:
    """A learner's questions in a course, the latest first, each with its lesson and state. Three statements."""
    rows = list(
        Question.objects.filter(enrolment=enrolment).order_by("-asked_at", "-pk").prefetch_related("replies")
    )
    names = _names(rows)
    return [(outline.lesson(row.lesson_key), _asked(row, names), row.state) for row in rows]


@dataclass(frozen=True)
class Line:
    """A question on the trainers' desk. `mine`: the one who looks trains the learner now."""

    uuid: UUID
    learner: str
    course: str
    lesson: str
    text: str
    state: str
    asked_at: datetime
    changed_at: datetime
    mine: bool

    @property
    def is_open(self) -> bool:
        return self.state == QuestionState.OPEN


def on_desk(
    trainer_id: int, organisation_ids: Collection[UUID] | None, *, answered: bool = False
) -> list[Line]:
    """The questions that wait in the courses of these organisations (None: of any), one's own learners' first and then
    the oldest; with `answered` those that were answered, the latest first, 100 at most. Three statements."""
    mine = Training.objects.filter(
        enrolment=OuterRef("enrolment"), trainer_id=trainer_id, ended_on__isnull=True
    )
    rows = _of(organisation_ids).annotate(mine=Exists(mine)).select_related("enrolment__course")
    if answered:
        found = list(rows.filter(state=QuestionState.ANSWERED).order_by("-changed_at", "-pk")[:100])
    else:
        found = list(rows.filter(state=QuestionState.OPEN).order_by("-mine", "changed_at", "pk"))
    cards = people.cards({row.enrolment.person_id for row in found})
    drawn = outlines.outlines({row.enrolment.course_id: row.enrolment.course for row in found}.values())
    return [
        Line(
            uuid=row.uuid,
            learner=cards[row.enrolment.person_id].display_name,
            course=row.enrolment.course.title,
            lesson=_title(drawn[row.enrolment.course_id].lesson(row.lesson_key)),
            text=row.text,
            state=row.state,
            asked_at=row.asked_at,
            changed_at=row.changed_at,
            mine=row.mine,  # type: ignore[attr-defined]  # annotated above
        )
        for row in found
    ]


def waiting(trainer_id: int) -> int:
    """How many questions of people whom one trains now wait for an answer. One statement."""
    mine = Training.objects.filter(trainer_id=trainer_id, ended_on__isnull=True)
    return Question.objects.filter(state=QuestionState.OPEN, enrolment__trainings__in=mine).count()


@dataclass(frozen=True)
class Opened:
    """A question as a trainer reads it: with the block that it is about, as the learner had it."""

    asked: Asked
    learner: str
    course: str
    lesson: str
    part: Part | None


def opened(uuid: UUID, organisation_ids: Collection[UUID] | None) -> Opened:
    """One question of a course of these organisations (None: of any). Raises UnknownQuestion."""
    rows = _of(organisation_ids).filter(uuid=uuid).select_related("enrolment__course", "revision")
    row = rows.prefetch_related("replies").first()
    if row is None:
        raise UnknownQuestion(uuid)
    names = _names([row])
    course = row.enrolment.course
    entry = outlines.outline(course).lesson(row.lesson_key)
    asked = _asked(row, names)
    return Opened(
        asked=asked,
        learner=people.card(row.enrolment.person_id).display_name,
        course=course.title,
        lesson=_title(entry),
        part=_part(asked.anchor, row.revision, entry),
    )


def _part(anchor: Anchor, revision: Revision | None, entry: LessonEntry | None) -> Part | None:
    page: LessonPage | None = revision.as_object() if revision else None
    if page is None:
        page = lessons.page(entry.page_id) if entry else None
    return anchors.part_of(anchor, lessons.reading(page)) if page else None


def _of(organisation_ids: Collection[UUID] | None) -> QuerySet[Question]:
    if organisation_ids is None:
        return Question.objects.all()
    return Question.objects.filter(enrolment__course__organisation__in=organisation_ids)


def _names(rows: Sequence[Question]) -> dict[int, str]:
    ids = {reply.author_id for row in rows for reply in row.replies.all()}
    return {card.id: card.display_name for card in people.cards(ids).values()} if ids else {}


def _asked(row: Question, names: dict[int, str]) -> Asked:
    replies = tuple(Said(names[one.author_id], one.text, one.at) for one in row.replies.all())
    return Asked(row.uuid, row.lesson_key, Anchor(row.block, row.passage), row.text, row.asked_at, replies)


def _title(entry: LessonEntry | None) -> str:
    return f"{entry.number} {entry.title}" if entry else "A lesson that is no longer published"
