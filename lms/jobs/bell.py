"""Ringing: telling a worker, through the broker, that a row waits. Losing a bell loses time, not work."""

import logging
import time
from typing import Any, Final

from django.conf import settings

from lms import celery
from lms.jobs.states import Urgency

log = logging.getLogger(__name__)
# A broker that could not be reached is left alone for so long: of a thousand bells that one act rings, one waits for it.
REST_SECONDS: Final = 3.0
_rests_until = 0.0


def ring(*, kind: str, key: str, urgency: Urgency) -> None:
    """Rings for one job, in the queue of its urgency. Never raises: the row is committed, and the sweep will find it."""
    _send("lms.jobs.run", urgency, kind=kind, key=key)


def ring_sweep(name: str, *, urgency: Urgency) -> None:
    """Rings for a sweep before its time. Never raises: the beat rings for it anyway."""
    _send("lms.jobs.sweep", urgency, name=name)


def _send(task: str, urgency: Urgency, **told: Any) -> None:
    global _rests_until
    if settings.JOBS_BELL == "off" or time.monotonic() < _rests_until:
        return
    try:
        celery.app.send_task(task, kwargs=told, queue=urgency.value, ignore_result=True)
    except Exception as fault:
        # Whatever the broker's client raises (there are dozens of kinds), the answer is the same.
        _rests_until = time.monotonic() + REST_SECONDS
        log.warning("bell not rung: %s %s: %s", task, told, fault)
