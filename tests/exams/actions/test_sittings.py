import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction

from exams.actions import endings, marking, sittings
from exams.models import Form, ResponseEvent, Result, Sitting, SittingChange
from exams.queries import verification
from exams.queries.sittings import UnknownEntry
from exams.states import SITTING, SittingState
from lms.audit.models import Entry as TrailEntry
from lms.billing.actions import entitlements, products
from lms.billing.models import Redemption
from lms.db import clock
from lms.jobs.models import Job
from lms.kit.machine import IllegalMove
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


def test_the_server_sets_the_deadline_at_the_start(ada) -> None:
    sitting = make.running(make.exam(), ada)
    assert sitting.state == SittingState.RUNNING
    assert (sitting.deadline_at - sitting.started_at).total_seconds() == 600


def test_extra_time_lengthens_it(ada) -> None:
    sitting = make.entered(make.exam(), ada)
    sitting.entry.factor_numerator, sitting.entry.factor_denominator = 13, 10
    sitting.entry.save()
    sitting = sittings.start(entry_uuid=sitting.entry.uuid, person_id=ada.pk)
    assert (sitting.deadline_at - sitting.started_at).total_seconds() == 780


def test_starting_twice_starts_once(ada) -> None:
    first = make.running(make.exam(), ada)
    with clock.shifted(minutes=1):
        again = sittings.start(entry_uuid=first.entry.uuid, person_id=ada.pk)
    assert (again.pk, again.deadline_at, again.form_id) == (first.pk, first.deadline_at, first.form_id)
    assert SittingChange.objects.filter(event="start").count() == 1


def test_a_stranger_cannot_start_it(ada, dag) -> None:
    sitting = make.entered(make.exam(), ada)
    with pytest.raises(UnknownEntry):
        sittings.start(entry_uuid=sitting.entry.uuid, person_id=dag.pk)


def test_without_an_open_form_nothing_starts(ada) -> None:
    exam = make.exam()
    sitting = make.entered(exam, ada)
    Form.objects.update(state="retired")
    with pytest.raises(sittings.NoForm):
        sittings.start(entry_uuid=sitting.entry.uuid, person_id=ada.pk)
    sitting.refresh_from_db()
    assert sitting.state == SittingState.READY


def test_a_candidate_meets_a_form_not_seen_before_while_there_is_one(ada) -> None:
    exam = make.exam(forms=3, kind="practice")
    seen = []
    for _ in range(4):
        sitting = make.handed_in(exam, ada)
        marking.mark(sitting_id=sitting.pk)
        seen.append(sitting.form_id)
    assert len(set(seen[:3])) == 3
    assert seen[3] in seen[:3]


def test_the_start_begins_the_use_of_the_entitlement(ada) -> None:
    products.offer(key="small-product", kind="exam", title="Small", amount_minor=100, currency="EUR")
    exam = make.exam(product_key="small-product")
    entitlements.grant(product_key="small-product", person_id=ada.pk, source_key="t")
    sitting = make.entered(exam, ada)
    assert Redemption.objects.get().begun_at is None
    sitting = sittings.start(entry_uuid=sitting.entry.uuid, person_id=ada.pk)
    assert Redemption.objects.get().begun_at == sitting.started_at


def test_handing_in_counts_digests_and_puts_the_job_of_marking(ada) -> None:
    sitting = make.running(make.exam(), ada)
    make.answer(sitting, {1: "a", 2: "b", 3: None})
    sitting = sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    assert (sitting.state, sitting.closed_by, sitting.answered) == (SittingState.SUBMITTED, "hand", 2)
    assert len(sitting.responses_digest) == 64
    job = Job.objects.get(kind="exams.mark_sitting")
    assert job.payload == {"sitting_id": sitting.pk}
    trail = TrailEntry.objects.filter(subject=f"exams.sitting:{sitting.pk}").order_by("id")
    assert [entry.verb for entry in trail] == ["exams.sitting.started", "exams.sitting.submitted"]


def test_handing_in_twice_hands_in_once(ada) -> None:
    sitting = make.handed_in(make.exam(), ada)
    with clock.shifted(minutes=1):
        again = sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    assert again.submitted_at == sitting.submitted_at
    assert SittingChange.objects.filter(event="submit").count() == 1


def test_who_hands_in_too_late_is_closed_by_the_clock_at_the_deadline(ada) -> None:
    sitting = make.running(make.exam(), ada)
    for late in ({"minutes": 10, "seconds": 3}, {"minutes": 12}):
        with clock.shifted(**late):
            sitting = sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    assert (sitting.closed_by, sitting.submitted_at) == ("clock", sitting.deadline_at)


def test_the_sweep_closes_what_has_run_out_and_nothing_else(ada, ben) -> None:
    exam = make.exam()
    over = make.running(exam, ada)
    make.answer(over, {1: "a"})
    with clock.shifted(minutes=5):
        fresh = make.running(exam, ben)
    with clock.shifted(minutes=10, seconds=9):
        assert endings.close_overdue() == 0
    with clock.shifted(minutes=10, seconds=11):
        assert endings.close_overdue() == 1
        assert endings.close_overdue() == 0
    over.refresh_from_db()
    fresh.refresh_from_db()
    assert (over.state, over.closed_by, over.answered) == (SittingState.SUBMITTED, "clock", 1)
    assert fresh.state == SittingState.RUNNING


