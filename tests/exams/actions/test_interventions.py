import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, connection, connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from courses.models import CoursePage
from exams.actions import credits, endings, interventions, invigilators, responses, sittings
from exams.actions.invigilators import NotIndependent, SamePerson, Tally
from exams.models import Credit, IdentityCheck, Incident, Message, Sitting, SittingChange
from exams.queries import sittings as queries
from exams.queries.sittings import UnknownSitting
from exams.rules import chain
from exams.rules.acceptance import Event
from exams.states import CreditCause, SittingState
from lms.audit.models import Entry as TrailEntry
from lms.db import clock
from lms.kit.machine import IllegalMove
from tests import cast
from tests.factories import courses as make_courses
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

WHY = "The fire alarm rang."


@pytest.fixture
def sitting(ada) -> Sitting:
    return make.running(make.exam(), ada)


def pause(sitting, by) -> Sitting:
    return interventions.pause(sitting_uuid=sitting.uuid, by_id=by.pk, reason=WHY)


def resume(sitting, by) -> Sitting:
    return interventions.resume(sitting_uuid=sitting.uuid, by_id=by.pk, reason="All are back.")


def give(sitting, by, **amount: float) -> Credit:
    return credits.give(sitting_uuid=sitting.uuid, by_id=by.pk, amount=timedelta(**amount), reason=WHY)


def trains(trainer, candidate) -> None:
    make_courses.trained(candidate, CoursePage.objects.first(), by=trainer)


def test_a_pause_stops_the_clock_and_its_end_credits_it(sitting, ivo) -> None:
    due = sitting.deadline_at
    with clock.shifted(minutes=4):
        paused = pause(sitting, ivo)
    assert (paused.state, paused.deadline_at) == (SittingState.PAUSED, due)
    with clock.shifted(minutes=30):
        assert endings.close_overdue() == 0
        on = resume(sitting, ivo)
        left = on.deadline_at - clock.now()
    on.refresh_from_db()
    assert (on.state, on.paused_at) == (SittingState.RUNNING, None)
    assert on.deadline_at == due + on.credited
    assert abs(left - timedelta(minutes=6)) < timedelta(seconds=5)
    credit = Credit.objects.get()
    assert (credit.state, credit.cause, credit.amount) == ("granted", "pause", on.credited)
    changes = SittingChange.objects.filter(event__in=["pause", "resume"]).order_by("id")
    assert list(changes.values_list("event", "by", "note")) == [
        ("pause", ivo.pk, WHY),
        ("resume", ivo.pk, "All are back."),
    ]


def test_pausing_and_resuming_twice_is_once(sitting, ivo, jun) -> None:
    pause(sitting, ivo)
    pause(sitting, jun)
    resume(sitting, ivo)
    resume(sitting, jun)
    assert Credit.objects.count() == 1
    assert SittingChange.objects.filter(event__in=["pause", "resume"]).count() == 2


def test_a_paused_sitting_holds_what_is_sent_and_takes_it_when_it_goes_on(sitting, ivo) -> None:
    with clock.shifted(minutes=1):
        pause(sitting, ivo)
    with clock.shifted(minutes=2):
        assert make.answer(sitting, {1: "a"}).all_held
        resume(sitting, ivo)
        assert str(make.answer(sitting, {1: "a"}).judged[0].verdict) == "accepted"


def test_when_the_time_is_up_there_is_nothing_to_pause(sitting, ivo) -> None:
    with clock.shifted(minutes=10, seconds=5), pytest.raises(sittings.NotRunning):
        pause(sitting, ivo)
    sitting.refresh_from_db()
    assert sitting.state == SittingState.RUNNING
    with clock.shifted(minutes=11), pytest.raises(sittings.NotRunning):
        pause(sitting, ivo)
    sitting.refresh_from_db()
    assert (sitting.state, sitting.closed_by) == (SittingState.SUBMITTED, "clock")


def test_before_the_start_nothing_is_paused_or_ended(ada, ivo) -> None:
    entered = make.entered(make.exam(), ada)
    for act in (interventions.pause, interventions.resume, interventions.terminate):
        with pytest.raises(IllegalMove):
            act(sitting_uuid=entered.uuid, by_id=ivo.pk, reason=WHY)
    with pytest.raises(sittings.NotRunning):
        give(entered, ivo, minutes=1)


