from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exams.actions import breaks, credits, endings, interventions, presence, responses, sittings
from exams.actions.invigilators import OnBreak, Tally
from exams.models import Credit, Entry, Sitting, SittingChange
from exams.queries import sittings as queries
from exams.queries.sittings import UnknownSitting
from exams.states import CreditCause, SittingState
from lms.audit.models import Entry as TrailEntry
from lms.db import clock
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

GRANTED = timedelta(minutes=5)
WHY = "The fire alarm rang."


def granted(sitting: Sitting, amount: timedelta = GRANTED) -> Sitting:
    """The sitting, with breaks by its entry."""
    Entry.objects.filter(pk=sitting.entry_id).update(break_seconds=int(amount.total_seconds()))
    return Sitting.objects.select_related("entry").get(pk=sitting.pk)


@pytest.fixture
def sitting(ada) -> Sitting:
    """Ten minutes, with five of breaks."""
    return granted(make.running(make.exam(), ada))


def take(sitting) -> Sitting:
    return breaks.take(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)


def go_on(sitting) -> Sitting:
    return breaks.go_on(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)


def save(sitting, seq: int = 1) -> responses.Receipt:
    return make.answer(sitting, {1: "a"}, first=seq)


def stands(sitting) -> Sitting:
    sitting.refresh_from_db()
    return sitting


def changes(sitting) -> list[tuple[str, int | None, str]]:
    rows = SittingChange.objects.filter(sitting=sitting, event__in=["pause", "resume"]).order_by("id")
    return list(rows.values_list("event", "by", "note"))


def test_a_break_stops_the_clock_and_its_end_credits_it(sitting, ada) -> None:
    due = sitting.deadline_at
    with clock.shifted(minutes=2):
        away = take(sitting)
        assert (away.state, away.deadline_at) == (SittingState.PAUSED, due)
        assert away.break_ends_at == away.paused_at + GRANTED
        assert [one.verdict for one in save(sitting).judged] == ["held"]
    with clock.shifted(minutes=5):
        back = go_on(sitting)
    assert (back.state, back.paused_at, back.break_ends_at) == (SittingState.RUNNING, None, None)
    assert back.deadline_at == due + back.credited
    assert back.break_taken == back.credited
    assert abs(back.credited - timedelta(minutes=3)) < timedelta(seconds=5)
    credit = Credit.objects.get()
    assert (credit.state, credit.cause, credit.amount, credit.by_id) == (
        "granted",
        "break",
        back.credited,
        ada.pk,
    )
    assert changes(sitting) == [("pause", ada.pk, "break"), ("resume", ada.pk, "break")]
    verbs = TrailEntry.objects.filter(verb__in=["exams.sitting.paused", "exams.sitting.resumed"])
    assert list(verbs.order_by("id").values_list("actor_id", flat=True)) == [ada.pk, ada.pk]


def test_what_is_left_of_the_break_time_may_be_taken_later_and_no_more(sitting) -> None:
    take(sitting)
    with clock.shifted(minutes=3):
        go_on(sitting)
        again = take(sitting)
        assert abs(again.break_ends_at - again.paused_at - timedelta(minutes=2)) < timedelta(seconds=5)
    with clock.shifted(minutes=6):
        assert endings.refresh(again).state == SittingState.RUNNING
        with pytest.raises(breaks.NoneLeft):
            take(sitting)
    assert stands(sitting).credited == GRANTED
    assert stands(sitting).state == SittingState.RUNNING


def test_taking_one_and_going_on_twice_is_once(sitting, ada) -> None:
    take(sitting)
    with clock.shifted(minutes=1):
        take(sitting)
    with clock.shifted(minutes=2):
        go_on(sitting)
        go_on(sitting)
    assert len(changes(sitting)) == 2
    assert abs(stands(sitting).credited - timedelta(minutes=2)) < timedelta(seconds=5)


def test_without_an_accommodation_there_is_no_break(ada) -> None:
    sitting = make.running(make.exam(), ada)
    with pytest.raises(breaks.NoneLeft):
        take(sitting)
    assert stands(sitting).state == SittingState.RUNNING


def test_a_break_is_ones_own(sitting, ben) -> None:
    for act in (breaks.take, breaks.go_on):
        with pytest.raises(UnknownSitting):
            act(sitting_uuid=sitting.uuid, person_id=ben.pk)


def test_before_the_start_and_after_the_end_there_is_no_break(ada, ben) -> None:
    exam = make.exam()
    waiting = granted(make.entered(exam, ben))
    with pytest.raises(sittings.NotRunning):
        take(waiting)
    over = granted(make.handed_in(exam, ada))
    for act in (take, go_on):
        with pytest.raises(sittings.NotRunning):
            act(over)


