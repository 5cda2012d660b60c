"""Whether background work gets done."""

from datetime import timedelta

from lms.db import clock
from lms.jobs.models import Job
from lms.jobs.states import JobState


def check() -> str:
    """Empty when work is being done, else a sentence: a job has waited for over five minutes."""
    overdue = Job.objects.filter(
        state=JobState.PENDING, run_after__lt=clock.now() - timedelta(minutes=5), attempts=0
    )
    if overdue.exists():
        return "Jobs have waited for more than five minutes: no worker is at work."
    return ""
