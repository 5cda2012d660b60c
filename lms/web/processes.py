"""Keeping a handful of processes alive, and ending all of them when asked. Knows nothing of Django.

Each child leads a session of its own, so that a Ctrl-C reaches this process alone and the order of
ending is ours. Two things must not happen: a child that outlives us, and a grandchild that outlives
its parent (a web server's worker that still holds the port, a second beat). Therefore the kernel
tells each child of our death, and a dead child's whole process group is killed before a new one starts.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

PR_SET_PDEATHSIG = 1
GRACE_SECONDS = 8.0  # between asking and killing: for a request or a job that has begun
LOOK_SECONDS = 0.1
STEADY_SECONDS = 30.0  # who lived as long starts again at once
LONGEST_PAUSE = 30.0
LONGEST_WAIT = 15.0  # of a child that waits until the others are ready
SELDOMEST_QUESTION = 10.0  # seconds between asking whether the whole is ready, when it has not been for long
HOPELESS_STARTS = 4  # in a row, before anything ever worked


class Hopeless(Exception):
    """A child dies each time as soon as it is started; `name` says which."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass
class Child:
    """One process that should always be there."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    waits: bool = False  # leaves the processor to the others until these are ready
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    start_after: float = 0.0
    failures: int = 0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603  the commands are written in serve.py
            self.command,
            env=dict(self.environment),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent(os.getpid()),  # noqa: PLW1509  this process has one thread
        )

    def buried(self) -> bool:
        """Whether the process has ended; if so nothing of its group is left."""
        if self.process is None or self.process.poll() is None:
            return False
        self.kill()
        self.process = None
        return True

    def ask(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def kill(self) -> None:
        """Kills the whole group. Its number can't have been given anew while a member of it lives."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            self.process.wait()


@dataclass
class Tree:
    """The children of this process, watched until a signal or `Hopeless` ends them all."""

    children: Sequence[Child]
    ready: Callable[[], bool]
    when_ready: Callable[[], None]
    say: Callable[[str], None]
    times_asked_to_stop: int = field(default=0, init=False)
    was_ready: bool = field(default=False, init=False)

    def run(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        begun = asks_at = time.monotonic()
        pause = LOOK_SECONDS
        try:
            while not self.times_asked_to_stop:
                now = time.monotonic()
                overdue = now - begun > LONGEST_WAIT
                for child in self.children:
                    if self.was_ready or overdue or not child.waits:
                        self._look_after(child)
                if not self.was_ready and now >= asks_at:
                    if self.ready():
                        self.was_ready = True
                        self.when_ready()
                    # Each question is work for who is asked: one that has something wrong for hours is asked ever less often.
                    pause = longer(pause)
                    asks_at = time.monotonic() + pause
                time.sleep(LOOK_SECONDS)
        finally:
            self._end()

    def _stop(self, *_: object) -> None:
        self.times_asked_to_stop += 1

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.buried():
            lived = now - child.started
            child.failures = 1 if lived > STEADY_SECONDS else child.failures + 1
            if child.failures >= HOPELESS_STARTS and not self.was_ready:
                raise Hopeless(child.name)
            pause = min(2.0 ** (child.failures - 1) / 2, LONGEST_PAUSE)
            child.start_after = now + pause
            self.say(f"{child.name} ended after {lived:.0f} s; it is started again in {pause:.1f} s.")
        if child.process is None and now >= child.start_after:
            child.start()

    def _end(self) -> None:
        """Asks, waits, kills. In reverse order: who rings ends before who is rung. Asked twice, waits no more."""
        for child in reversed(self.children):
            child.ask()
        deadline = time.monotonic() + GRACE_SECONDS
        while (
            time.monotonic() < deadline
            and self.times_asked_to_stop < 2
            and not all(_ended(child) for child in self.children)
        ):
            time.sleep(LOOK_SECONDS / 2)
        for child in self.children:
            child.kill()


def longer(pause: float) -> float:
    """The pause before asking again whether all is ready, in seconds."""
    return min(pause * 1.2, SELDOMEST_QUESTION)


def _ended(child: Child) -> bool:
    return child.process is None or child.process.poll() is not None


def _die_with_parent(parent: int) -> Callable[[], None] | None:
    """For the child, before its program begins: be asked to end when the parent dies."""
    if sys.platform != "linux":
        return None
    libc = ctypes.CDLL(None)

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # it died before we could say so
            os._exit(1)

    return arrange
