"""What the jobs hear: that the clock was moved, so that whatever time does is seen at once."""

from datetime import timedelta

from django.db import transaction

from lms.jobs import bell, queue
from lms.web.signals import clock_moved


def sweep_at_once(*, ahead: timedelta, **facts: object) -> None:
    for name in queue.SWEEPS:
        transaction.on_commit(lambda name=name: bell.ring_sweep(name))  # type: ignore[misc]


clock_moved.connect(sweep_at_once, dispatch_uid="jobs.sweep_at_once")
