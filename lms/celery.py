"""The Celery application: it carries bells, not truths (see lms/jobs/queue.py)."""

import gc
import os
from typing import Any

from celery import Celery
from celery.signals import worker_ready
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
# A worker must not end because it looked while a bell was being written; the module says how.
TRANSPORT_ALIASES["filesystem"] = "lms.jobs.bells:Transport"
app = Celery("auditorium")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@worker_ready.connect
def _freeze(**_: Any) -> None:
    """What was loaded lives as long as the process: looked through once more at its end, it delays a Ctrl-C by seconds."""
    gc.freeze()