def test_no_break_begins_in_the_grace_after_the_end(sitting) -> None:
    with clock.shifted(minutes=10, seconds=5), pytest.raises(sittings.NotRunning):
        take(sitting)
    assert stands(sitting).state == SittingState.RUNNING
    with clock.shifted(minutes=11), pytest.raises(sittings.NotRunning):
        take(sitting)
    assert stands(sitting).state == SittingState.SUBMITTED


# --- a break that runs out -----------------------------------------------------------------------------


TOUCHES = {
    "save": save,
    "form": lambda s: responses.save_page(sitting_uuid=s.uuid, person_id=s.candidate_id, changes=[(1, "a")]),
    "page and state": lambda s: endings.refresh(queries.sitting(s.uuid, person_id=s.candidate_id)),
    "lease": lambda s: sittings.take_over(sitting_uuid=s.uuid, person_id=s.candidate_id),
    "presence": lambda s: presence.hear(sitting_uuid=s.uuid, person_id=s.candidate_id),
    "hand in": lambda s: sittings.submit(sitting_uuid=s.uuid, person_id=s.candidate_id),
    "go on": go_on,
    "sweep": lambda _: breaks.end_overdue(),
    "closing": lambda s: endings.close(sitting_id=s.pk),
}


@pytest.mark.parametrize("touch", TOUCHES.values(), ids=TOUCHES)
def test_a_break_that_ran_out_is_over_for_whatever_touches_the_sitting(touch, sitting) -> None:
    due = sitting.deadline_at
    begun = take(sitting).paused_at
    with clock.shifted(minutes=12):
        touch(sitting)
    found = stands(sitting)
    assert found.state in (SittingState.RUNNING, SittingState.SUBMITTED)
    assert (found.deadline_at, found.credited, found.break_taken) == (due + GRANTED, GRANTED, GRANTED)
    credit = Credit.objects.get()
    assert (credit.cause, credit.amount, credit.at) == (CreditCause.BREAK, GRANTED, begun + GRANTED)
    last = SittingChange.objects.filter(event="resume").get()
    assert (last.by_id, last.at, last.note) == (None, begun + GRANTED, "break")


def test_an_invigilator_finds_it_over_too(sitting, ivo) -> None:
    take(sitting)
    with clock.shifted(minutes=6):
        interventions.send_message(sitting_uuid=sitting.uuid, by_id=ivo.pk, text="All is well.")
    assert (stands(sitting).state, sitting.credited) == (SittingState.RUNNING, GRANTED)


def test_a_save_after_a_break_that_ran_out_counts(sitting) -> None:
    take(sitting)
    with clock.shifted(minutes=6):
        receipt = save(sitting)
    assert [one.verdict for one in receipt.judged] == ["accepted"]
    assert (receipt.state, receipt.break_ends_at) == (SittingState.RUNNING, None)
    assert receipt.deadline_at == stands(sitting).deadline_at


def test_a_save_costs_two_statements_with_breaks_as_without(sitting) -> None:
    take(sitting)
    go_on(sitting)
    with statements() as said:
        save(sitting)
    assert len(said) == 2


def test_when_the_time_went_by_after_a_break_that_nobody_saw_end_the_sitting_is_closed_at_its_deadline(
    sitting,
) -> None:
    due = sitting.deadline_at
    with clock.shifted(minutes=9):
        take(sitting)
    with clock.shifted(minutes=30):
        assert breaks.end_overdue() == 1
    ended = stands(sitting)
    assert (ended.state, ended.closed_by) == (SittingState.SUBMITTED, "clock")
    assert ended.submitted_at == ended.deadline_at == due + GRANTED


def test_a_closing_sweep_leaves_a_break_alone(sitting) -> None:
    with clock.shifted(minutes=8):
        take(sitting)
    with clock.shifted(minutes=12):
        assert (endings.close_overdue(), breaks.end_overdue()) == (0, 0)
    assert stands(sitting).state == SittingState.PAUSED


def test_a_break_ends_with_the_window_and_moves_nothing_beyond_it(ada) -> None:
    exam = make.exam(windowed=True)
    window = make.window(exam, opens=1, closes=2, ends_sittings=True)
    entered = make.entered(exam, ada, within=window, hours=0)
    with clock.shifted(minutes=115):
        sitting = granted(sittings.start(entry_uuid=entered.entry.uuid, person_id=ada.pk), GRANTED * 3)
        assert sitting.deadline_at == window.closes_at
        assert take(sitting).break_ends_at == window.closes_at
    with clock.shifted(minutes=121):
        breaks.end_overdue()
    ended = stands(sitting)
    assert (ended.state, ended.submitted_at) == (SittingState.SUBMITTED, window.closes_at)


def test_the_table_refuses_a_break_of_a_sitting_that_runs(sitting) -> None:
    with pytest.raises(IntegrityError, match="break_is_a_pause"), transaction.atomic():
        Sitting.objects.filter(pk=sitting.pk).update(break_ends_at=clock.now())


# --- a break and an invigilator ------------------------------------------------------------------------


