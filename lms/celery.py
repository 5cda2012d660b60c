"""The Celery application: it carries bells, not truths (see lms/jobs/queue.py)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
app = Celery("auditorium")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
