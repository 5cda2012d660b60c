"""What is away, slow, full or wrong for a while, and not dead: what is said meanwhile, and that everything is made up for."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from exams.models import Exam, Sitting
from exams.states import SittingState
from lms.jobs.models import Job
from lms.notifications.models import Notice
from tests.factories import billing
from tests.factories import exams as make
from tests.faults import moments
from tests.faults.institution import Institution
from tests.faults.moments import Documents, HandingIn, Marking, Ordering, Saving, Webhook
from tests.faults.services import Disk, Post, until
from tests.payments.server import Fault, Stripe

EACH_KIND = pytest.mark.of_each_kind


def sign_in(house: Institution) -> int:
    status, _ = house.client().post("/accounts/login/", {"login": "ada@example.org", "password": "not hers"})
    return status


@EACH_KIND
def test_a_broker_that_is_away_for_ten_minutes(
    house: Institution, stripe: Stripe, record_property: Any
) -> None:
    """Redis, which is the shared cache besides: people sign in and hand in all the same."""
    due = make.running(Exam.objects.get(key="short"), moments.people(1)[0])
    make.answer(due, make.right_answers(due, 4))
    handing_in = HandingIn(house, stripe)
    handing_in.prepare()
    house.broker.kill()
    handing_in.begin()
    handing_in.end()
    assert sign_in(house) == 200
    house.ahead(minutes=11)
    assert "does not answer" in house.check("broker")
    assert "does not answer" in house.check("cache")
    assert "no worker is at work" in house.check("jobs")
    assert house.health()[0] == 200
    assert house.figure("auditorium_jobs_oldest_seconds", "urgent") > 600
    house.broker.start()
    house.comes_to_rest(done=lambda: handing_in.is_done() and closed(due), leases=True)
    assert Sitting.objects.get(pk=due.pk).submitted_at == due.deadline_at
    moments.marked_once([due], ended="close")
    record_property("evidence", f"broker and cache away for ten minutes: {handing_in.judge()}")


def closed(sitting: Sitting) -> bool:
    return Sitting.objects.get(pk=sitting.pk).state == SittingState.MARKED


def test_a_broker_that_takes_calls_and_says_nothing(house: Institution, stripe: Stripe) -> None:
    handing_in = HandingIn(house, stripe)
    handing_in.prepare()
    with house.broker.silent():
        handing_in.begin()
        handing_in.end()
        assert len(handing_in.told) == moments.ALL
        assert sign_in(house) == 200
        assert "does not answer" in house.check("broker")
    house.comes_to_rest(done=handing_in.is_done, leases=True)
    handing_in.judge()


@EACH_KIND
def test_a_disk_of_the_database_that_is_full(
    house: Institution, stripe: Stripe, record_property: Any
) -> None:
    saving = Saving(house, stripe)
    saving.prepare()
    saving.begin()
    with house.cluster.disk.full():
        until(
            lambda: all(one.unanswered > 1 for one in saving.hall.candidates), what="refusals for everybody"
        )
    if not house.cluster.runs():
        house.cluster.start()
    saving.end()
    house.comes_to_rest(leases=True)
    assert (
        house.figure(
            "auditorium_answers_total", "5xx", "POST /api/v1/sittings/<uuidstr:sitting_uuid>/responses"
        )
        > 0
    )
    record_property("evidence", f"disk of the database full: {saving.judge()}")


@EACH_KIND
def test_a_disk_of_the_files_that_is_full(
    house: Institution, stripe: Stripe, media: Disk, record_property: Any
) -> None:
    making = Documents(house, stripe)
    with media.full():
        making.prepare()
        until(
            lambda: Job.objects.filter(last_error__contains="No space left").exists(),
            what="word of the full disk",
        )
        assert "No space left" in house.check("storage")
        assert house.health()[0] == 200
    house.comes_to_rest(done=making.is_done, leases=True)
    record_property("evidence", f"disk of the files full: {making.judge()}")


@EACH_KIND
def test_a_clock_that_went_six_hours_ahead_and_is_set_back(
    house: Institution, stripe: Stripe, record_property: Any
) -> None:
    """What was begun in between has a lease that ends in six hours, and whoever held it is dead."""
    marking = Marking(house, stripe)
    house.ahead(hours=6)
    marking.prepare()
    with marking.held():
        until(marking.is_underway, what="the midst of marking")
        house.ahead(hours=-6)
        house.kill("worker")
    house.comes_to_rest(done=marking.is_done)
    record_property("evidence", f"clock six hours ahead and back: {marking.judge()}")


@EACH_KIND
def test_a_mail_server_that_is_silent_and_then_gone(
    house: Institution, stripe: Stripe, post: Post, record_property: Any
) -> None:
    """Letters wait; what an exam waits for does not wait behind them. Each letter arrives once."""
    post.silent.set()
    ordering, marking = Ordering(house, stripe), Marking(house, stripe)
    ordering.prepare()
    ordering.begin()
    ordering.end()
    until(lambda: post.calls > 0, what="a call")
    marking.prepare()
    until(marking.is_done, within=90, what="marking beside letters that wait")
    post.close()
    until(
        lambda: Notice.objects.exclude(fault="").filter(state="waiting").exists(),
        what="the fault, where staff see it",
    )
    post.open()
    house.comes_to_rest(leases=True)
    sent = post.identities()
    assert len(sent) == len(set(sent))
    assert not Notice.objects.filter(state__in=["waiting", "failed"]).exists()
    record_property(
        "evidence", f"mail server silent, then gone: {marking.judge()}; {len(sent)} letters, each once"
    )


@EACH_KIND
def test_a_stripe_that_is_slow_keeps_nobody_from_saving(
    house: Institution, stripe: Stripe, record_property: Any
) -> None:
    buyers = moments.people(12)
    orders = [billing.ordered(one, (billing.COURSE, 1), method="card") for one in buyers]
    browsers = [house.client(one) for one in buyers]
    saving = Saving(house, stripe)
    saving.prepare()
    stripe.faults += [Fault("/v1/checkout/sessions", seconds=15) for _ in range(60)]
    told: list[int] = []
    threads = [
        threading.Thread(target=lambda b=b, o=o: told.append(b.post(f"/orders/{o.uuid}/card/", {})[0]))
        for b, o in zip(browsers, orders, strict=True)
    ]
    for thread in threads:
        thread.start()
    until(lambda: len(stripe.faults) < 60, what="the first who waits for Stripe")
    saving.begin()
    asked = sum(thread.is_alive() for thread in threads)
    saving.end()
    assert asked, "somebody waited for Stripe while everybody saved"
    stripe.faults.clear()
    for thread in threads:
        thread.join(180)
    assert set(told) <= {200, 503}
    record_property(
        "evidence",
        f"Stripe slow: {saving.judge()}; {told.count(503)} of {len(told)} buyers asked to try again",
    )


def test_a_stripe_that_is_dead_when_it_is_asked_after_a_webhook(house: Institution, stripe: Stripe) -> None:
    webhook = Webhook(house, stripe)
    webhook.prepare()
    sessions = [event["data"]["object"]["id"] for _, told in webhook.orders for event in told]
    stripe.faults += [Fault(f"/v1/checkout/sessions/{one}", status=500) for one in sessions for _ in range(3)]
    webhook.begin()
    webhook.end()
    until(
        lambda: Job.objects.filter(kind="billing.heed_stripe_event").exclude(last_error="").exists(),
        what="a refusal",
    )
    house.comes_to_rest(done=webhook.is_done, leases=True)
    webhook.judge()
    stripe.faults.clear()


@contextlib.contextmanager
def taken(house: Institution) -> Iterator[Callable[[], bool]]:
    """Others take every connection as it falls free, until the end of the block; ours are turned out by what is given."""
    held: list[Any] = []
    stop = threading.Event()

    def take() -> None:
        while not stop.is_set():
            try:
                held.append(psycopg.connect(house.cluster.url("template1")))
            except psycopg.OperationalError:
                stop.wait(0.01)

    ours = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    taker = threading.Thread(target=take)
    with psycopg.connect(house.cluster.url("postgres"), autocommit=True) as session:
        taker.start()
        try:
            yield lambda: bool(session.execute(ours, [house.database]))
        finally:
            stop.set()
            taker.join()
            for one in held:
                one.close()


@EACH_KIND
def test_a_database_without_a_connection_to_spare(
    house: Institution, stripe: Stripe, record_property: Any
) -> None:
    saving = Saving(house, stripe)
    saving.prepare()
    saving.begin()
    said: list[Any] = []

    def refused() -> bool:
        # Whoever is turned out may be back before we ask: then all are turned out once more.
        turned_out = turn_out()
        said[:] = house.health()
        return turned_out and said[0] == 503 and all(one.unanswered > 0 for one in saving.hall.candidates)

    with taken(house) as turn_out:
        until(refused, what="refusals for everybody")
    assert said[1]["checks"]["database"] != "ok"
    saving.end()
    house.comes_to_rest(leases=True)
    record_property("evidence", f"no connection to spare: {saving.judge()}")


@EACH_KIND
def test_a_deploy_with_a_migration_while_people_sit(
    house: Institution, stripe: Stripe, record_property: Any
) -> None:
    """The next release adds a column and an index to the table of answers; the old code saves meanwhile."""
    saving = Saving(house, stripe)
    saving.prepare()
    saving.begin()
    before = saving.hall.acknowledged
    house.migrate("tests.faults.next_release")
    assert saving.hall.acknowledged > before, "people saved while the tables were changed"
    house.close()
    house.open()
    saving.end()
    house.comes_to_rest(leases=True)
    with psycopg.connect(house.cluster.url(house.database)) as session:
        assert session.execute(
            "SELECT count(*) FROM exams_responseevent WHERE next_release IS NOT NULL"
        ).fetchone() == (0,)
    record_property("evidence", f"deploy with a migration: {saving.judge()}")
