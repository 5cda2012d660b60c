"""The whole institution as one foreground process tree: web, worker and beat."""

import contextlib
import fcntl
import http.client
import os
import resource
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import IO, Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.apps import StaticFilesConfig
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, connections

from lms.web import preparation, safety
from lms.web.processes import GRACE_SECONDS, Child, Hopeless, Tree

PARTS = ("web", "worker", "beat")
QUEUES = ("urgent", "usual", "slow")  # lms/jobs/states.py says what is in each
READY_TIMEOUT = 2.0
WEBS: Final = 2
CONNECTIONS: Final = 10_000  # of browsers or proxies, open at the same time, each process of the web
# A worker process that is forked has its parent's signal handlers until the application is loaded, and
# so doesn't hear that it is to end; a spawned one ends at once.
GRANIAN = "import multiprocessing as m; m.set_start_method('spawn'); from granian.cli import entrypoint; entrypoint()"


class Command(BaseCommand):
    help = "Serves the institution: web, background worker and beat, until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT)
        parser.add_argument(
            "--host", default="127.0.0.1", help="address to listen on (default: this machine only)"
        )
        parser.add_argument("--prepare", action="store_true", help="first bring everything up to date")
        parser.add_argument("--only", choices=PARTS, action="append", help="a part alone; may be given again")
        parser.add_argument(
            "--queue",
            choices=QUEUES,
            action="append",
            help="what the worker serves (default: everything); may be given again",
        )

    def handle(
        self,
        *,
        port: int,
        host: str,
        prepare: bool,
        only: list[str] | None,
        queue: list[str] | None,
        **options: Any,
    ) -> None:
        try:
            safety.refuse_if_unsafe()
        except ImproperlyConfigured as unsafe:
            raise CommandError(f"Nothing was started. {unsafe}") from None
        parts = only or list(PARTS)
        # Workers for different queues may stand side by side.
        names = ["-".join([part, *(queue or [])]) if part == "worker" else part for part in parts]
        locks = [self._hold(name) for name in names]
        if "web" in parts:
            self._refuse_taken_port(host, port)
        if prepare:
            self._prepare()
        if "web" in parts:
            self._refuse_without_static_files()
            _forget_figures()
            _allow_connections()
        connections.close_all()  # what runs from here on needs none
        tree = Tree(
            children=[_child(part, host, port, queue or QUEUES) for part in parts],
            ready=lambda: "web" not in parts or _answers(host, port),
            when_ready=lambda: self._welcome(parts, port),
            say=lambda text: self.stderr.write(f"· {text}"),
        )
        try:
            tree.run()
        except Hopeless as hopeless:
            raise CommandError(
                f"{hopeless.name} can't be started; the lines above say why.", returncode=1
            ) from None
        finally:
            for lock in locks:
                lock.close()
        self.stdout.write("Ended.")

    def _prepare(self) -> None:
        try:
            preparation.prepare(say=lambda text: self.stdout.write(f"· {text}"))
        except KeyboardInterrupt:
            # Every step can be begun again; a trace of calls would only frighten.
            self.stderr.write("Ended before it was ready; the same command goes on from here.")
            raise SystemExit(130) from None

    def _hold(self, name: str) -> IO[str]:
        """Each part once for each folder: a second tree would be a second beat on the same database."""
        path = settings.LOCAL_DIR / f"serve-{name}.lock"
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            lock = path.open("a+")
        except OSError as fault:
            raise CommandError(self._unwritable(fault)) from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CommandError(f"Auditorium already runs from this folder: {lock.read().strip()}.") from None
        try:
            lock.truncate(0)
            os.write(lock.fileno(), f"{settings.PUBLIC_URL}, process {os.getpid()}".encode())
        except OSError as fault:
            raise CommandError(self._unwritable(fault)) from None
        return lock

    def _unwritable(self, fault: OSError) -> str:
        return f"Nothing was started. {settings.LOCAL_DIR} can't be written to ({fault.strerror}): give it room, or set LOCAL_DIR."

    def _refuse_taken_port(self, host: str, port: int) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server itself does
            try:
                probe.bind((host, port))
            except OSError as fault:
                raise CommandError(
                    f"Port {port} can't be had ({fault.strerror}). Choose another: make run PORT={port + 1}"
                ) from None

    def _refuse_without_static_files(self) -> None:
        """Each machine of the web has the files itself; a page that asks for one that it has not is a fault."""
        if not settings.PRODUCTION:
            return
        known = getattr(staticfiles_storage, "hashed_files", {})
        missing = sum(
            name not in known
            for finder in get_finders()
            for name, _ in finder.list(StaticFilesConfig.ignore_patterns)
        )
        if missing:
            raise CommandError(
                f"Nothing was started. {missing} static files of this release are not in {settings.STATIC_ROOT}, and pages "
                "would fail without them. On each machine of the web, type once for each release: "
                "manage.py collectstatic --noinput (manage.py prepare does it, too)."
            )

    def _welcome(self, parts: list[str], port: int) -> None:
        if "web" not in parts:
            return
        lines = [
            "",
            f"{settings.INSTITUTION} is open: {settings.PUBLIC_URL}",
            *preparation.welcome(),
            "Ctrl-C ends it.",
            "",
        ]
        # Where only --port was given, the settings of this process know of no other than the usual one.
        usual, served = (f"http://localhost:{number}" for number in (settings.PORT, port))
        self.stdout.write("\n".join(lines).replace(usual, served))
        self.stdout.flush()


