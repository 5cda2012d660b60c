"""Whether background work gets done."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from lms import celery
from lms.db import clock
from lms.jobs.models import Job
from lms.jobs.states import JobState

ANSWERS_WITHIN = 1  # second; asked by whoever asks after our health


def check() -> str:
    """Empty when work is being done, else a sentence: a job has waited for over five minutes, or was given up."""
    overdue = clock.now() - timedelta(minutes=5)
    waits = Q(state=JobState.PENDING, run_after__lt=overdue, attempts=0)
    found = set(
        Job.objects.filter(waits | Q(state=JobState.FAILED)).values_list("state", flat=True).distinct()
    )
    says = []
    if JobState.PENDING in found:
        says.append("Jobs have waited for more than five minutes: no worker is at work.")
    if JobState.FAILED in found:
        says.append(
            "Jobs were given up, their attempts used up: manage.py jobs says which and why, and has them tried again."
        )
    return " ".join(says)


def broker() -> str:
    """Empty when bells can be rung, else a sentence."""
    if settings.JOBS_BELL == "off":
        return ""
    try:
        with celery.app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=ANSWERS_WITHIN)
    except Exception as fault:
        # Whatever the broker's client raises (there are dozens of kinds), the answer is the same.
        return (
            f"The broker does not answer ({type(fault).__name__}). Answers are saved all the same; marking, documents and "
            "mail wait until it does, and nothing of them is lost."
        )
    return ""
