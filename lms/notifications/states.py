"""How a notice stands."""

from django.db import models

from lms.kit.machine import Machine


class NoticeState(models.TextChoices):
    WAITING = "waiting"  # the worker acts next; a refusing mail server is tried again, as the job says
    SENT = "sent"  # nobody


NOTICE = Machine(
    name="notice",
    start=NoticeState.WAITING,
    moves={
        NoticeState.WAITING: {"send": NoticeState.SENT},
        NoticeState.SENT: {},
    },
)
