"""Ringing: telling a worker, through the broker, that a row waits. Losing a bell loses time, not work."""

import logging

from django.conf import settings

from lms import celery

log = logging.getLogger(__name__)


def ring(*, kind: str, key: str) -> None:
    """Rings for one job. Never raises: the row is committed, and the sweep will find it."""
    if settings.JOBS_BELL == "off":
        return
    try:
        celery.app.send_task("lms.jobs.run", kwargs={"kind": kind, "key": key}, ignore_result=True)
    except Exception as fault:
        # Whatever the broker's client raises (there are dozens of kinds), the answer is the same.
        log.warning("bell not rung for %s %s: %s", kind, key, fault)