def test_a_window_that_ends_sittings_ends_a_paused_one_too(sitting, ivo) -> None:
    Sitting.objects.filter(pk=sitting.pk).update(window_closes_at=sitting.deadline_at)
    with clock.shifted(minutes=1):
        pause(sitting, ivo)
    with clock.shifted(minutes=9):
        assert resume(sitting, ivo).deadline_at == sitting.deadline_at
        pause(sitting, ivo)
    with clock.shifted(minutes=11), pytest.raises(sittings.NotRunning):
        resume(sitting, ivo)
    sitting.refresh_from_db()
    assert (sitting.state, sitting.submitted_at) == (SittingState.SUBMITTED, sitting.deadline_at)


def test_an_invigilator_ends_a_sitting_with_the_reason(sitting, ivo) -> None:
    make.answer(sitting, {1: "a"})
    with clock.shifted(minutes=2):
        ended = interventions.terminate(
            sitting_uuid=sitting.uuid, by_id=ivo.pk, reason="Notes in the sleeve."
        )
    assert (ended.state, ended.closed_by, ended.answered) == (SittingState.SUBMITTED, "staff", 1)
    assert ended.submitted_at < ended.deadline_at
    change = SittingChange.objects.get(event="terminate")
    assert (change.by, change.note) == (ivo, "Notes in the sleeve.")
    with pytest.raises(sittings.NotRunning):
        interventions.terminate(sitting_uuid=sitting.uuid, by_id=ivo.pk, reason=WHY)


def test_a_paused_sitting_is_ended_as_of_when_its_clock_stopped(sitting, ivo) -> None:
    with clock.shifted(minutes=2):
        paused_at = pause(sitting, ivo).paused_at
    with clock.shifted(hours=2):
        ended = interventions.terminate(sitting_uuid=sitting.uuid, by_id=ivo.pk, reason=WHY)
    assert ended.submitted_at == paused_at


def test_a_small_credit_is_granted_at_once_and_a_large_one_by_a_second_person(sitting, ivo, jun) -> None:
    due = sitting.deadline_at
    assert give(sitting, ivo, minutes=6).state == "granted"
    sitting.refresh_from_db()
    assert sitting.deadline_at == due + timedelta(minutes=6)
    # The second six minutes are more than one person gives alone, though each is less.
    proposed = give(sitting, ivo, minutes=6)
    assert proposed.state == "proposed"
    sitting.refresh_from_db()
    assert sitting.deadline_at == due + timedelta(minutes=6)
    with pytest.raises(SamePerson):
        credits.grant(credit_uuid=proposed.uuid, by_id=ivo.pk)
    for _ in range(2):
        credits.grant(credit_uuid=proposed.uuid, by_id=jun.pk)
    sitting.refresh_from_db()
    assert sitting.deadline_at == due + timedelta(minutes=12)
    changes = SittingChange.objects.filter(event="credit").order_by("id")
    assert list(changes.values_list("by", "note")) == [(ivo.pk, WHY), (jun.pk, WHY)]
    assert list(
        TrailEntry.objects.filter(verb__contains="credit").order_by("id").values_list("verb", flat=True)
    ) == ["exams.sitting.credited", "exams.credit.proposed", "exams.sitting.credited"]


def test_a_declined_credit_leaves_the_deadline(sitting, ivo, jun) -> None:
    proposed = give(sitting, ivo, minutes=20)
    with pytest.raises(SamePerson):
        credits.decline(credit_uuid=proposed.uuid, by_id=ivo.pk, reason="No.")
    credits.decline(credit_uuid=proposed.uuid, by_id=jun.pk, reason="It was two minutes.")
    with pytest.raises(IllegalMove):
        credits.grant(credit_uuid=proposed.uuid, by_id=jun.pk)
    due = sitting.deadline_at
    sitting.refresh_from_db()
    assert sitting.deadline_at == due


def test_no_credit_takes_time_away_or_comes_after_the_end(sitting, ivo, jun) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        give(sitting, ivo, minutes=-1)
    proposed = give(sitting, ivo, minutes=20)
    with clock.shifted(minutes=11):
        with pytest.raises(sittings.NotRunning):
            credits.grant(credit_uuid=proposed.uuid, by_id=jun.pk)
        with pytest.raises(sittings.NotRunning):
            give(sitting, ivo, minutes=1)


