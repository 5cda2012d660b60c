"""A learner's notes and bookmarks in a course."""

import json
from collections import defaultdict
from dataclasses import dataclass
from enum import IntEnum
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateTimeField, F, Q, TextField, Value
from django.db.models.functions import Cast

from courses.models import CheckAnswer, Enrolment, LessonRecord, Note, Question, Reply
from courses.queries.questions import Asked, Said
from courses.rules.anchors import Anchor
from courses.rules.outlines import LessonEntry, Outline


@dataclass(frozen=True)
class Noted:
    """A lesson with its notes in the order of writing; `entry` is None when the lesson is no longer published."""

    entry: LessonEntry | None
    bookmarked: bool
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Beside:
    """What stands beside a lesson for one learner: the options chosen by the keys of its checks, the notes and the
    questions to the trainer, each in the order of writing."""

    answers: dict[str, list[str]]
    notes: list[Note]
    questions: list[Asked]


class _Kind(IntEnum):
    """Which table a row of the one statement is of."""

    ANSWER = 0
    NOTE = 1
    QUESTION = 2
    REPLY = 3


def beside(enrolment_id: int, lesson_key: str) -> Beside:
    """What a learner left in one lesson, and what was said to it.

    One statement for all of it, since a lesson's page has twelve and no more.
    """
    here = {"enrolment_id": enrolment_id, "lesson_key": lesson_key}
    chosen: dict[str, list[str]] = {}
    notes: list[Note] = []
    said: dict[str, list[Said]] = defaultdict(list)
    questions: list[tuple[UUID, Anchor, str, Any]] = []
    for name, text, place, quote, at, edited_at, kind in sorted(_all_of(here), key=lambda row: row[4]):
        match kind:
            case _Kind.ANSWER:
                chosen[name] = json.loads(text)
            case _Kind.NOTE:
                notes.append(_note(here, name, text, place, quote, at, edited_at))
            case _Kind.QUESTION:
                questions.append((UUID(name), Anchor(place, quote), text, at))
            case _:
                said[str(UUID(name))].append(Said(place, text, at))
    asked = [
        Asked(uuid, lesson_key, anchor, text, at, tuple(said[str(uuid)]))
        for uuid, anchor, text, at in questions
    ]
    return Beside(chosen, notes, asked)


def _all_of(here: dict[str, Any]) -> Any:
    """Answers, notes, questions and replies in one statement, each with which of them it is."""
    none, blank = Value(None, output_field=DateTimeField()), Value("")
    about = {f"question__{name}": value for name, value in here.items()}
    answers = CheckAnswer.objects.filter(**here)
    written = Note.objects.filter(**here)
    asked = Question.objects.filter(**here)
    replies = Reply.objects.filter(**about)
    speaker = F("author__display_name")
    return _rows(_Kind.ANSWER, answers, "check_key", "chosen", blank, blank, "answered_at", none).union(
        _rows(_Kind.NOTE, written, "uuid", "text", F("place"), F("quote"), "written_at", F("edited_at")),
        _rows(_Kind.QUESTION, asked, "uuid", "text", F("block"), F("passage"), "asked_at", none),
        _rows(_Kind.REPLY, replies, "question__uuid", "text", speaker, blank, "at", none),
        all=True,
    )


def _note(
    here: dict[str, Any], name: str, text: str, place: str, quote: str, at: Any, edited_at: Any
) -> Note:
    return Note(
        uuid=UUID(name), **here, place=place, quote=quote, text=text, written_at=at, edited_at=edited_at
    )


def _rows(
    kind: _Kind, found: Any, name: str, said: str, place: Any, quote: Any, at: str, edited_at: Any
) -> Any:
    """Columns of one shape for several tables, with which of them it is."""
    return found.order_by().values_list(
        Cast(name, CharField()), Cast(said, TextField()), place, quote, F(at), edited_at, Value(int(kind))
    )


def note(enrolment_id: int, uuid: UUID) -> Note | None:
    """One of a learner's notes. One statement."""
    return Note.objects.filter(enrolment_id=enrolment_id, uuid=uuid).first()


def in_course(enrolment: Enrolment, outline: Outline, words: str = "") -> list[Noted]:
    """The lessons in which a learner has notes or a bookmark, in the order of the outline.

    `words` keeps those notes that contain all of them, in whatever case, and leaves bookmarks out. Two
    statements.
    """
    notes: dict[str, list[Note]] = defaultdict(list)
    wanted = Q(enrolment=enrolment)
    for word in words.split()[:10]:
        wanted &= Q(text__icontains=word) | Q(quote__icontains=word)
    for found in Note.objects.filter(wanted).order_by("written_at", "id"):
        notes[found.lesson_key].append(found)
    marked = set()
    if not words.strip():
        records = LessonRecord.objects.filter(enrolment=enrolment, bookmarked_at__isnull=False)
        marked = set(records.values_list("lesson_key", flat=True))
    listed = [
        Noted(entry, entry.key in marked, tuple(notes.pop(entry.key, ())))
        for module in outline.modules
        for entry in module.lessons
        if entry.key in marked or entry.key in notes
    ]
    # What was written beside a lesson that has been taken away is still the learner's.
    return listed + [Noted(None, False, tuple(left)) for left in notes.values()]


def as_markdown(outline: Outline, noted: list[Noted]) -> str:
    """Notes as a file that any editor opens."""
    lines = [f"# Notes: {outline.title}", ""]
    for lesson in noted:
        name = (
            f"{lesson.entry.number} {lesson.entry.title}" if lesson.entry else "A lesson no longer published"
        )
        lines += [f"## {name}{' (bookmarked)' if lesson.bookmarked else ''}", ""]
        for one in lesson.notes:
            if one.quote:
                lines += [f"> {one.quote}", ""]
            if one.text:
                lines += [one.text, ""]
            lines += [f"*{one.edited_at or one.written_at:%Y-%m-%d}*", ""]
    return "\n".join(lines)
