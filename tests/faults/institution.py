"""The whole institution as `manage.py serve` runs it: web, worker and beat, on services of its own.

It runs in demonstration mode, where the clock may be moved: what takes ten minutes then takes a second. The tests'
own process works on the same database, by the same clock and with the same keys.
"""

import contextlib
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from lms.db import clock
from lms.jobs.models import Job
from lms.jobs.states import JobState
from tests.faults.services import Post, until
from tests.mode import ROOT
from tests.serving import Client, Cluster, descendants, free_port, kill

METRICS = "the collector's token"
PARTS = {"web": "granian", "worker": " worker ", "beat": " beat "}


@dataclass
class Institution:
    folder: Path
    cluster: Cluster
    database: str
    broker: Any
    post: Post
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    heard: int = 0

    # Running and killing

    def open(self) -> None:
        for name in ("static", "secrets", "media"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / "secrets" / "keys.json").write_text(json.dumps(vars(settings.SECRETS)))
        asked = {
            "MODE": "demonstration",
            "LOCAL_DIR": str(self.folder),
            "DATABASE_URL": self.cluster.url(self.database),
            "BROKER_URL": self.broker.url,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.post.port}",
            "METRICS_TOKEN": METRICS,
            **self.environment,
        }
        known = {
            name: value
            for name, value in os.environ.items()
            if name not in {"DJANGO_SETTINGS_MODULE", "PORT"}
        }
        with (self.folder / "said").open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT, env={**known, **asked}, stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            )  # fmt: skip
        until(self.is_open, within=600, what="the institution's opening")

    def migrate(self, release: str) -> None:
        """As a deploy does: the next release's migrations, while this one runs."""
        environment = {
            "MODE": "test",
            "LOCAL_DIR": str(settings.LOCAL_DIR),
            "DJANGO_SETTINGS_MODULE": release,
        }
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "-v0", "next_release"],
            cwd=ROOT, env={**os.environ, **environment, "DATABASE_URL": self.cluster.url(self.database)}, check=True,
        )  # fmt: skip

    def is_open(self) -> bool:
        assert self.process is not None and self.process.poll() is None, self.said()[-4000:]
        return all(self.part(name) for name in PARTS) and self.health()[0] == 200

    def part(self, name: str) -> int | None:
        """The process of a part of it, which `serve` looks after."""
        assert self.process is not None
        for line in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
            with contextlib.suppress(OSError):
                if PARTS[name] in Path(f"/proc/{line}/cmdline").read_bytes().replace(b"\0", b" ").decode():
                    return int(line)
        return None

    def kill(self, name: str) -> None:
        """`kill -9` of a part and of all that it has begun."""
        pid = self.part(name)
        assert pid is not None, f"{name} runs"
        kill(pid, *descendants(pid))
        until(lambda: self.part(name) != pid, what=f"the end of {name}")

    def kill_everything(self) -> None:
        """As a power cut would: the tree with all below it."""
        assert self.process is not None
        kill(self.process.pid, *descendants(self.process.pid))
        self.process.wait()

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                self.kill_everything()

    def stands(self) -> None:
        """After a test that failed: whatever is gone is there again, for the next one."""
        connection.close()
        if not self.cluster.runs():
            self.cluster.start()
        if not self.broker.runs():
            self.broker.start()
        if self.process is None or self.process.poll() is not None:
            self.open()

    # What it says

    def struck(self) -> None:
        """From here on it is listened to."""
        self.heard = len(self.said())

    def said_since_struck(self) -> str:
        return self.said()[self.heard :]

    def said(self) -> str:
        return (self.folder / "said").read_text(errors="replace")

    def health(self, path: str = "/health/ready") -> tuple[int, dict[str, Any]]:
        """Status and what is said; 0 where nobody answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=15) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as fault:
            with fault:
                return fault.code, json.load(fault)
        except OSError:
            return 0, {}

    def check(self, name: str) -> str:
        """What readiness says of one thing: "ok", or a sentence."""
        return str(self.health()[1].get("checks", {}).get(name, ""))

    def figure(self, name: str, *labels: str) -> float:
        """One figure of /metrics, by its name and the values of its labels."""
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/metrics", headers={"Authorization": f"Bearer {METRICS}"}
        )
        with urllib.request.urlopen(asked, timeout=15) as answer:
            text = answer.read().decode()
        for line in text.splitlines():
            if re.match(rf"{name}(\{{|\s)", line) and all(f'"{label}"' in line for label in labels):
                return float(line.rsplit(" ", 1)[1])
        raise LookupError(f"{name} {labels} is not among the figures")

    # Its clock

    def ahead(self, **amount: float) -> None:
        """Moves its clock, and with it that of this process, by so much."""
        moved = timedelta(
            seconds=int(settings.CLOCK_FILE.read_text() or 0) if settings.CLOCK_FILE.exists() else 0
        )
        to = moved + timedelta(**amount)
        fresh = settings.CLOCK_FILE.with_suffix(".new")
        fresh.write_text(str(int(to.total_seconds())))
        fresh.replace(settings.CLOCK_FILE)
        assert abs(clock.offset() - to) < timedelta(seconds=1)

    # Its people

    def client(self, person: Any = None) -> "Browser":
        return Browser(self.port, cookies_of(person) if person else "csrftoken=" + TOKEN)

    # Its database

    @contextlib.contextmanager
    def holding(self, statement: str, *given: Any) -> Iterator[None]:
        """Rows locked by somebody else until the end of the block: whoever needs them stands in the midst of it."""
        session = psycopg.connect(self.cluster.url(self.database))
        try:
            session.execute(statement, given)
            yield
        finally:
            with contextlib.suppress(psycopg.Error):
                session.close()

    def waiting(self) -> int:
        """How many sessions wait for a lock."""
        with psycopg.connect(self.cluster.url(self.database)) as session:
            found = session.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            ).fetchone()
        return int(found[0]) if found else 0

    # Its work

    def unfinished(self) -> list[str]:
        rows = Job.objects.exclude(state=JobState.DONE).values_list("kind", "key", "state", "last_error")
        return [" ".join(row) for row in rows]

    def comes_to_rest(self, *, done: Any = lambda: True, leases: bool = False) -> None:
        """Waits until nothing is left to do. `leases`: those of workers that died are let lapse by the clock, once."""
        begun, moved = time.monotonic(), False
        connection.close()  # this process has lost its own as well, where the database was struck
        until(self.is_open, what="its recovery")
        while self.unfinished() or not done():
            if leases and not moved and time.monotonic() - begun > 4:
                self.ahead(minutes=11)
                moved = True
            assert time.monotonic() - begun < 240, f"it has come to rest: {self.unfinished()[:5]}"
            time.sleep(0.2)
        assert not Job.objects.filter(state=JobState.FAILED).exists()


TOKEN = "f" * 32


def cookies_of(person: Any) -> str:
    """A session of somebody who has signed in."""
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return f"sessionid={session.session_key}; csrftoken={TOKEN}"


class Browser:
    """Posts forms; a fault of the line is status 0."""

    def __init__(self, port: int, cookies: str) -> None:
        self.client = Client(port, headers={"Host": "localhost", "Cookie": cookies}, patience=30)

    def post(self, path: str, form: Mapping[str, Any]) -> tuple[int, str]:
        """Status, and where it leads."""
        body = urlencode({"csrfmiddlewaretoken": TOKEN, **form})
        return self.send(path, body.encode(), {"Content-Type": "application/x-www-form-urlencoded"})

    def send(self, path: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, str]:
        session = self.client.session
        try:
            session.request("POST", path, body, {**self.client.headers, **headers})
            answer = session.getresponse()
            answer.read()
            return answer.status, answer.headers.get("Location", "")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            session.close()
