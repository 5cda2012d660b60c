"""What the institution stands on, each of it our own, so that it can be killed, cut off, filled up or made slow."""

import contextlib
import os
import shutil
import signal
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest

from tests.serving import free_port, kill

PATIENCE = 150.0


def until(
    condition: Callable[[], Any], *, within: float = PATIENCE, what: str = "what was waited for"
) -> None:
    """Waits until it holds; how long that takes is nobody's figure, but for ever is too long."""
    deadline = time.monotonic() + within
    while not condition():
        assert time.monotonic() < deadline, f"{what} has come within {within:g} s"
        time.sleep(0.1)


def answers(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


class Service:
    """A program that is run, killed, and run again."""

    process: subprocess.Popen[bytes] | None = None

    def runs(self) -> bool:
        return self.process is not None and self.process.poll() is None


@dataclass
class Redis(Service):
    """A broker in memory alone: what is killed has forgotten every bell."""

    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        self.process = subprocess.Popen(
            ["redis-server", "--bind", "127.0.0.1", "--port", str(self.port), "--save", "", "--appendonly", "no"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        until(lambda: answers(self.port), what="Redis")

    def kill(self) -> None:
        assert self.process is not None
        kill(self.process.pid)
        self.process.wait()

    def remove(self) -> None:
        self.kill()

    @contextlib.contextmanager
    def silent(self) -> Iterator[None]:
        """It takes calls and answers none, until the end of the block."""
        assert self.process is not None
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@dataclass
class RabbitMQ(Service):
    """A node of its own, with its own name, ports, database and cookie."""

    port: int = field(default_factory=free_port)
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="auditorium-rabbit-")))
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.port}//"

    def start(self) -> None:
        (self.folder / "own.conf").write_text(f"listeners.tcp.default = 127.0.0.1:{self.port}\n")
        asked = {
            "HOME": str(self.folder),
            "RABBITMQ_NODENAME": f"faults{self.port}@localhost",
            # Nothing of what this machine's own node is told.
            "RABBITMQ_CONF_ENV_FILE": "/dev/null",
            "RABBITMQ_CONFIG_FILE": str(self.folder / "own"),
            "RABBITMQ_ADVANCED_CONFIG_FILE": str(self.folder / "none"),
            "RABBITMQ_DIST_PORT": str(self.__dict__.setdefault("between", free_port())),
            "RABBITMQ_MNESIA_BASE": str(self.folder / "data"),
            "RABBITMQ_LOG_BASE": str(self.folder / "log"),
            "RABBITMQ_PID_FILE": str(self.folder / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "plugins"),
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 1:1",
            "ERL_EPMD_ADDRESS": "127.0.0.1",
        }
        # The script that Debian installs changes to a user of its own; the program itself asks for nobody.
        program = next(Path("/usr/lib/rabbitmq/bin").glob("rabbitmq-server"), Path("rabbitmq-server"))
        with (self.folder / "said").open("ab") as said:
            self.process = subprocess.Popen(
                [str(program)], env={**os.environ, **asked}, cwd="/", start_new_session=True,
                stdin=subprocess.DEVNULL, stdout=said, stderr=said,
            )  # fmt: skip
        until(lambda: answers(self.port), within=240, what=f"RabbitMQ ({self.folder / 'said'})")

    def kill(self) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)


@dataclass
class Disk:
    """A small disk in memory, mounted over a folder."""

    folder: Path
    megabytes: int

    def mount(self) -> None:
        if os.getuid():
            pytest.skip("only root may mount the small disks that these tests fill")
        self.folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={self.megabytes}m,mode=0777", "tmpfs", self.folder],
            check=True,
        )

    def unmount(self) -> None:
        subprocess.run(["umount", "--lazy", self.folder], check=True)

    @contextlib.contextmanager
    def full(self) -> Iterator[None]:
        """To the last byte, until the end of the block."""
        ballast = self.folder / "ballast"
        with ballast.open("wb", buffering=0) as filled, contextlib.suppress(OSError):
            for size in (1 << 20, 1 << 12, 1):
                with contextlib.suppress(OSError):
                    while True:
                        filled.write(b"\0" * size)
        try:
            yield
        finally:
            ballast.unlink()


class Post:
    """A mail server that keeps what it takes; it may be silent (takes the call and says nothing) or gone."""

    def __init__(self) -> None:
        self.taken: list[Any] = []
        self.calls = 0
        self.silent = threading.Event()
        self.port = free_port()
        self._server: socketserver.ThreadingTCPServer | None = None

    def open(self) -> None:
        post = self

        class Door(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                post.calls += 1
                while post.silent.is_set():
                    time.sleep(0.1)
                with contextlib.suppress(OSError):
                    post._talk(self.rfile, self.wfile)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address, daemon_threads, block_on_close = True, True, False

        self._server = Server(("127.0.0.1", self.port), Door)
        threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        ).start()

    def close(self) -> None:
        self.silent.clear()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def _talk(self, heard: Any, say: Any) -> None:
        say.write(b"220 post\r\n")
        for line in heard:
            word = line[:4].upper()
            if word == b"DATA":
                say.write(b"354 go on\r\n")
                text = b""
                while (part := heard.readline()) not in (b".\r\n", b""):
                    text += part
                self.taken.append(message_from_bytes(text))
            if word == b"QUIT":
                say.write(b"221 bye\r\n")
                return
            say.write(b"250 ok\r\n")

    def identities(self) -> list[str]:
        return [str(one["Message-ID"]) for one in self.taken]
