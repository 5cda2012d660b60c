from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from exams.actions import entries, windows
from exams.models import Window
from exams.queries.windows import UnknownWindow
from exams.rules.windows import TimeFault, WindowFault
from lms.audit.models import Entry as TrailEntry
from lms.db import clock
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


def test_a_window_is_made_and_leaves_its_trace(eve) -> None:
    exam = make.exam(windowed=True)
    window = make.window(exam, ends_sittings=True, places=12)
    assert (window.made_by, window.places, window.ends_sittings, window.closed_at) == (eve, 12, True, None)
    trace = TrailEntry.objects.get(verb="exams.window.made")
    assert (trace.actor_id, trace.organisation_id) == (eve.pk, exam.organisation_id)


def test_a_window_that_makes_no_sense_is_not_made(eve) -> None:
    exam = make.exam(windowed=True)
    for said, fault in (
        ({"opens": 2, "closes": 1}, WindowFault.BACKWARDS),
        ({"opens": -2, "closes": -1}, WindowFault.OVER),
        ({"opens": 1, "closes": 1.1, "ends_sittings": True}, WindowFault.TOO_SHORT),
    ):
        with pytest.raises(windows.NotPossible) as caught:
            make.window(exam, **said)
        assert caught.value.fault == fault
    assert Window.objects.count() == 0


def test_an_exam_that_is_sat_at_any_time_has_no_windows(eve) -> None:
    with pytest.raises(windows.NotWindowed):
        make.window(make.exam())


def test_a_closed_window_takes_nobody_else_and_keeps_who_is_in_it(ada, ben, eve) -> None:
    exam = make.exam(windowed=True)
    window, other = make.window(exam), make.window(exam, opens=48, closes=50)
    entry = make.entered(exam, ada, within=window).entry
    for _ in range(2):
        windows.close(window_uuid=window.uuid, actor_id=eve.pk)
    window.refresh_from_db()
    assert (window.closed_by, TrailEntry.objects.filter(verb="exams.window.closed").count()) == (eve, 1)
    with pytest.raises(entries.NotThen) as caught:
        make.entered(exam, ben, within=window)
    assert caught.value.fault == TimeFault.CLOSED
    entry.refresh_from_db()
    assert entry.window == window
    make.entered(exam, ben, within=other)


def test_an_unknown_window_is_told(eve) -> None:
    with pytest.raises(UnknownWindow):
        windows.close(window_uuid="00000000-0000-0000-0000-000000000000", actor_id=eve.pk)


def test_the_table_refuses_a_window_that_nobody_closed_and_one_that_runs_backwards(eve) -> None:
    window = make.window(make.exam(windowed=True))
    for wrong in ({"closed_at": clock.now()}, {"closes_at": window.opens_at - timedelta(hours=1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Window.objects.update(**wrong)
