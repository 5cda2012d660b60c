"""A job is promised once, with the fact that causes it, and done once unless its worker dies."""

from datetime import timedelta

import pytest
from django.db import transaction

from lms.db import clock
from lms.jobs import queue, readiness, worker
from lms.jobs.models import Job
from lms.jobs.states import JobState
from tests.counting import statements

pytestmark = pytest.mark.django_db


@pytest.fixture
def done():
    """A kind of job that notes what it was asked, and fails while `fail` is in its payload's way."""
    ran = []

    def note(*, word: str) -> None:
        ran.append(word)
        if word == "fail":
            raise ValueError("this word fails")

    queue.task("example.note", attempts=3)(note)
    yield ran
    del queue.TASKS["example.note"]


def test_a_job_put_down_twice_is_done_once(done):
    queue.put("example.note", key="a", payload={"word": "hello"})
    queue.put("example.note", key="a", payload={"word": "again"})
    assert worker.run_due() == 1
    assert done == ["hello"]
    assert worker.run_due() == 0


def test_a_job_whose_transaction_fails_was_never_promised(done):
    with pytest.raises(RuntimeError), transaction.atomic():
        queue.put("example.note", key="a", payload={"word": "hello"})
        raise RuntimeError
    worker.run_due()
    assert done == []


def test_an_unknown_kind_is_refused_where_it_is_put_down():
    with pytest.raises(LookupError):
        queue.put("example.unheard_of", key="a", payload={})


def test_jobs_put_down_together_are_one_statement_and_each_is_done_once(done):
    with transaction.atomic(), statements() as said, queue.together():
        for number in (1, 2, 2):
            queue.put("example.note", key=f"n{number}", payload={"word": f"word {number}"})
    assert len(said) == 1
    assert worker.run_due() == 2
    assert done == ["word 1", "word 2"]


def test_what_raises_among_jobs_put_down_together_promises_none_of_them(done):
    with pytest.raises(LookupError), queue.together():
        queue.put("example.note", key="n1", payload={"word": "x"})
        queue.put("example.unheard_of", key="n2", payload={})
    queue.put("example.note", key="n3", payload={"word": "afterwards, by itself"})
    assert [job.key for job in Job.objects.all()] == ["n3"]


def test_what_is_slow_does_not_hide_what_is_urgent():
    with transaction.atomic():
        for number in range(3):
            queue.put("certificates.make_document", key=str(number), payload={})
        queue.put("exams.mark_sitting", key="a", payload={})
    assert worker.due(urgency=queue.Urgency.URGENT, most=1) == [("exams.mark_sitting", "a")]
    assert worker.due(urgency=queue.Urgency.USUAL) == []
    assert len(worker.due(most=10)) == 4


def test_a_job_for_later_waits(done):
    queue.put("example.note", key="a", payload={"word": "later"}, run_after=clock.now() + timedelta(hours=1))
    worker.run_due()
    assert done == []
    with clock.shifted(hours=2):
        worker.run_due()
    assert done == ["later"]


def test_a_job_that_fails_is_tried_again_later_and_given_up_in_the_end(done):
    queue.put("example.note", key="a", payload={"word": "fail"})
    for hours in range(5):
        with clock.shifted(hours=hours):
            worker.run_due()
    job = Job.objects.get(key="a")
    assert done == ["fail"] * 3
    assert (job.state, job.attempts, job.last_error) == (JobState.FAILED, 3, "ValueError: this word fails")


def test_a_job_held_by_a_living_worker_is_left_to_it(done):
    queue.put("example.note", key="a", payload={"word": "mine"})
    Job.objects.update(state=JobState.RUNNING, lease_until=clock.now() + timedelta(minutes=1), attempts=1)
    assert worker.run(kind="example.note", key="a") is False
    assert done == []


def test_a_job_of_a_dead_worker_is_done_by_another(done):
    queue.put("example.note", key="a", payload={"word": "orphan"})
    Job.objects.update(state=JobState.RUNNING, lease_until=clock.now() - timedelta(seconds=1), attempts=1)
    worker.run_due()
    assert done == ["orphan"]


def test_of_many_workers_one_takes_a_sweep_s_turn():
    ran = []
    queue.sweep("example.sweep", seconds=60)(lambda: ran.append("swept"))
    try:
        assert worker.run_sweep("example.sweep") is True
        assert worker.run_sweep("example.sweep") is False
        with clock.shifted(seconds=61):
            assert worker.run_sweep("example.sweep") is True
    finally:
        del queue.SWEEPS["example.sweep"]
    assert ran == ["swept", "swept"]


def test_a_sweep_goes_on_after_the_clock_was_set_back():
    ran = []
    queue.sweep("example.sweep", seconds=60)(lambda: ran.append("swept"))
    try:
        with clock.shifted(days=1000):
            worker.run_sweep("example.sweep")
        assert worker.run_sweep("example.sweep") is True
    finally:
        del queue.SWEEPS["example.sweep"]
    assert ran == ["swept", "swept"]


def test_readiness_says_so_when_nobody_works(done):
    queue.put("example.note", key="a", payload={"word": "hello"})
    assert readiness.check() == ""
    with clock.shifted(minutes=6):
        assert readiness.check() == "Jobs have waited for more than five minutes: no worker is at work."
        worker.run_due()
        assert readiness.check() == ""