def test_messages_reach_the_candidate_with_the_next_save(sitting, ivo) -> None:
    for text in ("Ten minutes more.", "Please be quiet."):
        interventions.send_message(sitting_uuid=sitting.uuid, by_id=ivo.pk, text=text)
    receipt = make.answer(sitting, {1: "a"})
    assert [text for _, _, text in receipt.messages] == ["Ten minutes more.", "Please be quiet."]
    sittings.submit(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    with pytest.raises(sittings.NotRunning):
        interventions.send_message(sitting_uuid=sitting.uuid, by_id=ivo.pk, text="Too late.")


def test_incidents_and_identity_are_noted_with_person_and_time(ada, ivo) -> None:
    entered = make.entered(make.exam(), ada)
    interventions.check_identity(sitting_uuid=entered.uuid, by_id=ivo.pk, method="Passport")
    check = IdentityCheck.objects.get()
    assert (check.method, check.by) == ("Passport", ivo)
    sitting = sittings.start(entry_uuid=entered.entry.uuid, person_id=ada.pk)
    sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    interventions.note_incident(sitting_uuid=sitting.uuid, by_id=ivo.pk, kind="conduct", text="Talked.")
    assert (Incident.objects.get().kind, Incident.objects.get().by) == ("conduct", ivo)
    with pytest.raises(sittings.NotRunning):
        interventions.check_identity(sitting_uuid=sitting.uuid, by_id=ivo.pk, method="Passport")


ACTS = {
    "pause": pause,
    "resume": resume,
    "terminate": lambda s, by: interventions.terminate(sitting_uuid=s.uuid, by_id=by.pk, reason=WHY),
    "credit": lambda s, by: give(s, by, minutes=1),
    "message": lambda s, by: interventions.send_message(sitting_uuid=s.uuid, by_id=by.pk, text="Hello."),
    "incident": lambda s, by: interventions.note_incident(
        sitting_uuid=s.uuid, by_id=by.pk, kind="note", text="Late."
    ),
    "identity": lambda s, by: interventions.check_identity(
        sitting_uuid=s.uuid, by_id=by.pk, method="Passport"
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_neither_candidate_nor_trainer_may_act(act, library, ada, ivo) -> None:
    sitting = make.running(make.exam(), ada)
    trains(ivo, ada)
    for by, bar in ((ada, "candidate"), (ivo, "trainer")):
        with pytest.raises(NotIndependent) as refused:
            ACTS[act](sitting, by)
        assert refused.value.bar == bar
    assert [m.objects.count() for m in (Credit, Message, Incident, IdentityCheck)] == [0, 0, 0, 0]
    sitting.refresh_from_db()
    assert sitting.state == SittingState.RUNNING


def test_an_unknown_sitting_is_unknown(ivo, sitting) -> None:
    with pytest.raises(UnknownSitting):
        interventions.pause(sitting_uuid=sitting.entry.uuid, by_id=ivo.pk, reason=WHY)


def test_all_of_an_exam_are_paused_credited_told_and_resumed(library, ada, ben, dag, ivo) -> None:
    exam, other = make.exam(), make.exam("other")
    mine = [make.running(exam, person) for person in (ada, ben, dag)]
    elsewhere = make.running(other, ada)
    trains(ivo, dag)
    asked = {"exam_id": exam.pk, "by_id": ivo.pk}
    assert interventions.pause_all(**asked, reason=WHY) == Tally(2, 1, 0)
    assert interventions.send_message_to_all(**asked, text="Stay calm.") == Tally(2, 1, 0)
    assert credits.give_all(**asked, amount=timedelta(minutes=2), reason=WHY) == Tally(2, 1, 0)
    assert interventions.resume_all(**asked, reason="On.") == Tally(2, 0, 0)
    states = {row.pk: (row.state, row.credited >= timedelta(minutes=2)) for row in Sitting.objects.all()}
    assert states == {
        mine[0].pk: ("running", True),
        mine[1].pk: ("running", True),
        mine[2].pk: ("running", False),
        elsewhere.pk: ("running", False),
    }


def test_of_many_one_that_has_ended_meanwhile_is_passed_by(ada, ben, ivo) -> None:
    exam = make.exam()
    make.running(exam, ada)
    with clock.shifted(minutes=5):
        make.running(exam, ben)
    with clock.shifted(minutes=11):
        assert interventions.pause_all(exam_id=exam.pk, by_id=ivo.pk, reason=WHY) == Tally(1, 0, 1)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["pause", "resume", "small", "large", "grant", "decline", "save", "sweep"]),
        st.integers(0, 240),
    ),
    max_size=12,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, windowed=st.booleans())
