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


class EndpointState(models.TextChoices):
    ACTIVE = "active"  # the worker calls it
    PAUSED = "paused"  # its managers, who paused it, or whose system did not answer
    ENDED = "ended"  # nobody


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
    WAITING = "waiting"  # the worker acts next
    DELIVERED = "delivered"  # nobody
    GIVEN_UP = "given_up", "given up"  # the endpoint's managers: they may have it called again


CALL = Machine(
    name="call",
    start=CallState.WAITING,
    moves={
        CallState.WAITING: {"deliver": CallState.DELIVERED, "give_up": CallState.GIVEN_UP},
        CallState.DELIVERED: {"again": CallState.WAITING},
        CallState.GIVEN_UP: {"again": CallState.WAITING},
    },
)
