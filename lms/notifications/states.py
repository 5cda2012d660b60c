"""How a notice stands."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from lms.kit.machine import Machine


class NoticeState(models.TextChoices):
    WAITING = "waiting"  # the worker acts next; a refusing mail server is tried again, as the job says
    HELD = "held"  # the daily digest takes it along
    KEPT = "kept"  # nobody: its reader wants it on the page alone
    SENT = "sent"  # nobody
    FAILED = "failed"  # staff: every attempt is used up, or the address takes nothing; they may try again
    ERASED = "erased"  # nobody: its words and address are gone, and if it had not been sent it never is


NOTICE = Machine(
    name="notice",
    start=NoticeState.WAITING,
    moves={
        NoticeState.WAITING: {
            "send": NoticeState.SENT,
            "hold": NoticeState.HELD,
            "keep": NoticeState.KEPT,
            "give_up": NoticeState.FAILED,
            "erase": NoticeState.ERASED,
        },
        NoticeState.HELD: {"send": NoticeState.SENT, "erase": NoticeState.ERASED},
        NoticeState.KEPT: {"erase": NoticeState.ERASED},
        NoticeState.SENT: {"bounce": NoticeState.FAILED, "erase": NoticeState.ERASED},
        NoticeState.FAILED: {"again": NoticeState.WAITING, "erase": NoticeState.ERASED},
        NoticeState.ERASED: {},
    },
)


class EndpointState(models.TextChoices):
    ACTIVE = "active", _("Active")  # the worker calls it
    PAUSED = "paused", _("Paused")  # its managers, who paused it, or whose system did not answer
    ENDED = "ended", _("Ended")  # nobody


ENDPOINT = Machine(
    name="endpoint",
    start=EndpointState.ACTIVE,
    moves={
        EndpointState.ACTIVE: {"pause": EndpointState.PAUSED, "end": EndpointState.ENDED},
        EndpointState.PAUSED: {"resume": EndpointState.ACTIVE, "end": EndpointState.ENDED},
        EndpointState.ENDED: {},
    },
)


class CallState(models.TextChoices):
    WAITING = "waiting", _("Waiting")  # the worker acts next
    DELIVERED = "delivered", _("Delivered")  # nobody
    GIVEN_UP = "given_up", _("given up")  # the endpoint's managers: they may have it called again


CALL = Machine(
    name="call",
    start=CallState.WAITING,
    moves={
        CallState.WAITING: {"deliver": CallState.DELIVERED, "give_up": CallState.GIVEN_UP},
        CallState.DELIVERED: {"again": CallState.WAITING},
        CallState.GIVEN_UP: {"again": CallState.WAITING},
    },
)
