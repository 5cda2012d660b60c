import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection, connections

from exams.actions import responses, sittings
from exams.models import LateResponse, ResponseEvent, ResponseStamp, Sitting, SittingChange
from exams.queries import sittings as queries
from exams.queries.sittings import UnknownSitting
from exams.rules import chain
from exams.rules import responses as rules
from exams.rules.acceptance import Event, Refusal
from exams.states import SittingState
from lms.db import clock
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(ada) -> Sitting:
    return make.running(make.exam(), ada)


def verdicts(receipt: responses.Receipt) -> list[str]:
    return [str(one.verdict) for one in receipt.judged]


def current(sitting: Sitting) -> dict:
    return rules.current(queries.events(sitting.pk))


def test_an_answer_is_stored_with_the_servers_time(sitting) -> None:
    receipt = make.answer(sitting, {1: "a", 2: None})
    assert verdicts(receipt) == ["accepted", "accepted"]
    assert receipt.seconds_left in (599, 600)
    assert list(ResponseEvent.objects.values_list("epoch", "seq", "position", "value")) == [
        (1, 1, 1, "a"),
        (1, 2, 2, None),
    ]
    assert ResponseEvent.objects.get(seq=1).at == receipt.at
    assert current(sitting) == {1: "a"}


def test_the_same_batch_again_changes_nothing(sitting) -> None:
    make.answer(sitting, {1: "a"})
    assert verdicts(make.answer(sitting, {1: "b", 2: "c"})) == ["duplicate", "accepted"]
    assert current(sitting) == {1: "a", 2: "c"}


def test_what_does_not_fit_is_refused_and_the_rest_stored(sitting) -> None:
    events = [Event(1, 1, 99, "a"), Event(1, 2, 1, "z"), Event(1, 3, 2, "b"), Event(1, 3, 3, "b")]
    receipt = responses.save(
        sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, epoch=1, events=events
    )
    assert [one.refusal for one in receipt.judged] == [
        Refusal.UNKNOWN_POSITION,
        Refusal.WRONG_VALUE,
        None,
        Refusal.REPEATED_SEQ,
    ]
    assert current(sitting) == {2: "b"}


def test_a_late_answer_is_kept_as_evidence_and_the_sitting_closed(sitting) -> None:
    make.answer(sitting, {1: "a"})
    with clock.shifted(minutes=10, seconds=11):
        receipt = make.answer(sitting, {2: "b"}, first=2)
    assert verdicts(receipt) == ["late"]
    assert receipt.state == SittingState.SUBMITTED
    sitting.refresh_from_db()
    assert (sitting.state, sitting.closed_by, sitting.answered) == (SittingState.SUBMITTED, "clock", 1)
    assert sitting.submitted_at == sitting.deadline_at
    assert list(LateResponse.objects.values_list("position", "value")) == [(2, "b")]
    assert current(sitting) == {1: "a"}


def test_what_was_saved_in_time_and_is_sent_again_late_is_a_duplicate(sitting) -> None:
    make.answer(sitting, {1: "a"})
    with clock.shifted(minutes=11):
        receipt = make.answer(sitting, {1: "a", 2: "b"})
        assert verdicts(receipt) == ["duplicate", "late"]
        assert verdicts(make.answer(sitting, {1: "a", 2: "b"})) == ["duplicate", "late"]
    assert LateResponse.objects.count() == 1