def pause(sitting, by) -> Sitting:
    return interventions.pause(sitting_uuid=sitting.uuid, by_id=by.pk, reason=WHY)


def resume(sitting, by) -> Sitting:
    return interventions.resume(sitting_uuid=sitting.uuid, by_id=by.pk, reason=WHY)


def test_in_a_pause_by_an_invigilator_no_break_begins_and_the_candidate_does_not_go_on(sitting, ivo) -> None:
    pause(sitting, ivo)
    for act in (take, go_on):
        with pytest.raises(sittings.Paused):
            act(sitting)
    assert stands(sitting).break_ends_at is None


def test_a_pause_by_an_invigilator_ends_the_break_and_spends_none_of_its_time(sitting, ada, ivo) -> None:
    due = sitting.deadline_at
    take(sitting)
    with clock.shifted(minutes=2):
        paused = pause(sitting, ivo)
    assert (paused.state, paused.break_ends_at) == (SittingState.PAUSED, None)
    with clock.shifted(minutes=30):
        assert breaks.end_overdue() == 0
        on = resume(sitting, ivo)
        assert abs(breaks.left(granted(on)) - timedelta(minutes=3)) < timedelta(seconds=5)
    assert changes(sitting) == [
        ("pause", ada.pk, "break"), ("resume", ivo.pk, "break"), ("pause", ivo.pk, WHY), ("resume", ivo.pk, WHY)
    ]  # fmt: skip
    assert on.deadline_at == due + sum(Credit.objects.values_list("amount", flat=True), timedelta())
    assert abs(on.deadline_at - due - timedelta(minutes=30)) < timedelta(seconds=5)


def test_an_invigilator_does_not_cut_a_break_short_but_may_end_the_sitting(sitting, ivo) -> None:
    begun = take(sitting).paused_at
    with clock.shifted(minutes=2):
        with pytest.raises(OnBreak):
            resume(sitting, ivo)
        ended = interventions.terminate(sitting_uuid=sitting.uuid, by_id=ivo.pk, reason=WHY)
    assert (ended.state, ended.submitted_at) == (SittingState.SUBMITTED, begun)
    assert stands(sitting).break_ends_at is None


def test_all_are_paused_also_those_on_a_break_and_all_resumed_without_these(ada, ben, ivo) -> None:
    exam = make.exam(forms=2)
    first, second = granted(make.running(exam, ada)), make.running(exam, ben)
    take(first)
    assert interventions.resume_all(exam_id=exam.pk, by_id=ivo.pk, reason=WHY) == Tally(0, 0, 0)
    assert interventions.pause_all(exam_id=exam.pk, by_id=ivo.pk, reason=WHY) == Tally(2, 0, 0)
    assert interventions.pause_all(exam_id=exam.pk, by_id=ivo.pk, reason=WHY) == Tally(0, 0, 0)
    assert interventions.resume_all(exam_id=exam.pk, by_id=ivo.pk, reason=WHY) == Tally(2, 0, 0)
    assert [stands(one).state for one in (first, second)] == [SittingState.RUNNING] * 2


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["take", "take", "go on", "pause", "resume", "credit", "save", "sweep", "look"]),
            st.integers(0, 240),
        ),
        max_size=14,
    )
)
def test_whatever_is_done_the_deadline_never_shrinks_and_breaks_give_no_more_than_was_granted(
    ada, ivo, room, steps
) -> None:
    with transaction.atomic():
        _walk(room, ivo, steps)
        transaction.set_rollback(True)


@pytest.fixture
def room(sitting) -> Sitting:
    return sitting


def _walk(sitting, ivo, steps) -> None:
    passed, due = 0.0, sitting.deadline_at
    for seq, (step, wait) in enumerate(steps, 1):
        passed += wait
        with clock.shifted(seconds=passed):
            try:
                _step(step, sitting, ivo, seq)
            except (breaks.NoneLeft, OnBreak, sittings.NotRunning, sittings.Paused):
                pass
        found = Sitting.objects.get(pk=sitting.pk)
        given_back = Credit.objects.filter(cause=CreditCause.BREAK).values_list("amount", flat=True)
        assert found.deadline_at >= due
        assert sum(given_back, timedelta()) == found.break_taken <= GRANTED
        assert found.deadline_at == sitting.started_at + found.time_allowed + found.credited
        due = found.deadline_at


def _step(step, sitting, ivo, seq) -> None:
    if step == "take":
        take(sitting)
    elif step == "go on":
        go_on(sitting)
    elif step == "pause":
        pause(sitting, ivo)
    elif step == "resume":
        resume(sitting, ivo)
    elif step == "credit":
        credits.give(sitting_uuid=sitting.uuid, by_id=ivo.pk, amount=timedelta(seconds=30), reason=WHY)
    elif step == "save":
        save(sitting, seq)
    elif step == "sweep":
        breaks.end_overdue()
        endings.close_overdue()
    else:
        presence.hear(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
