"""What an operator sees of jobs and does about them; a broker that is away; a clock that went ahead and was set back."""

import io
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from lms import celery
from lms.db import clock
from lms.jobs import bell, queue, readiness, worker
from lms.jobs.models import Job
from lms.jobs.states import JobState, Urgency

pytestmark = pytest.mark.django_db
KIND = "example.done"


@pytest.fixture
def done(monkeypatch) -> list[str]:
    """A kind of job, and what it was done for."""
    seen: list[str] = []
    known = queue.Task(
        KIND, lambda **given: seen.append(given["what"]), timedelta(seconds=5), 1, Urgency.USUAL
    )
    monkeypatch.setitem(queue.TASKS, KIND, known)
    return seen


def put(key: str) -> Job:
    queue.put(KIND, key=key, payload={"what": key})
    return Job.objects.get(kind=KIND, key=key)


def test_what_was_given_up_is_shown_and_tried_again(done) -> None:
    put("one")
    Job.objects.update(state=JobState.FAILED, attempts=8, last_error="OSError: disk full")
    said = io.StringIO()
    with pytest.raises(CommandError, match="--again KIND"):
        call_command("jobs", stdout=said)
    assert f"· {KIND} one (attempts 8): OSError: disk full" in said.getvalue()
    call_command("jobs", again=KIND, stdout=said)
    worker.run_due()
    assert done == ["one"]
    call_command("jobs", stdout=said)
    assert "Given up: 0" in said.getvalue()


def test_a_job_that_was_put_by_a_clock_that_went_ahead_is_done_when_it_is_set_back(done) -> None:
    with clock.shifted(hours=6):
        put("ahead")
    worker.run_due()
    assert done == ["ahead"]


def test_a_lease_that_was_given_by_such_a_clock_lapses_too(done) -> None:
    job = put("held")
    Job.objects.filter(pk=job.pk).update(state=JobState.RUNNING, lease_until=clock.now() + timedelta(hours=6))
    worker.run_due()
    assert done == ["held"]


def test_a_job_that_is_to_wait_waits(done) -> None:
    at = clock.now()
    queue.put(KIND, key="later", payload={"what": "later"}, run_after=at + timedelta(hours=6))
    worker.run_due()
    assert done == []


def test_a_broker_that_did_not_answer_is_left_alone_for_a_moment(settings, monkeypatch) -> None:
    """Of a thousand bells that one act rings, one waits."""
    asked = []

    def away(*args, **kwargs):
        asked.append(kwargs["kwargs"]["key"])
        raise ConnectionRefusedError

    settings.JOBS_BELL = "celery"
    monkeypatch.setattr(bell, "_rests_until", 0.0)
    monkeypatch.setattr(celery.app, "send_task", away)
    for key in ("one", "two", "three"):
        bell.ring(kind=KIND, key=key, urgency=Urgency.USUAL)
    assert asked == ["one"]


def test_a_broker_that_is_not_there_is_named_with_what_goes_on(settings, monkeypatch) -> None:
    settings.JOBS_BELL = "celery"
    monkeypatch.setattr(celery.app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setattr(celery.app.conf, "broker_write_url", "redis://127.0.0.1:1/0")
    assert "Answers are saved all the same" in readiness.broker()
