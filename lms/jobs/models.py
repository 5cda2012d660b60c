"""Jobs as rows: a promise of work, committed together with the fact that causes it."""

from django.db import models

from lms.jobs.states import JobState


class Job(models.Model):
    """One piece of work. Written by `queue.put`, moved by `lms.jobs.worker` alone."""

    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    run_after = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="job_once_per_kind_and_key"),
            models.CheckConstraint(condition=models.Q(state__in=JobState.values), name="job_state_known"),
            models.CheckConstraint(
                condition=~models.Q(state=JobState.RUNNING) | models.Q(lease_until__isnull=False),
                name="job_running_has_lease",
            ),
        ]
        indexes = [
            # Only unfinished rows are ever searched; the finished millions stay out of the index.
            models.Index(
                fields=["run_after"], name="job_due", condition=models.Q(state__in=["pending", "running"])
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class SweepRun(models.Model):
    """When each sweep last began, so that of many workers one does it."""

    name = models.CharField(max_length=80, primary_key=True)
    begun_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Setback(models.Model):
    """One thing at which a sweep has failed, or is at work, and from when on it is tried again. Written and removed by
    `lms.jobs.turns` alone: what was done has none."""

    sweep = models.CharField(max_length=80)
    thing = models.BigIntegerField()
    tries = models.PositiveSmallIntegerField()
    rests_until = models.DateTimeField()
    last_error = models.TextField(blank=True, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sweep", "thing"], name="setback_once_per_thing")]

    def __str__(self) -> str:
        return f"{self.sweep} {self.thing}"
