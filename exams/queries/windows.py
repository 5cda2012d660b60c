"""Reads about the windows of an exam, and how many have entered for each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from exams.models import Entry, Exam, Window
from exams.rules.windows import Span
from exams.states import SittingState

STANDING = ~Q(entries__sitting__state=SittingState.CANCELLED)


class UnknownWindow(LookupError):
    """There is no such window."""


@dataclass(frozen=True)
class Ahead:
    """A window that is still to come, or runs, as the rules see it too."""

    window: Window
    span: Span


def ahead(exam: Exam, *, at: datetime, without: int | None = None) -> list[Ahead]:
    """Windows of an exam that are not over and take entries, full ones too; an entry of one's own is left out
    of what is taken. One statement."""
    rows = Window.objects.filter(exam=exam, closes_at__gt=at, closed_at__isnull=True)
    standing = STANDING if without is None else STANDING & ~Q(entries=without)
    return [
        Ahead(window, span(window, taken=window.taken))
        for window in rows.annotate(taken=Count("entries", filter=standing))
    ]


def of(exam_ids: Collection[int]) -> QuerySet[Window]:
    """Every window of these exams, the latest first, with its exam; `taken` with each."""
    rows = Window.objects.filter(exam_id__in=exam_ids).select_related("exam")
    return rows.annotate(taken=Count("entries", filter=STANDING)).order_by("-opens_at", "-id")


def window(uuid: UUID, *, exam_ids: Collection[int]) -> Window:
    """One window of these exams; raises UnknownWindow."""
    found = of(exam_ids).filter(uuid=uuid).first()
    if found is None:
        raise UnknownWindow(uuid)
    return found


def span(window: Window, *, taken: int) -> Span:
    """A window as the rules see it."""
    return Span(
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        ends_sittings=window.ends_sittings,
        places=window.places,
        taken=taken,
        is_closed=window.closed_at is not None,
    )


def taken(window_id: int, *, without: int | None = None) -> int:
    """How many entries stand in a window, one of them left out."""
    standing = Entry.objects.filter(window_id=window_id).exclude(sitting__state=SittingState.CANCELLED)
    return (standing if without is None else standing.exclude(pk=without)).count()
