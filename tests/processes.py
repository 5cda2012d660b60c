"""The processes of an institution, each of its own group, on a PostgreSQL that counts what each group says to it."""

import contextlib
import http.client
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from django.conf import settings

from tests.mode import ROOT
from tests.serving import PUBLIC_HOST, Cluster, descendants, free_port, kill, listed

TICKS = os.sysconf("SC_CLK_TCK")
GROUPS = {
    "web": ["--only", "web"],
    "urgent": ["--only", "worker", "--queue", "urgent"],
    "usual": ["--only", "worker", "--queue", "usual"],
    "slow": ["--only", "worker", "--queue", "slow"],
    "beat": ["--only", "beat"],
}
FRAME = ("BEGIN%", "COMMIT%", "ROLLBACK%", "SAVEPOINT%", "RELEASE%", "SET %", "SHOW%", "DEALLOCATE%")


def spent(pid: int) -> float:
    """Seconds of processor time of a process and all below it, those that have ended included."""
    total = 0
    for one in (pid, *descendants(pid)):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15]))
    return total / TICKS


@dataclass
class Counting(Cluster):
    """A PostgreSQL of one's own with pg_stat_statements, and a role for each group, so that its statements are told apart."""

    def make(self) -> None:
        super().make()
        self.stop()
        with (self.folder / "data" / "postgresql.conf").open("a") as conf:
            conf.write(
                "shared_preload_libraries = 'pg_stat_statements'\nmax_connections = 200\nshared_buffers = 512MB\n"
                "pg_stat_statements.track_utility = on\n"
            )
        self.start()
        with psycopg.connect(self.url(), autocommit=True) as session:
            for group in GROUPS:
                session.execute(f'CREATE ROLE "{group}" SUPERUSER LOGIN')

    def as_role(self, group: str, name: str) -> str:
        return self.url(name).replace("postgres@", f"{group}@")


@dataclass(frozen=True)
class Reading:
    """What has been used so far: seconds by group, statements by group, bytes of WAL, seconds of the clock."""

    seconds: dict[str, float]
    statements: dict[str, int]
    wal: int
    at: float


def collected() -> Path:
    """Static files as a production has them; collected once for each commit, for it takes half a minute."""
    said = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True)
    folder = ROOT / ".local" / "bench-static" / said.stdout.strip()
    if not folder.exists():
        shutil.rmtree(folder.parent, ignore_errors=True)
        part = folder.with_suffix(".part")
        environment = {**os.environ, "MODE": "demonstration", "LOCAL_DIR": str(part)}
        command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        part.rename(folder)
    return folder / "static"


@dataclass
class Processes:
    """Processes of an institution in production mode, each a `serve` of its own with a folder of its own."""

    folder: Path
    database: Callable[[str], str]
    """The address of the database for processes of a group."""
    broker: str
    static: Path | None = None
    """Where collected static files lie, for web servers that show pages."""
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    def start(self, name: str, group: str) -> None:
        """Starts one process of a group under a name of its own, and does not wait for it."""
        folder = self.folder / name
        folder.mkdir(parents=True)
        if self.static:
            (folder / "static").symlink_to(self.static)
        else:
            listed(folder / "static")
        self.ports[name] = free_port()
        environment = {
            **os.environ,
            "MODE": "production",
            "PUBLIC_URL": f"https://{PUBLIC_HOST}",
            "TRUSTED_PROXIES": "1",
            "SECRET_KEY": settings.SECRETS.django,
            "SITTING_TOKEN_KEY": settings.SECRETS.sitting_token,
            "KEY_PASSPHRASE": settings.KEY_PASSPHRASE,
            "KEY_DIR": str(settings.KEY_DIR),
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "DATABASE_URL": self.database(group),
            "BROKER_URL": self.broker,
            "LOCAL_DIR": str(folder),
        }
        for left in ("DJANGO_SETTINGS_MODULE", "PORT", "PYTEST_XDIST_WORKER"):
            environment.pop(left, None)
        with (folder / "log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                [sys.executable, "manage.py", "serve", *GROUPS[group], "--port", str(self.ports[name])],
                cwd=ROOT, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip

    def answers(self, name: str, seconds: float = 300) -> None:
        """Waits until a web server answers."""
        deadline = time.monotonic() + seconds
        headers = {"Host": PUBLIC_HOST, "X-Forwarded-Proto": "https"}
        while True:
            for one, process in self.running.items():
                assert process.poll() is None, self.log(one)
            asked = http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=5)
            with contextlib.suppress(OSError, http.client.HTTPException), contextlib.closing(asked):
                asked.request("GET", "/health/live", headers=headers)
                if asked.getresponse().status == 200:
                    return
            assert time.monotonic() < deadline, self.log(name)
            time.sleep(0.2)

    def kill(self, name: str) -> None:
        """`kill -9` of a process and of all that it has begun."""
        process = self.running.pop(name)
        kill(process.pid, *descendants(process.pid))
        process.wait()

    def end(self) -> None:
        for process in self.running.values():
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=20)
            if process.poll() is None:
                kill(process.pid, *descendants(process.pid))
                process.wait()

    def log(self, name: str) -> str:
        return (self.folder / name / "log").read_text(errors="replace")[-4000:]


@dataclass
class Institution:
    """One process of each group, on a database of the cluster that counts for each."""

    cluster: Counting
    name: str
    folder: Path
    broker: str
    processes: Processes = field(init=False)

    def __post_init__(self) -> None:
        self.processes = Processes(
            self.folder, lambda group: self.cluster.as_role(group, self.name), self.broker
        )

    def begin(self) -> None:
        self.processes.static = collected()
        for group in GROUPS:
            self.processes.start(group, group)
        self.processes.answers("web")

    def read(self) -> Reading:
        assert self.cluster.postmaster is not None
        groups = {name: spent(process.pid) for name, process in self.processes.running.items()}
        groups["database"] = spent(self.cluster.postmaster.pid)
        with psycopg.connect(self.cluster.url(self.name), autocommit=True) as session:
            rows = session.execute(
                "SELECT rolname, sum(calls)::bigint FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid"
                " WHERE NOT (query ILIKE ANY(%s)) GROUP BY rolname",
                [list(FRAME)],
            ).fetchall()
            [(wal,)] = session.execute(
                "SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint"
            ).fetchall()
        return Reading(groups, dict(rows), int(wal), time.monotonic())


def redis(number: int = 6) -> str:
    """The address of this machine's Redis, as the broker."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", 6379), timeout=1):
        return f"redis://127.0.0.1:6379/{number}"
    raise SystemExit("The exam day is measured with Redis as its broker: start one on port 6379.")


@contextlib.contextmanager
def institution(origin: str, folder: Path) -> Iterator[Institution]:
    """An institution on a copy of the database `origin`, its processes not begun yet; all of it is gone at the end."""
    if Cluster.programs() is None:
        raise SystemExit("PostgreSQL's own programs (initdb) are not to be had: apt-get install postgresql")
    cluster = Counting()
    cluster.make()
    made = Institution(cluster, "day", folder, redis())
    try:
        cluster.restore(origin, "day")
        with psycopg.connect(cluster.url("day"), autocommit=True) as session:
            session.execute("CREATE EXTENSION pg_stat_statements")
        yield made
    finally:
        made.processes.end()
        cluster.remove()