def test_after_handing_in_an_answer_is_late_too(sitting) -> None:
    sittings.submit(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    assert verdicts(make.answer(sitting, {1: "a"})) == ["late"]
    assert current(sitting) == {}


def test_the_last_second_counts(sitting) -> None:
    with clock.shifted(minutes=9, seconds=59):
        assert verdicts(make.answer(sitting, {1: "a"})) == ["accepted"]


def stamped(sitting, *events: Event) -> responses.Receipt:
    return responses.save(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, epoch=1, events=events)


def test_what_was_on_its_way_at_the_end_counts_for_ten_seconds(sitting) -> None:
    in_time = sitting.deadline_at - timedelta(seconds=1)
    after = sitting.deadline_at + timedelta(microseconds=1)
    events = [Event(1, 1, 1, "a", in_time), Event(1, 2, 2, "b", after), Event(1, 3, 3, "c")]
    with clock.shifted(minutes=10, seconds=5):
        receipt = stamped(sitting, *events)
        assert verdicts(receipt) == ["accepted", "late", "late"]
        assert receipt.state == SittingState.RUNNING
        assert verdicts(stamped(sitting, *events)) == ["duplicate", "late", "late"]
    with clock.shifted(minutes=10, seconds=11):
        receipt = stamped(sitting, Event(1, 4, 4, "a", in_time))
        assert verdicts(receipt) == ["late"]
        assert receipt.state == SittingState.SUBMITTED
    assert current(sitting) == {1: "a"}
    assert list(ResponseStamp.objects.values_list("number", "stamped_at")) == [(1, in_time)]
    assert queries.links(sitting.pk)[0].stamped_at == in_time
    assert set(LateResponse.objects.values_list("seq", "stamped_at")) == {(2, after), (3, None), (4, in_time)}


def test_a_stamp_in_the_past_adds_nothing_while_the_sitting_runs(sitting) -> None:
    assert verdicts(stamped(sitting, Event(1, 1, 1, "a", sitting.deadline_at + timedelta(days=1)))) == [
        "accepted"
    ]
    assert queries.links(sitting.pk)[0].stamped_at is None
    assert not ResponseStamp.objects.exists()


def test_each_event_is_chained_to_those_before_it(sitting) -> None:
    first = make.answer(sitting, {1: "a", 2: "b"})
    second = make.answer(sitting, {3: None}, first=3)
    links = queries.links(sitting.pk)
    bound = {"sitting": str(sitting.uuid), "form_digest": sitting.form.digest}
    assert [link.number for link in links] == [1, 2, 3]
    assert (first.head, second.head) == (links[1].digest.hex(), links[2].digest.hex())
    assert chain.first_break(links, **bound) is None
    # A repetition adds no link.
    assert make.answer(sitting, {3: None}, first=3).head == second.head
    ended = sittings.submit(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    assert (ended.chain_length, ended.chain_head) == (3, second.head)


def test_an_older_device_fills_only_what_the_newer_has_not_touched(sitting) -> None:
    lent = sittings.take_over(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    assert lent.epoch == 2
    make.answer(sitting, {1: "b", 2: None}, epoch=2)
    receipt = make.answer(sitting, {1: "a", 2: "a", 3: "a"}, epoch=1)
    assert verdicts(receipt) == ["superseded", "superseded", "accepted"]
    assert receipt.epoch == 2
    assert current(sitting) == {1: "b", 3: "a"}
    assert ResponseEvent.objects.count() == 5


def test_a_takeover_leaves_a_change_row(sitting) -> None:
    sittings.take_over(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    assert list(SittingChange.objects.order_by("id").values_list("event", "epoch")) == [
        ("start", 1),
        ("take_over", 2),
    ]


def test_a_sitting_that_has_ended_lends_nothing(sitting) -> None:
    with clock.shifted(minutes=11), pytest.raises(sittings.NotRunning):
        sittings.take_over(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    sitting.refresh_from_db()
    assert sitting.state == SittingState.SUBMITTED


def test_another_persons_sitting_is_unknown(sitting, dag) -> None:
    with pytest.raises(UnknownSitting):
        responses.save(sitting_uuid=sitting.uuid, person_id=dag.pk, epoch=1, events=[Event(1, 1, 1, "a")])
    with pytest.raises(UnknownSitting):
        sittings.take_over(sitting_uuid=sitting.uuid, person_id=dag.pk)
    with pytest.raises(UnknownSitting):
        sittings.submit(sitting_uuid=sitting.uuid, person_id=dag.pk)


def test_a_sitting_that_has_not_started_takes_nothing(ada) -> None:
    sitting = make.entered(make.exam(), ada)
    with pytest.raises(UnknownSitting):
        make.answer(sitting, {1: "a"})


def test_a_form_page_numbers_its_own_changes(sitting) -> None:
    for value in ("a", "b", "a"):
        responses.save_page(
            sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, changes=[(1, value), (2, "c")]
        )
    assert current(sitting) == {1: "a", 2: "c"}
    assert list(ResponseEvent.objects.values_list("seq", flat=True)) == [1, 2, 3, 4, 5, 6]


def test_a_form_page_takes_the_lease_from_a_tab_and_its_answer_wins(sitting) -> None:
    sittings.take_over(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    make.answer(sitting, {1: "a"}, epoch=2)
    responses.save_page(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, changes=[(1, "b")])
    receipt = make.answer(sitting, {1: "c", 2: "c"}, epoch=2, first=2)
    assert verdicts(receipt) == ["superseded", "accepted"]
    assert receipt.epoch == 3
    assert current(sitting) == {1: "b", 2: "c"}


def test_a_late_form_page_is_late_even_when_its_numbers_were_used(sitting) -> None:
    responses.save_page(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, changes=[(1, "a")])
    with clock.shifted(minutes=11):
        receipt = responses.save_page(
            sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, changes=[(1, "b")]
        )
    assert verdicts(receipt) == ["late"]
    assert current(sitting) == {1: "a"}


@pytest.mark.parametrize("rows", [3, 300])
def test_a_save_is_two_statements_whatever_is_stored_already(sitting, rows) -> None:
    make.stored(sitting, rows, first=100)
    for epoch in (1, 2):
        with statements() as said:
            make.answer(sitting, {1: "a", 2: "b", 3: "c"}, epoch=1, first=1000 * epoch)
        assert len(said) == 2, said
        sittings.take_over(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)


def test_a_late_form_page_does_not_stand_where_the_evidence_of_a_tab_belongs(sitting) -> None:
    sittings.take_over(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id)
    with clock.shifted(minutes=11):
        responses.save_page(
            sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, changes=[(1, "b"), (2, "b")]
        )
        make.answer(sitting, {1: "a"}, epoch=2)
        responses.save_page(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, changes=[(1, "c")])
    kept = LateResponse.objects.order_by("epoch", "seq").values_list("epoch", "seq", "position", "value")
    assert list(kept) == [(0, 1, 1, "b"), (0, 2, 2, "b"), (0, 3, 1, "c"), (2, 1, 1, "a")]


@pytest.mark.django_db(transaction=True)
def test_saves_that_meet_take_each_event_once(sitting) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, so that two can't meet in a transaction")
    gate, receipts = threading.Barrier(12), []

    def run(turn: int) -> None:
        try:
            for first in range(1, 31, 3):
                gate.wait(timeout=60)
                events = [Event(1, first + n, 1 + n, "abc"[turn % 3]) for n in range(3)]
                receipts.append(stamped(sitting, *events))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(turn,)) for turn in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = Counter(verdict for receipt in receipts for verdict in verdicts(receipt))
    assert said == {"accepted": 30, "duplicate": 330}
    links = queries.links(sitting.pk)
    assert sorted(link.seq for link in links) == list(range(1, 31))
    bound = {"sitting": str(sitting.uuid), "form_digest": sitting.form.digest}
    assert chain.first_break(links, **bound) is None
