"""A learner's notes and bookmarks in a course."""

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateTimeField, F, Q, TextField, Value
from django.db.models.functions import Cast

from courses.models import CheckAnswer, Enrolment, LessonRecord, Note
from courses.rules.outlines import LessonEntry, Outline


@dataclass(frozen=True)
class Noted:
    """A lesson with its notes in the order of writing; `entry` is None when the lesson is no longer published."""

    entry: LessonEntry | None
    bookmarked: bool
    notes: tuple[Note, ...]


def beside(enrolment_id: int, lesson_key: str) -> tuple[dict[str, list[str]], list[Note]]:
    """What a learner left in one lesson: the options chosen by the keys of its checks, and the notes in
    the order of writing.

    One statement for both, since a lesson's page has twelve and no more.
    """
    here = {"enrolment_id": enrolment_id, "lesson_key": lesson_key}
    none = Value(None, output_field=DateTimeField())
    answers = _rows(CheckAnswer.objects.filter(**here), "check_key", "chosen", "", "", "answered_at", none)
    written = _rows(
        Note.objects.filter(**here), "uuid", "text", "place", "quote", "written_at", F("edited_at")
    )
    chosen, notes = {}, []
    for name, said, place, quote, at, edited_at, is_note in answers.union(written, all=True):
        if not is_note:
            chosen[name] = json.loads(said)
            continue
        notes.append(
            Note(
                uuid=UUID(name),
                **here,
                place=place,
                quote=quote,
                text=said,
                written_at=at,
                edited_at=edited_at,
            )
        )
    return chosen, sorted(notes, key=lambda one: one.written_at)


def _rows(found: Any, name: str, said: str, place: str, quote: str, at: str, edited_at: Any) -> Any:
    """Columns of one kind for two tables, with whether it is the notes'."""
    return found.order_by().values_list(
        Cast(name, CharField()),
        Cast(said, TextField()),
        F(place) if place else Value(""),
        F(quote) if quote else Value(""),
        F(at),
        edited_at,
        Value(bool(place)),
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
