"""The product served in earnest, and a PostgreSQL of one's own: for tests that kill, and for the bench."""

import contextlib
import http.client
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.db import connections

from tests.mode import ROOT

PUBLIC_HOST = "exams.example.org"
READY_SECONDS = 60
RECOVERY_SECONDS = 60


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def descendants(pid: int) -> list[int]:
    """Every living process below this one, the nearest first."""
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            for child in map(int, task.read_text().split()):
                found += [child, *descendants(child)]
    return found


def kill(*pids: int) -> None:
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


@dataclass
class Cluster:
    """PostgreSQL with a data directory of its own and its defaults: what is committed is on the disk."""

    # Not in pytest's folder, which is closed to others, and so to PostgreSQL's own user.
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="auditorium-")))
    port: int = field(default_factory=free_port)
    postmaster: subprocess.Popen[bytes] | None = None
    disk: Any = None  # where it is to be filled

    @staticmethod
    def programs() -> Path | None:
        """Where initdb and its like are, the newest of them; None where there is none."""
        debian = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[4]))
        found = str(debian[-1]) if debian else shutil.which("initdb")
        return Path(found).parent if found else None

    @property
    def _as(self) -> dict[str, Any]:
        # PostgreSQL refuses to be run by root.
        root = os.getuid() == 0
        return {"cwd": "/"} | ({"user": "postgres", "group": "postgres", "extra_groups": []} if root else {})

    def make(self) -> None:
        if os.getuid() == 0:
            os.chown(self.folder, pwd.getpwnam("postgres").pw_uid, -1)
        options = [
            "-D",
            str(self.folder / "data"),
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-sync",
        ]
        subprocess.run(
            [f"{self.programs()}/initdb", *options], check=True, stdout=subprocess.DEVNULL, **self._as
        )
        self.start()

    def start(self) -> None:
        """Begins the postmaster as a child of this process, which alone can bury it, and waits until it answers."""
        given = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 60,
        }
        options = [part for name, value in given.items() for part in ("-c", f"{name}={value}")]
        with (self.folder / "log").open("ab") as log:
            self.postmaster = subprocess.Popen(
                [f"{self.programs()}/postgres", "-D", str(self.folder / "data"), *options],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, **self._as,
            )  # fmt: skip
        deadline = time.monotonic() + RECOVERY_SECONDS
        while not self._answers():
            assert self.postmaster.poll() is None and time.monotonic() < deadline, self.log()
            time.sleep(0.1)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """`kill -9` of the postmaster and of every process that it had begun."""
        assert self.postmaster is not None
        below = descendants(self.postmaster.pid)
        kill(self.postmaster.pid, *below)
        self.postmaster.wait()
        _gone(*below)

    def runs(self) -> bool:
        return self.postmaster is not None and self.postmaster.poll() is None

    def stop(self) -> None:
        if self.postmaster is not None and self.postmaster.poll() is None:
            self.postmaster.send_signal(signal.SIGQUIT)  # at once, without a checkpoint
            self.postmaster.wait(timeout=20)

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def log(self) -> str:
        return (self.folder / "log").read_text(errors="replace")[-4000:]

    def url(self, name: str = "postgres") -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/{name}"

    def copy(self, origin: str, name: str) -> None:
        """A database with what is in another one of this cluster, in which nobody is at work."""
        with psycopg.connect(self.url("template1"), autocommit=True) as session:
            session.execute(f'CREATE DATABASE "{name}" TEMPLATE "{origin}"')

    def restore(self, origin: str, name: str) -> None:
        """A database with what is in that of the address `origin`."""
        with psycopg.connect(self.url(), autocommit=True) as session:
            session.execute(f'CREATE DATABASE "{name}"')
        folder = self.programs()
        assert folder, "asked for before"
        with subprocess.Popen([folder / "pg_dump", "-Fc", origin], stdout=subprocess.PIPE) as dumping:
            subprocess.run(
                [folder / "pg_restore", "--no-owner", "-d", self.url(name)], stdin=dumping.stdout, check=True
            )
        assert dumping.returncode == 0


def _gone(*pids: int) -> None:
    deadline = time.monotonic() + 10
    while any(Path(f"/proc/{pid}/stat").exists() and _state(pid) != "Z" for pid in pids):
        assert time.monotonic() < deadline, "what is killed is gone"
        time.sleep(0.02)


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return "Z"


@contextlib.contextmanager
def django_on(url: str) -> Iterator[None]:
    """Django in this process works on that database meanwhile."""
    import dj_database_url  # noqa: PLC0415  only where a second database is worked on

    connection = connections["default"]
    connection.close()
    before = dict(connection.settings_dict)
    connection.settings_dict.update(dj_database_url.parse(url) | {"OPTIONS": before["OPTIONS"]})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.clear()
        connection.settings_dict.update(before)


def listed(folder: Path) -> None:
    """A list of static files under their own names, for web servers that show no pages: made at once."""
    names = {
        name: name for finder in get_finders() for name, _ in finder.list(StaticFilesConfig.ignore_patterns)
    }
    folder.mkdir()
    (folder / "staticfiles.json").write_text(json.dumps({"paths": names, "version": "1.1", "hash": ""}))


@dataclass
class Served:
    """`manage.py serve --only web` in production mode, on a database that is ready."""

    folder: Path
    database_url: str
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    def open(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        if not (self.folder / "static").exists():
            listed(self.folder / "static")
        environment = {
            **os.environ,
            "MODE": "production",
            "PUBLIC_URL": f"https://{PUBLIC_HOST}",
            # So that sessions and tokens made here open what is served there.
            "SECRET_KEY": settings.SECRETS.django,
            "SITTING_TOKEN_KEY": settings.SECRETS.sitting_token,
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "DATABASE_URL": self.database_url,
            "LOCAL_DIR": str(self.folder),
        }
        for name in ("DJANGO_SETTINGS_MODULE", "BROKER_URL", "PORT"):
            environment.pop(name, None)
        command = [sys.executable, "manage.py", "serve", "--only", "web", "--port", str(self.port)]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
            )
        self.wait()

    def wait(self) -> None:
        """Until it answers."""
        deadline = time.monotonic() + READY_SECONDS
        while True:
            assert self.process is not None and self.process.poll() is None, self.log()
            client = Client(self.port)
            with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(client.session):
                client.session.request("GET", "/health/live", headers=client.headers)
                if client.session.getresponse().status == 200:
                    return
            assert time.monotonic() < deadline, self.log()
            time.sleep(0.1)

    def kill_web(self) -> None:
        """`kill -9` of the web server and its workers; `serve` itself lives, and starts them again."""
        assert self.process is not None
        below = descendants(self.process.pid)
        assert below, "the web server runs"
        kill(*below)
        _gone(*below)

    def close(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=20)

    def log(self) -> str:
        return (self.folder / "server.log").read_text(errors="replace")[-4000:]


@dataclass
class Client:
    """One browser's connection, kept open; a cookie or a token says who it is."""

    port: int
    headers: dict[str, str] = field(
        default_factory=lambda: {"Host": PUBLIC_HOST, "X-Forwarded-Proto": "https"}
    )
    patience: float = 10

    def __post_init__(self) -> None:
        self.session = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.patience)

    def post(self, path: str, said: Any, **headers: str) -> tuple[int, dict[str, Any]]:
        """Status and what was answered. Raises OSError or HTTPException when there is no answer."""
        body = json.dumps(said).encode()
        sent = {**self.headers, "Content-Type": "application/json", **headers}
        try:
            self.session.request("POST", path, body, sent)
            answer = self.session.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            self.session.close()  # a broken one is opened anew by the next request
            raise
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, {}