def test_a_deadline_never_shrinks(steps, windowed, sitting, ivo, jun) -> None:
    """Whatever invigilators do in whichever order: no second is taken away, none is given that nobody granted."""
    with transaction.atomic():
        if windowed:
            closes = sitting.deadline_at + timedelta(minutes=7)
            Sitting.objects.filter(pk=sitting.pk).update(window_closes_at=closes)
        due, elapsed, seq = sitting.deadline_at, 0, 0
        for step, later in steps:
            elapsed += later
            with clock.shifted(seconds=elapsed):
                seq += 1
                _try(step, sitting, ivo, jun, seq)
                now = Sitting.objects.get(pk=sitting.pk)
            assert now.deadline_at >= due
            granted = Credit.objects.filter(sitting=sitting, state="granted").values_list("amount", flat=True)
            assert now.credited == sum(granted, timedelta())
            full = now.started_at + now.time_allowed + now.credited
            assert now.deadline_at == (min(full, now.window_closes_at) if now.window_closes_at else full)
            due = now.deadline_at
        transaction.set_rollback(True)


def _try(step: str, sitting: Sitting, ivo, jun, seq: int) -> None:
    proposed = Credit.objects.filter(sitting=sitting, state="proposed").first()
    try:
        if step == "pause":
            pause(sitting, ivo)
        elif step == "resume":
            resume(sitting, jun)
        elif step in {"small", "large"}:
            give(sitting, ivo, minutes=2 if step == "small" else 30)
        elif step == "save":
            make.answer(sitting, {1: "a"}, first=seq)
        elif step == "sweep":
            endings.close_overdue()
        elif proposed and step == "grant":
            credits.grant(credit_uuid=proposed.uuid, by_id=jun.pk)
        elif proposed:
            credits.decline(credit_uuid=proposed.uuid, by_id=jun.pk, reason=WHY)
    except sittings.NotRunning:
        pass


def _together(*work: Callable[[], None]) -> list[Exception]:
    """Does all of it at the same time, each on a connection of its own; returns what went wrong."""
    gate, faults = threading.Barrier(len(work)), []

    def run(one: Callable[[], None]) -> None:
        try:
            gate.wait()
            one()
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[one]) for one in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return faults


def _saves(sitting: Sitting, first: int, acknowledged: list[int]) -> None:
    for seq in range(first, first + 40):
        receipt = make.answer(sitting, {1 + seq % 5: "abc"[seq % 3]}, first=seq)
        # Held is not lost: the page keeps it and sends it again, as here.
        while receipt.all_held:
            receipt = make.answer(sitting, {1 + seq % 5: "abc"[seq % 3]}, first=seq)
        assert str(receipt.judged[0].verdict) == "accepted"
        acknowledged.append(seq)


@pytest.mark.django_db(transaction=True)
def test_pauses_credits_and_saves_at_once_lose_nothing(ada) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, so that two can't meet in a transaction")
    ivo, jun = cast.person("ivo"), cast.person("jun")
    sitting = make.running(make.exam(), ada)
    acknowledged: list[int] = []

    def pauses() -> None:
        for _ in range(10):
            pause(sitting, ivo)
            resume(sitting, jun)

    def gives(by) -> None:
        for _ in range(10):
            give(sitting, by, seconds=3)

    faults = _together(
        partial(_saves, sitting, 1, acknowledged), pauses, partial(gives, ivo), partial(gives, jun)
    )
    assert faults == []
    sitting.refresh_from_db()
    links = queries.links(sitting.pk)
    assert chain.first_break(links, sitting=str(sitting.uuid), form_digest=sitting.form.digest) is None
    assert sorted(link.seq for link in links) == sorted(acknowledged)
    assert len(acknowledged) == 40
    credited = sum(Credit.objects.filter(state="granted").values_list("amount", flat=True), timedelta())
    assert sitting.credited == credited
    assert Credit.objects.filter(cause=CreditCause.PAUSE).count() == 10
    assert sitting.deadline_at == sitting.started_at + sitting.time_allowed + credited


@pytest.mark.django_db(transaction=True)
def test_no_save_is_accepted_after_the_pause_that_it_met(ada) -> None:
    """What the server takes while the clock stands still was stamped before: a save that waited for the pause
    sees it."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, so that two can't meet in a transaction")
    ivo = cast.person("ivo")
    sitting = make.running(make.exam(), ada)
    seen: list[str] = []

    def save() -> None:
        try:
            receipt = responses.save(
                sitting_uuid=sitting.uuid, person_id=ada.pk, epoch=1, events=[Event(1, 1, 1, "a")]
            )
            seen.extend([receipt.state, str(receipt.judged[0].verdict)])
        finally:
            connections.close_all()

    with transaction.atomic():
        invigilators.locked(sitting_uuid=sitting.uuid, by_id=ivo.pk)
        waiting = threading.Thread(target=save)
        pause(sitting, ivo)
        waiting.start()
        waiting.join(timeout=0.5)
        assert waiting.is_alive()
    waiting.join(timeout=10)
    assert seen == ["paused", "held"]
