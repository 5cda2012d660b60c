"""Questions to the trainer: asked, answered, asked further."""

from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.urls import reverse

from courses.actions import study, training
from courses.models import Enrolment, LessonRecord, Question, Reply, Training
from courses.queries import lessons, outlines, reading
from courses.queries.questions import UnknownQuestion
from courses.rules import anchors
from courses.states import QUESTION, QuestionState
from lms.accounts import queries as people
from lms.accounts.queries import PersonCard
from lms.audit import trail
from lms.db import clock
from lms.notifications import outbox

TEXT, QUESTIONS = 4000, 200


class NobodyTrains(Exception):
    """Nobody trains the learner, so nobody would answer."""


class SaysNothing(Exception):
    """There are no words in it."""


class TooLong(Exception):
    """Carries the `limit` in characters."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class TooMany(Exception):
    """A learner has as many questions in the course as can be kept."""


def ask(*, enrolment_id: int, uuid: UUID, lesson_key: str, block: str, text: str) -> Question:
    """Asks whoever trains the learner, beside a block of the edition that the learner reads (a block that it does not
    have: about the lesson as a whole). Its trainers are told. Sent again under the same id it is one question.

    Raises SaysNothing, TooLong, TooMany, NobodyTrains, study.UnknownLesson, study.NotStudying.
    """
    at = clock.now()
    text = _said(text)
    with transaction.atomic():
        enrolment = study.studying(enrolment_id)
        before = Question.objects.filter(uuid=uuid).first()
        if before is not None and before.enrolment_id == enrolment.pk:
            return before
        trainers = _trainers(enrolment)
        if not trainers:
            raise NobodyTrains(enrolment_id)
        if Question.objects.filter(enrolment=enrolment).count() >= QUESTIONS:
            raise TooMany(enrolment_id)
        page = reading.page(enrolment, outlines.outline(enrolment.course), lesson_key)
        if page is None:
            raise study.UnknownLesson(lesson_key)
        part = next((part for part in lessons.reading(page).parts if block and part.block == block), None)
        record = LessonRecord.objects.filter(enrolment=enrolment, lesson_key=lesson_key).first()
        study.take_up(enrolment, at=at)
        row = Question.objects.create(
            uuid=uuid if before is None else uuid4(),
            enrolment=enrolment,
            lesson_key=lesson_key,
            block=part.block if part else "",
            passage=anchors.passage(part) if part else "",
            revision_id=record.revision_id if record else page.live_revision_id,
            text=text,
            asked_at=at,
            changed_at=at,
        )
        _record(row, "asked", at, enrolment.person_id)
        for one in trainers:
            _tell("question_asked", row, one, page.title, at, str(row.uuid))
    return row


def ask_further(*, question_uuid: UUID, person_id: int, uuid: UUID, text: str) -> None:
    """The learner's next word; the question is open again and its trainers are told. Sent again under the same id it is
    one word. Raises UnknownQuestion (also for another's), SaysNothing, TooLong, NobodyTrains."""
    at = clock.now()
    text = _said(text)
    with transaction.atomic():
        row = _locked(question_uuid)
        if row.enrolment.person_id != person_id:
            raise UnknownQuestion(question_uuid)
        trainers = _trainers(row.enrolment)
        if not trainers:
            raise NobodyTrains(row.enrolment_id)
        if not _reply(row, uuid, person_id, text, at):
            return
        if row.state == QuestionState.ANSWERED:
            _move(row, "ask", at)
        _record(row, "asked_further", at, person_id)
        for one in trainers:
            _tell("question_asked", row, one, "", at, str(uuid))


def answer(*, question_uuid: UUID, trainer_id: int, uuid: UUID, text: str) -> None:
    """A trainer's answer; the learner is told. Whoever answers has trained the learner: `training_given` is announced.
    Sent again under the same id it is one answer.

    Raises UnknownQuestion, SaysNothing, TooLong, NotATrainer and OwnTrainer.
    """
    at = clock.now()
    text = _said(text)
    with transaction.atomic():
        row = _locked(question_uuid)
        training.check(row.enrolment.course, trainer_id)
        if row.enrolment.person_id == trainer_id:
            raise training.OwnTrainer(trainer_id)
        if not _reply(row, uuid, trainer_id, text, at):
            return
        if row.state == QuestionState.OPEN:
            _move(row, "answer", at)
        training.once(row.enrolment, trainer_id, on=at.date(), how="answered")
        _record(row, "answered", at, trainer_id)
        _tell("question_answered", row, people.card(row.enrolment.person_id), "", at, str(uuid))


def _said(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\0", "").strip()
    if not text:
        raise SaysNothing
    if len(text) > TEXT:
        raise TooLong(TEXT)
    return text


def _locked(uuid: UUID) -> Question:
    rows = Question.objects.select_for_update(of=("self",)).select_related("enrolment__course")
    row = rows.filter(uuid=uuid).first()
    if row is None:
        raise UnknownQuestion(uuid)
    return row


def _reply(row: Question, uuid: UUID, author_id: int, text: str, at: datetime) -> bool:
    """Keeps a word once for its id; returns whether it is new."""
    _, made = Reply.objects.get_or_create(
        uuid=uuid, defaults={"question": row, "author_id": author_id, "text": text, "at": at}
    )
    return made


def _move(row: Question, event: str, at: datetime) -> None:
    row.state, row.changed_at = QUESTION.after(row.state, event), at
    row.save(update_fields=["state", "changed_at"])


def _trainers(enrolment: Enrolment) -> list[PersonCard]:
    lasting = Training.objects.filter(enrolment=enrolment, ended_on__isnull=True)
    return list(people.cards(lasting.values_list("trainer", flat=True)).values())


def _record(row: Question, what: str, at: datetime, actor_id: int) -> None:
    trail.record(
        f"courses.question.{what}",
        subject=f"courses.question:{row.pk}",
        at=at,
        actor_id=actor_id,
        organisation_id=row.enrolment.course.organisation_id,
        facts={"enrolment": row.enrolment_id, "lesson": row.lesson_key},
    )


def _tell(kind: str, row: Question, to: PersonCard, lesson: str, at: datetime, word: str) -> None:
    course = row.enrolment.course
    if kind == "question_answered":
        path = reverse("courses:lesson", args=[course.slug, row.lesson_key]) + f"#question-{row.uuid}"
    else:
        path = reverse("courses:question", args=[row.uuid])
    outbox.put(
        kind,
        key=f"courses.question:{word}:{to.id}",
        to=to.email,
        person_id=to.id,
        context={
            "name": to.display_name,
            "course": course.title,
            "lesson": lesson or outlines.title_of(course, row.lesson_key),
            "path": path,
        },
        at=at,
    )
