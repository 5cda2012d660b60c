"""Asking missed checks again, until they are learned."""

from collections.abc import Collection

from django.db import transaction

from courses.actions import study
from courses.models import Repetition
from courses.queries import outlines, reading
from courses.rules import checks, repetition
from lms.db import clock


class NotDue(Exception):
    """The check is not to be asked today: it was answered already, or never missed."""


def answer(*, enrolment_id: int, lesson_key: str, check_key: str, chosen: Collection[str]) -> bool:
    """Marks the answer to a check that is due again, sets the day of its next asking, and returns
    whether the answer is right.

    The answer kept in the lesson stays as it is. Of the same answer sent twice the second raises NotDue.
    Raises besides study.UnknownCheck, study.NotStudying, and what `rules.checks.mark` raises.
    """
    at = clock.now()
    with transaction.atomic():
        enrolment = study.studying(enrolment_id)
        mine = Repetition.objects.filter(enrolment=enrolment, lesson_key=lesson_key, check_key=check_key)
        row = mine.filter(due_on__lte=at.date()).first()
        if row is None:
            raise NotDue(check_key)
        lesson = reading.lesson(enrolment, outlines.outline(enrolment.course), lesson_key)
        check = lesson.check(check_key) if lesson else None
        if check is None:
            raise study.UnknownCheck(check_key)
        right = checks.mark(check, chosen)
        step = repetition.answered(row.box, right=right, on=at.date())
        mine.update(box=step.box, due_on=step.due_on, asked_at=at)
    return right