def test_many_are_closed_with_as_many_statements_as_one(monkeypatch) -> None:
    exam = make.exam()
    sat = [make.running(exam, person) for person in make.people(5)]
    for sitting in sat[1:]:
        make.answer(sitting, {1: "a", 2: "b"})
    monkeypatch.setattr(endings, "CHUNK", 3)
    with clock.shifted(minutes=11), statements() as said:
        assert endings.close_overdue() == 5
    # For each lot: which, the lock, whether we could be reached, the answers, sittings, changes, trail, jobs; and one look that finds nothing more.
    assert len(said) == 2 * 8 + 1
    closed = list(Sitting.objects.order_by("pk"))
    assert [one.state for one in closed] == ["submitted"] * 5
    assert [one.submitted_at for one in closed] == [one.deadline_at for one in sat]
    assert [one.answered for one in closed] == [0, 2, 2, 2, 2]
    assert len({one.chain_head for one in closed}) == 5
    marks = Job.objects.filter(kind="exams.mark_sitting")
    assert {job.payload["sitting_id"] for job in marks} == {one.pk for one in sat}
    assert SittingChange.objects.filter(event="close").count() == 5
    entries = TrailEntry.objects.filter(verb="exams.sitting.closed")
    assert {entry.facts["head"] for entry in entries} == {one.chain_head for one in closed}
    assert all(finding.fault is None for finding in verification.findings())


def test_one_that_cannot_be_closed_keeps_no_other_open() -> None:
    exam = make.exam()
    first, broken, last = (make.running(exam, person) for person in make.people(3))
    # No such value ever came through this house, and it has no canonical form.
    ResponseEvent.objects.create(
        sitting=broken, number=1, epoch=1, seq=1, position=1, value=0.5, at=clock.now(), digest=b"0" * 32
    )
    with clock.shifted(minutes=11), pytest.raises(ExceptionGroup) as faults:
        endings.close_overdue()
    assert len(faults.value.exceptions) == 1
    states = dict(Sitting.objects.values_list("pk", "state"))
    assert states == {first.pk: "submitted", broken.pk: "running", last.pk: "submitted"}
    assert SittingChange.objects.filter(event="close").count() == 2


def test_every_touch_closes_lazily(ada) -> None:
    sitting = make.running(make.exam(), ada)
    with clock.shifted(minutes=11):
        assert endings.refresh(sitting).state == SittingState.SUBMITTED


SITTING_EVENTS = ("start", "cancel", "miss", "submit", "close", "pause", "resume", "terminate", "mark")


@pytest.mark.parametrize(
    ("state", "event"),
    [(s, e) for s in SittingState for e in SITTING_EVENTS if not SITTING.may(s, e)],
)
def test_no_other_move_is_open(state, event) -> None:
    with pytest.raises(IllegalMove):
        SITTING.after(state, event)


def test_the_table_refuses_nonsense(ada) -> None:
    exam = make.exam()
    sitting = make.running(exam, ada)
    for wrong in (
        {"state": "ready"},
        {"state": "submitted"},
        {"state": "marked"},
        {"state": "gone"},
        {"deadline_at": sitting.started_at},
        {"deadline_at": None},
        {"form": None},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Sitting.objects.filter(pk=sitting.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        ResponseEvent.objects.create(
            sitting=sitting, number=1, epoch=1, seq=1, position=0, value="a", at=clock.now(), digest=b"0" * 32
        )


def test_start_and_hand_in_cost_few_statements(ada, ben) -> None:
    exam = make.exam(forms=3)
    for person, rows in ((ada, 2), (ben, 40)):
        sitting = make.entered(exam, person)
        with statements() as starting:
            sitting = sittings.start(entry_uuid=sitting.entry.uuid, person_id=person.pk)
        assert len(starting) == 5
        make.stored(sitting, rows)
        with statements() as ending:
            sittings.submit(sitting_uuid=sitting.uuid, person_id=person.pk)
        assert len(ending) == 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("what", ["start", "submit"])
def test_of_two_at_once_one_does_it_and_both_see_it_done(what, ada) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer, so that two can't meet in a transaction")
    sitting = make.entered(make.exam(forms=2), ada)
    if what == "submit":
        sittings.start(entry_uuid=sitting.entry.uuid, person_id=ada.pk)
    gate = threading.Barrier(8)
    seen, faults = [], []

    def run() -> None:
        try:
            gate.wait()
            if what == "start":
                done = sittings.start(entry_uuid=sitting.entry.uuid, person_id=ada.pk)
                seen.append((done.form_id, done.deadline_at))
            else:
                done = sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
                seen.append((done.state, done.submitted_at))
        except Exception as fault:
            faults.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert len(set(seen)) == 1
    assert SittingChange.objects.filter(event=what).count() == 1


def test_a_result_exists_only_once_the_sitting_is_marked(ada) -> None:
    make.handed_in(make.exam(), ada)
    assert Result.objects.count() == 0
