"""How background work stands, in figures."""

from collections.abc import Sequence

from django.db.models import Count, Min

from lms.db import clock
from lms.jobs import queue
from lms.jobs.models import Job, SweepRun
from lms.jobs.states import JobState
from lms.kit.gather import Figure


def read() -> Sequence[Figure]:
    """Jobs by urgency and sweeps by name. Two statements."""
    return [*_jobs(), *_sweeps()]


def _jobs() -> list[Figure]:
    """How many jobs wait, since when the oldest is due, and how many an operator has to look at."""
    at = clock.now()
    unfinished = Job.objects.exclude(state=JobState.DONE).values("kind", "state")
    waiting = dict.fromkeys(queue.Urgency, 0)
    oldest = dict.fromkeys(queue.Urgency, 0.0)
    failed = 0
    for row in unfinished.annotate(many=Count("pk"), first=Min("run_after")):
        if row["state"] == JobState.FAILED:
            failed += row["many"]
            continue
        known = queue.TASKS.get(row["kind"])
        urgency = known.urgency if known else queue.Urgency.USUAL
        waiting[urgency] += row["many"]
        oldest[urgency] = max(oldest[urgency], (at - row["first"]).total_seconds())
    return [
        Figure("auditorium_jobs_failed", "Jobs whose attempts are used up.", failed),
        *(
            Figure("auditorium_jobs_unfinished", "Jobs that wait or run.", many, (("queue", urgency.value),))
            for urgency, many in waiting.items()
        ),
        *(
            Figure(
                "auditorium_jobs_oldest_seconds",
                "For how long the oldest unfinished job has been due.",
                age,
                (("queue", urgency.value),),
            )
            for urgency, age in oldest.items()
        ),
    ]


def _sweeps() -> list[Figure]:
    at = clock.now()
    begun = dict(SweepRun.objects.values_list("name", "begun_at"))
    words = "For how long a sweep is overdue; one that never ran is not told."
    return [
        Figure(
            "auditorium_sweep_lag_seconds",
            words,
            max(0.0, (at - begun[sweep.name] - sweep.every).total_seconds()),
            (("sweep", sweep.name),),
        )
        for sweep in queue.SWEEPS.values()
        if sweep.name in begun
    ]
