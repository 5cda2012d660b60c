"""Which missed checks are due again."""

from dataclasses import dataclass
from datetime import date

from courses.models import Enrolment, LessonPage, Repetition
from courses.queries import lessons, reading
from courses.rules.checks import Check
from courses.rules.outlines import LessonEntry, Outline


@dataclass(frozen=True)
class Asked:
    """A check to be asked again, the lesson it is of, and when it will be asked next (None: learned)."""

    entry: LessonEntry
    check: Check
    box: int
    due_on: date | None
    language: str = ""  # of its words, where they are a translation's


@dataclass(frozen=True)
class Waiting:
    """How many checks are due, when the next one will be, and how many are learned."""

    due: int
    next_on: date | None
    learned: int


def waiting(enrolment_id: int, on: date) -> Waiting:
    """What is to be asked again on a day. One statement."""
    days = list(Repetition.objects.filter(enrolment_id=enrolment_id).values_list("due_on", flat=True))
    later = [day for day in days if day is not None and day > on]
    return Waiting(
        due=sum(day is not None and day <= on for day in days),
        next_on=min(later, default=None),
        learned=sum(day is None for day in days),
    )


def next_due(enrolment: Enrolment, outline: Outline, on: date) -> Asked | None:
    """The check that is due longest, or None. Of a check that its lesson has no longer nothing is asked."""
    rows = Repetition.objects.filter(enrolment=enrolment, due_on__lte=on).order_by("due_on", "id")
    read: dict[str, LessonPage | None] = {}
    for row in rows:
        if row.lesson_key not in read:
            read[row.lesson_key] = reading.page(enrolment, outline, row.lesson_key)
        found = _asked(outline, row, read[row.lesson_key])
        if found:
            return found
    return None


def asked(enrolment: Enrolment, outline: Outline, lesson_key: str, check_key: str) -> Asked | None:
    """A check that was asked again, whenever that is; None where it never was or is no more."""
    row = Repetition.objects.filter(enrolment=enrolment, lesson_key=lesson_key, check_key=check_key).first()
    return _asked(outline, row, reading.page(enrolment, outline, lesson_key)) if row else None


def _asked(outline: Outline, row: Repetition, page: LessonPage | None) -> Asked | None:
    entry = outline.lesson(row.lesson_key)
    check = lessons.reading(page).check(row.check_key) if page else None
    return Asked(entry, check, row.box, row.due_on, page.spoken) if entry and check and page else None
