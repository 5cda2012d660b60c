"""What is slow never takes every thread of a worker that has other things to do."""

from datetime import timedelta

import pytest

from lms.jobs import queue, worker
from lms.jobs.models import Job
from lms.jobs.room import Room
from lms.jobs.states import JobState, Urgency

pytestmark = pytest.mark.django_db


@pytest.fixture
def done(monkeypatch) -> list[str]:
    seen: list[str] = []

    def do(*, what: str) -> None:
        seen.append(what)

    for urgency in (Urgency.SLOW, Urgency.URGENT):
        known = queue.Task(f"example.{urgency}", do, timedelta(seconds=5), 1, urgency)
        monkeypatch.setitem(queue.TASKS, known.kind, known)
    return seen


def put(urgency: Urgency, *names: str) -> None:
    for name in names:
        queue.put(f"example.{urgency}", key=name, payload={"what": name})


def test_half_the_threads_are_kept_where_other_queues_are_served_too() -> None:
    for served, threads, expected in (({"slow"}, 4, None), ({"urgent", "usual"}, 4, None)):
        room = Room()
        room.keep(served=served, threads=threads)
        assert room.places is expected
    room = Room()
    room.keep(served={"urgent", "usual", "slow"}, threads=4)
    assert [room.places.acquire(blocking=False) for _ in range(3)] == [True, True, False]


def test_what_finds_no_place_is_left_to_whoever_holds_one_and_what_is_urgent_needs_none(done) -> None:
    room = Room()
    room.keep(served={"urgent", "slow"}, threads=2)
    put(Urgency.SLOW, "letter 1", "letter 2", "letter 3")
    put(Urgency.URGENT, "sitting")
    room.places.acquire()
    room.run(kind="example.slow", key="letter 1")
    room.run(kind="example.urgent", key="sitting")
    assert done == ["sitting"]
    assert Job.objects.filter(state=JobState.PENDING).count() == 3
    room.places.release()
    room.run(kind="example.slow", key="letter 2")
    assert sorted(done) == ["letter 1", "letter 2", "letter 3", "sitting"]
    assert worker.due() == []


def test_a_worker_that_is_to_end_takes_nothing_more(done) -> None:
    room = Room()
    room.keep(served={"urgent", "slow"}, threads=2)
    put(Urgency.SLOW, "letter 1", "letter 2")
    room.ends.set()
    room.run(kind="example.slow", key="letter 2")
    assert done == ["letter 2"]
