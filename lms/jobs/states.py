"""How a job stands."""

from django.db import models

from lms.kit.machine import Machine


class JobState(models.TextChoices):
    PENDING = "pending"  # a worker acts next
    RUNNING = "running"  # the worker that holds the lease; when the lease lapses, any worker
    DONE = "done"  # nobody
    FAILED = "failed"  # an operator: every attempt is used up


JOB = Machine(
    name="job",
    start=JobState.PENDING,
    moves={
        JobState.PENDING: {"claim": JobState.RUNNING},
        JobState.RUNNING: {
            "claim": JobState.RUNNING,
            "finish": JobState.DONE,
            "retry": JobState.PENDING,
            "give_up": JobState.FAILED,
        },
        JobState.DONE: {},
        JobState.FAILED: {"retry": JobState.PENDING},
    },
)
