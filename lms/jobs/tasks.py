"""What Celery calls: run one job, run one sweep, and ring again for what was left lying."""

from typing import Any

from celery.signals import worker_ready

from lms.celery import app
from lms.jobs import bell, queue, worker
from lms.jobs.room import room
from lms.jobs.states import Urgency


@app.task(name="lms.jobs.run")  # type: ignore[untyped-decorator]  # celery has no types
def run(*, kind: str, key: str) -> None:
    room.run(kind=kind, key=key)


@app.task(name="lms.jobs.sweep")  # type: ignore[untyped-decorator]  # celery has no types
def sweep(*, name: str) -> None:
    worker.run_sweep(name)


@queue.sweep("jobs.ring_again", seconds=3, urgency=Urgency.URGENT)
def ring_again() -> None:
    # Each urgency apart: ten thousand documents that wait must not hide the one sitting that does.
    for urgency in Urgency:
        for kind, key in worker.due(urgency=urgency):
            bell.ring(kind=kind, key=key, urgency=urgency)


@app.on_after_finalize.connect  # type: ignore[untyped-decorator]  # celery has no types
def schedule(sender: Any, **_: Any) -> None:
    """The beat's static schedule: every registered sweep at its interval."""
    for known in queue.SWEEPS.values():
        # A sweep's bell that was not heard in time is stale: the next one follows.
        sender.add_periodic_task(
            known.every.total_seconds(),
            sweep.s(name=known.name),
            name=known.name,
            expires=max(known.every.total_seconds(), 1),
            queue=known.urgency.value,
        )


@worker_ready.connect  # type: ignore[untyped-decorator]  # celery has no types
def begin(**_: Any) -> None:
    """A worker that has just come up looks for what was left lying, without waiting for the beat."""
    ring_again()
