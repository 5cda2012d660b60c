"""Webhooks: where an organisation's own systems are told, what they were told, and how each attempt went."""

import uuid

from django.db import models
from django.db.models import Q

from lms.notifications.states import CallState, EndpointState


class Endpoint(models.Model):
    """An address of an organisation that is called. Changed by `actions.endpoints` alone.

    The secret stands as it is, for it must sign; the one before it signs too until `former_until`.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation_id = models.UUIDField(db_index=True)
    url = models.CharField(max_length=500)
    secret = models.CharField(max_length=80)
    former_secret = models.CharField(max_length=80, blank=True)
    former_until = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=EndpointState, default=EndpointState.ACTIVE)
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EndpointState.values), name="endpoint_state_known"),
            models.CheckConstraint(
                condition=~Q(secret="") | Q(state=EndpointState.ENDED), name="endpoint_has_secret"
            ),
            models.CheckConstraint(
                condition=Q(former_secret="") | Q(former_until__isnull=False), name="former_secret_ends"
            ),
            models.UniqueConstraint(
                fields=["organisation_id", "url"],
                condition=~Q(state=EndpointState.ENDED),
                name="endpoint_once",
            ),
        ]

    def __str__(self) -> str:
        return self.url


class Call(models.Model):
    """One message to one endpoint. Written by `outbox.call`, made by `actions.calls`."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    endpoint = models.ForeignKey(Endpoint, on_delete=models.PROTECT, related_name="calls")
    kind = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=CallState, default=CallState.WAITING)
    round = models.PositiveSmallIntegerField(default=1, help_text="Grows when it is asked for once more.")
    put_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-put_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["endpoint", "key"], name="call_once"),
            models.CheckConstraint(condition=Q(state__in=CallState.values), name="call_state_known"),
            models.CheckConstraint(
                condition=~Q(state=CallState.DELIVERED) | Q(delivered_at__isnull=False),
                name="call_delivered_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uuid}"


class Attempt(models.Model):
    """How one attempt went: the status that came back, or what went wrong."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="attempts")
    round = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    fault = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__isnull=False) | ~Q(fault=""), name="attempt_says_how_it_went"
            )
        ]

    def __str__(self) -> str:
        return f"{self.call_id} {self.status or self.fault}"
