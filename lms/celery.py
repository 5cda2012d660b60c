"""The Celery application: it carries bells, not truths (see lms/jobs/queue.py)."""

import os

from celery import Celery
from kombu.transport import TRANSPORT_ALIASES

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
# A worker must not end because it looked while a bell was being written; the module says how.
TRANSPORT_ALIASES["filesystem"] = "lms.jobs.bells:Transport"
app = Celery("auditorium")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
