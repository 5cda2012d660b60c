"""Towards the exam: the learner's days, the day of the exam, and how results stood by domain. Floors above tell the
last two; nobody but the learner sees what follows."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db import transaction

from courses.actions import study
from courses.models import CoursePage, DomainResult, Enrolment, StudyPlan
from courses.rules import plan


class NoDays(Exception):
    """Whoever studies on no day of the week has no plan."""


@dataclass(frozen=True)
class Share:
    """What a result said of a domain: the share of the points of so many items."""

    domain: int
    items: int
    share: Fraction


def choose(*, enrolment_id: int, weekdays: Collection[int], own_on: date | None) -> None:
    """Keeps on which days of the week a learner studies (Monday is 0), and until when where no exam has a day.

    Raises NoDays, study.NotStudying.
    """
    mask = plan.mask_of(day for day in weekdays if day in range(7))
    if not mask:
        raise NoDays(enrolment_id)
    with transaction.atomic():
        study.studying(enrolment_id)
        StudyPlan.objects.update_or_create(
            enrolment_id=enrolment_id, defaults={"weekdays": mask, "own_on": own_on}
        )


def expect_exam(*, person_id: int, course_key: str, source: str, title: str, on: date) -> None:
    """The learner sits an exam of the course on this day; another one that was told before is replaced. For whoever is not
    in the course nothing follows. Called again it changes nothing."""
    with transaction.atomic():
        row = _enrolment(person_id, course_key)
        if row is not None:
            told = {"exam_on": on, "exam_title": title[:200], "exam_source": source}
            StudyPlan.objects.update_or_create(enrolment=row, defaults=told)


def expect_no_exam(*, person_id: int, course_key: str, source: str) -> None:
    """The exam that was told under this source is not sat: its day is aimed at no longer."""
    told = StudyPlan.objects.filter(
        enrolment__person_id=person_id, enrolment__course__key=course_key, exam_source=source
    )
    told.update(exam_on=None, exam_title="", exam_source="")


def hear_result(
    *, person_id: int, course_key: str, source: str, title: str, on: date, shares: Sequence[Share]
) -> None:
    """How a result stands by domain, in place of what was told of it before; without shares it is forgotten. Of a course
    that there is not nothing is kept. Called again it changes nothing."""
    with transaction.atomic():
        DomainResult.objects.filter(source=source).delete()
        course = CoursePage.objects.filter(key=course_key).first()
        if course is None:
            return
        DomainResult.objects.bulk_create(
            DomainResult(
                person_id=person_id,
                course=course,
                source=source,
                title=title[:200],
                on=on,
                domain=one.domain,
                items=one.items,
                numerator=share.numerator,
                denominator=share.denominator,
            )
            for one in shares
            if one.items
            for share in [max(Fraction(0), min(Fraction(1), one.share))]
        )


def _enrolment(person_id: int, course_key: str) -> Enrolment | None:
    rows = Enrolment.objects.select_for_update(of=("self",))
    return rows.filter(person_id=person_id, course__key=course_key).first()
