"""Claiming and running jobs. Any number of workers may call this at once."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q

from lms.db import clock
from lms.jobs import queue
from lms.jobs.models import Job, SweepRun
from lms.jobs.states import JOB, JobState, Urgency
from lms.kit import tracing

log = logging.getLogger(__name__)
# By so much the clocks of machines may differ without one being wrong.
OFF_CLOCK: Final = timedelta(minutes=5)


def run(*, kind: str, key: str) -> bool:
    """Runs one job if it is due and nobody holds it. Returns whether it was run to its end.

    A task that raises is tried again with growing delay (2, 4, 8 … seconds, at most an hour) until
    its attempts are used up; then the job is `failed`, and readiness says so.
    """
    at = clock.now()
    known = queue.TASKS.get(kind)
    if known is None or not _claim(kind, key, at, known.lease):
        return False
    with tracing.under(lambda: {"job": f"{kind} {key}"}):
        return _run(Job.objects.get(kind=kind, key=key), known)


def _run(job: Job, known: queue.Task) -> bool:
    try:
        known.run(**job.payload)
    except Exception as fault:
        # A job is the outermost frame of its work: whatever goes wrong is recorded, and tried again.
        log.exception("job %s %s failed (attempt %s)", job.kind, job.key, job.attempts)
        _put_back(job, known, fault)
        return False
    JOB.after(job.state, "finish")
    # Only the holder of this attempt may finish it: after a lapsed lease another may be at work.
    Job.objects.filter(pk=job.pk, attempts=job.attempts).update(
        state=JobState.DONE, finished_at=clock.now(), lease_until=None, last_error=""
    )
    return True


def due(*, urgency: Urgency | None = None, most: int = 200) -> list[tuple[str, str]]:
    """(kind, key) of jobs that wait to be run, or whose worker has not come back; of one urgency, or of any."""
    waiting = Job.objects.filter(_due(clock.now()))
    if urgency is not None:
        kinds = [known.kind for known in queue.TASKS.values() if known.urgency == urgency]
        waiting = waiting.filter(kind__in=kinds)
    return list(waiting.order_by("run_after").values_list("kind", "key")[:most])


def run_due() -> int:
    """Runs everything due, here and now, until nothing is. Returns how many ran to their end."""
    done = 0
    while waiting := due():
        progressed = [run(kind=kind, key=key) for kind, key in waiting]
        done += sum(progressed)
        if not any(progressed):
            break
    return done


def run_sweep(name: str, *, force: bool = False) -> bool:
    """Runs a sweep unless another worker began it within its interval. Returns whether it ran."""
    known = queue.SWEEPS[name]
    at = clock.now()
    if not force and not _take_turn(name, at, known.every):
        return False
    known.run()
    return True


def _take_turn(name: str, at: datetime, every: timedelta) -> bool:
    SweepRun.objects.bulk_create([SweepRun(name=name, begun_at=at - every * 2)], ignore_conflicts=True)
    # A tenth of tolerance: the beat's own jitter must not make a sweep miss every second turn.
    turn = SweepRun.objects.filter(name=name).filter(
        Q(begun_at__lte=at - every * 0.9) | Q(begun_at__gt=at + OFF_CLOCK)
    )
    return bool(turn.update(begun_at=at))


def _claim(kind: str, key: str, at: datetime, lease: timedelta) -> bool:
    return bool(
        Job.objects.filter(_due(at), kind=kind, key=key).update(
            state=JobState.RUNNING, lease_until=at + lease, attempts=F("attempts") + 1
        )
    )


def _due(at: datetime) -> Q:
    """What waits, and what a dead worker held. A clock that went ahead and was set back has left both with times that
    are hours away: what was put in the future was put by it, and no lease reaches further than the longest of all."""
    longest = max((known.lease for known in queue.TASKS.values()), default=timedelta())
    waits = Q(run_after__lte=at) | Q(created_at__gt=at + OFF_CLOCK)
    held = Q(lease_until__lt=at) | Q(lease_until__gt=at + longest + OFF_CLOCK)
    return Q(waits, state=JobState.PENDING) | Q(held, state=JobState.RUNNING)


def _put_back(job: Job, known: queue.Task, fault: Exception) -> None:
    at = clock.now()
    event = "retry" if job.attempts < known.attempts else "give_up"
    Job.objects.filter(pk=job.pk, attempts=job.attempts).update(
        state=JOB.after(job.state, event),
        lease_until=None,
        run_after=at + timedelta(seconds=min(2**job.attempts, 3600)),
        last_error=f"{type(fault).__name__}: {fault}"[:2000],
    )


def try_again(*, kind: str = "", key: str = "") -> int:
    """Puts given-up jobs (of a kind, of a key) back with all attempts anew; returns how many."""
    wanted = {name: value for name, value in (("kind", kind), ("key", key)) if value}
    return Job.objects.filter(state=JobState.FAILED, **wanted).update(
        state=JOB.after(JobState.FAILED, "retry"), attempts=0, run_after=clock.now(), lease_until=None
    )
