"""How a job stands."""

from django.db import models

from lms.kit.machine import Machine


class Urgency(models.TextChoices):
    """How soon work is wanted. Each has a queue of its own name, so that workers can be kept for it."""

    URGENT = "urgent"  # an exam waits for it
    USUAL = "usual"  # a person may wait for it
    SLOW = "slow"  # documents, mail and calls: many at once, each long


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