def _child(part: str, host: str, port: int, queues: Sequence[str]) -> Child:
    # On SQLite a second thread of a process only waits for the first one's write.
    on_sqlite = connection.vendor == "sqlite"
    threads, concurrency = (1, 2) if on_sqlite else (4, 4)
    commands = {
        "web": f"lms.wsgi:application --interface wsgi --host {host} --port {port} --http 1 --no-ws "
        f"--workers {WEBS} --blocking-threads {threads} --respawn-failed-workers --log-level warning "
        # Each browser keeps its connection open; what Granian calls backpressure is how many of them a process takes on, by
        # default 512. One more would wait without an answer until another goes away.
        f"--backpressure {CONNECTIONS} "
        # What is being answered is answered, also by a slow machine.
        f"--workers-kill-timeout {GRACE_SECONDS - 2:.0f}",
        "worker": f"-m celery --app lms.celery --quiet worker --queues {','.join(queues)} --pool threads --concurrency {concurrency} "
        "--without-gossip --without-mingle --without-heartbeat --loglevel WARNING",
        # The plain scheduler keeps no file: every sweep is due within seconds of the start anyway.
        "beat": "-m celery --app lms.celery --quiet beat --scheduler lms.jobs.beat:Scheduler --pidfile= --loglevel WARNING",
    }
    return Child(
        name=part,
        command=[sys.executable, *(["-c", GRANIAN] if part == "web" else []), *commands[part].split()],
        environment=_environment(port),
        waits=part != "web",
    )


def _environment(port: int) -> Mapping[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "PORT": str(port),
        "PYTHONPATH": os.pathsep.join(
            filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH", "")])
        ),
        # The web's processes count in files, so that whichever of them is asked tells of all.
        "PROMETHEUS_MULTIPROC_DIR": str(settings.LOCAL_DIR / "figures"),
        "PYTHONUNBUFFERED": "1",
        # Celery warns root of unpickled messages; ours are JSON.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }


def _allow_connections() -> None:
    """Lets each process of the web hold as many connections as it takes on; usually a process may open 1,024 files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + 1_000
    if soft != resource.RLIM_INFINITY and soft < wanted:
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        # A system may allow fewer than it says; then it is as it was.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def _forget_figures() -> None:
    """What processes of an earlier start counted; a collector understands that counts begin anew."""
    folder = settings.LOCAL_DIR / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()


def _answers(host: str, port: int) -> bool:
    everywhere = host in {"0.0.0.0", "::"}  # noqa: S104  compared with, not listened on
    asked = http.client.HTTPConnection("localhost" if everywhere else host, port, timeout=READY_TIMEOUT)
    try:
        # In production only the public name is answered to.
        asked.request("GET", "/health/ready", headers={"Host": urlsplit(settings.PUBLIC_URL).netloc})
        return asked.getresponse().status == HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        asked.close()
