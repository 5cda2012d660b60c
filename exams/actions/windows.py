"""Making windows of an exam, and closing them to entries."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from exams.models import Exam, Window
from exams.queries.windows import UnknownWindow
from exams.rules import windows
from exams.rules.windows import WindowFault
from lms.audit import trail
from lms.db import clock


class NotWindowed(Exception):
    """The exam may be sat at any time; it has no windows."""


class NotPossible(Exception):
    """The window can't be made so. Carries `fault`."""

    def __init__(self, fault: WindowFault) -> None:
        super().__init__(fault)
        self.fault = fault


def make(
    *,
    exam_id: int,
    opens_at: datetime,
    closes_at: datetime,
    ends_sittings: bool,
    places: int | None,
    actor_id: int,
) -> Window:
    """Makes a window: from now on candidates may enter and choose a time inside it.

    Raises NotWindowed, NotPossible.
    """
    with transaction.atomic():
        exam = Exam.objects.get(pk=exam_id)
        if not exam.windowed:
            raise NotWindowed(exam.key)
        at = clock.now()
        fault = windows.making_fault(
            opens_at=opens_at, closes_at=closes_at, ends_sittings=ends_sittings, minutes=exam.minutes, at=at
        )
        if fault is not None:
            raise NotPossible(fault)
        window = Window.objects.create(
            exam=exam,
            opens_at=opens_at,
            closes_at=closes_at,
            ends_sittings=ends_sittings,
            places=places,
            made_by_id=actor_id,
            made_at=at,
        )
        _record("made", window, exam, at, actor_id)
    return window


def close(*, window_uuid: UUID, actor_id: int) -> Window:
    """Closes a window to entries. Whoever is entered keeps the time that they chose, and may cancel.

    One that is closed already is returned as it is. Raises UnknownWindow.
    """
    with transaction.atomic():
        rows = Window.objects.select_for_update(of=("self",)).select_related("exam")
        window = rows.filter(uuid=window_uuid).first()
        if window is None:
            raise UnknownWindow(window_uuid)
        if window.closed_at is None:
            window.closed_at = clock.now()
            window.closed_by_id = actor_id
            window.save(update_fields=["closed_at", "closed_by"])
            _record("closed", window, window.exam, window.closed_at, actor_id)
    return window


def _record(verb: str, window: Window, exam: Exam, at: datetime, actor_id: int) -> None:
    trail.record(
        f"exams.window.{verb}",
        subject=f"exams.window:{window.pk}",
        at=at,
        actor_id=actor_id,
        facts={
            "exam": exam.key,
            "opens_at": window.opens_at.isoformat(),
            "closes_at": window.closes_at.isoformat(),
            "ends_sittings": window.ends_sittings,
            "places": window.places,
        },
        organisation_id=exam.organisation_id,
    )
