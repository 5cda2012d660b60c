"""How a notice stands."""

from django.db import models

from lms.kit.machine import Machine


class NoticeState(models.TextChoices):
    WAITING = "waiting"  # the worker acts next; a refusing mail server is tried again, as the job says
    SENT = "sent"  # nobody
    ERASED = "erased"  # nobody: its words and address are gone, and if it had not been sent it never is


NOTICE = Machine(
    name="notice",
    start=NoticeState.WAITING,
    moves={
        NoticeState.WAITING: {"send": NoticeState.SENT, "erase": NoticeState.ERASED},
        NoticeState.SENT: {"erase": NoticeState.ERASED},
        NoticeState.ERASED: {},
    },
)
