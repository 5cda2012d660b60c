"""A bell is heard through every broker: files on disk, Redis, RabbitMQ.

No beat runs here, so only the bell can have told the worker of the second job. `BELL_URLS` names the
brokers of this machine, as .ci/run does.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from lms.jobs.models import Job
from lms.jobs.states import JobState
from tests.mode import ROOT

BROKERS = ["", *os.environ.get("BELL_URLS", "").split()]
PUT = """
from django.db import transaction
from lms.db import clock
from lms.notifications import outbox
with transaction.atomic():
    outbox.put("tests.greeting", key="{key}", to="ada@example.org", person_id=None, context={{}},
               at=clock.now(), subject="Greetings", text="Good day.")
"""


def database_url() -> str:
    name = connection.settings_dict["NAME"]
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


@pytest.fixture(params=BROKERS, ids=lambda url: urlsplit(url).scheme or "files")
def environment(request, transactional_db, tmp_path: Path) -> dict[str, str]:
    """That of a worker and of those who ring, in another process each."""
    return {
        **os.environ,
        "MODE": "development",
        "LOCAL_DIR": str(tmp_path),
        "DATABASE_URL": database_url(),
        "BROKER_URL": request.param,
    }


@pytest.fixture
def worker(environment: dict[str, str], tmp_path: Path) -> Iterator[None]:
    (tmp_path / "bells" / "queue").mkdir(parents=True)
    (tmp_path / "bells" / "control").mkdir()
    said = tmp_path / "said"
    with said.open("wb") as told:
        # Side by side, as on one machine of the institution: none keeps the other from starting.
        serving = [
            subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--only", "worker", "--queue", queue],
                cwd=ROOT,
                env=environment,
                stderr=told,
            )
            for queue in ("usual", "slow")
        ]
    yield
    for one in serving:
        one.send_signal(signal.SIGTERM)
    assert [one.wait(timeout=30) for one in serving] == [0, 0]
    assert "it is started again" not in said.read_text()


def put(key: str, environment: dict[str, str]) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", PUT.format(key=key)],
        cwd=ROOT,
        env=environment,
        check=True,
    )


def done_within(seconds: float, jobs: int) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if Job.objects.filter(state=JobState.DONE).count() == jobs:
            return True
        time.sleep(0.1)
    return False


def test_a_worker_finds_what_was_left_lying_and_hears_what_comes(environment, worker) -> None:
    put("before the worker stood", environment)
    assert done_within(90, jobs=1)
    put("while it stands", environment)
    assert done_within(30, jobs=2)
