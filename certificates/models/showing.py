"""What holders let others see and be told: the public register, and employers' watch-lists."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from certificates.states import WatchState


class Listing(models.Model):
    """A credential that its holder shows in the public register; the row goes when the holder says so."""

    credential = models.OneToOneField(
        "certificates.Credential", on_delete=models.PROTECT, related_name="listing"
    )
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166-1; empty where not told.")
    listed_at = models.DateTimeField()

    class Meta:
        ordering = ["credential"]
        indexes = [models.Index(fields=["country"], name="listing_by_country")]

    def __str__(self) -> str:
        return f"{self.credential} listed"


class Watch(models.Model):
    """An employer asks to be told how a credential stands. Nothing is told before the holder consents,
    and nothing after the consent is withdrawn. Moved by `actions.watching` alone."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    credential = models.ForeignKey(
        "certificates.Credential", on_delete=models.PROTECT, related_name="watches"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=WatchState, default=WatchState.ASKED)
    told = models.CharField(
        max_length=20, blank=True, help_text="The standing that the employer knows; empty before consent."
    )
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=WatchState.values), name="watch_state_known"),
            models.UniqueConstraint(
                fields=["organisation", "credential"],
                condition=Q(state__in=[WatchState.ASKED, WatchState.WATCHING]),
                name="one_open_watch",
            ),
            models.CheckConstraint(
                condition=~Q(state=WatchState.WATCHING) | (Q(answered_at__isnull=False) & ~Q(told="")),
                name="watching_needs_consent",
            ),
            models.CheckConstraint(condition=~Q(purpose=""), name="watch_has_purpose"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} watches {self.credential}"


class WatchStatement(models.Model):
    """The statement of a month to one employer, so that it goes out once."""

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    month = models.DateField(help_text="The first day of the month that it tells of.")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "month"], name="watch_statement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.month:%Y-%m}"
