"""What keeps work from being lost, or done by nobody, as it is told to Celery."""

import os
import subprocess
import sys

import pytest

from lms import celery
from lms.jobs import queue
from tests.mode import ROOT

pytestmark = pytest.mark.once
ASK = "from lms import settings as s; print(s.CELERY_BROKER_TRANSPORT_OPTIONS, s.CELERY_TASK_QUEUES[0].queue_arguments)"


def asked(broker: str) -> str:
    environment = {**os.environ, "BROKER_URL": broker}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", ASK],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_a_bell_is_acknowledged_after_the_work_and_heard_by_another_when_its_worker_dies():
    conf = celery.app.conf
    assert conf.task_acks_late and conf.task_reject_on_worker_lost
    assert conf.worker_prefetch_multiplier == 1


def test_every_kind_of_job_has_a_lease_and_attempts_that_end():
    assert len(queue.TASKS) > 20
    for known in queue.TASKS.values():
        assert 0 < known.lease.total_seconds() <= 3600, known.kind
        assert 1 < known.attempts <= 24, known.kind


def test_redis_keeps_a_bell_to_its_worker_for_longer_than_any_lease_and_rabbitmq_has_quorum_queues():
    assert "'visibility_timeout': 7200" in asked("redis://127.0.0.1:6379/9")
    assert "'x-queue-type': 'quorum'" in asked("amqp://guest:guest@127.0.0.1//")
    assert "None" in asked("")
