"""What the jobs hear: that the clock was moved, so that whatever time does is seen at once."""

import functools
from datetime import timedelta

from django.db import transaction

from lms.jobs import bell, queue
from lms.web.signals import clock_moved


def sweep_at_once(*, ahead: timedelta, **facts: object) -> None:
    for known in queue.SWEEPS.values():
        transaction.on_commit(functools.partial(bell.ring_sweep, known.name, urgency=known.urgency))


clock_moved.connect(sweep_at_once, dispatch_uid="jobs.sweep_at_once")
