"""The door of the jobs: put work down, and say what work there is.

*Bells hurry, sweeps guarantee.* `put` writes a row inside the caller's transaction; after the commit
a bell is rung through the broker, which may be down; a sweep rings again for rows left lying.
"""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from lms.db import clock
from lms.jobs import bell
from lms.jobs.models import Job
from lms.jobs.states import Urgency as Urgency
from lms.jobs.turns import each as each


@dataclass(frozen=True)
class Task:
    """What to call for a kind of job. `lease` is longer than its longest run; when it lapses, the
    worker is taken for dead and another may begin, so the work must bear being done twice."""

    kind: str
    run: Callable[..., None]
    lease: timedelta
    attempts: int
    urgency: Urgency


@dataclass(frozen=True)
class Sweep:
    """What to do again and again, whether or not a bell was heard."""

    name: str
    run: Callable[[], None]
    every: timedelta
    urgency: Urgency


TASKS: dict[str, Task] = {}
SWEEPS: dict[str, Sweep] = {}
_gathered: ContextVar[list[Job] | None] = ContextVar("gathered", default=None)


def put(kind: str, *, key: str, payload: Mapping[str, Any], run_after: datetime | None = None) -> None:
    """Puts a job down, once for each (kind, key): a second call with the same key does nothing.

    Must be called inside the transaction that causes the work. `payload` is plain JSON and becomes
    the task's keyword arguments. `run_after` delays it. Raises LookupError for an unknown kind.
    """
    if kind not in TASKS:
        raise LookupError(f"no task is registered for jobs of kind '{kind}'")
    at = clock.now()
    row = Job(kind=kind, key=key, payload=dict(payload), created_at=at, run_after=run_after or at)
    gathered = _gathered.get()
    if gathered is None:
        Job.objects.bulk_create([row], ignore_conflicts=True)
    else:
        gathered.append(row)
    if run_after is None:
        urgency = TASKS[kind].urgency
        transaction.on_commit(lambda: bell.ring(kind=kind, key=key, urgency=urgency))


@contextlib.contextmanager
def together() -> Iterator[None]:
    """What is put within is written at the end of it with one statement, for acts on many things at once.

    Must lie inside the transaction that causes the work, as `put` must.
    """
    rows: list[Job] = []
    token = _gathered.set(rows)
    try:
        yield
    finally:
        _gathered.reset(token)
    # Not where the work raised: its transaction is undone, and the jobs with it.
    if rows:
        Job.objects.bulk_create(rows, ignore_conflicts=True)


def task(
    kind: str, *, lease_seconds: int = 120, attempts: int = 8, urgency: Urgency = Urgency.USUAL
) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Registers a function as the task of a kind of job."""

    def register(run: Callable[..., None]) -> Callable[..., None]:
        TASKS[kind] = Task(kind, run, timedelta(seconds=lease_seconds), attempts, urgency)
        return run

    return register


def sweep(
    name: str, *, seconds: float, urgency: Urgency = Urgency.USUAL
) -> Callable[[Callable[[], None]], Callable[[], None]]:
    """Registers a function to be called every so many seconds by one worker of all."""

    def register(run: Callable[[], None]) -> Callable[[], None]:
        SWEEPS[name] = Sweep(name, run, timedelta(seconds=seconds), urgency)
        return run

    return register
