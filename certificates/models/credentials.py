"""The register: credentials, their editions, and what happened to them."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from certificates.rules.standing import Happening
from certificates.states import CredentialState


class Credential(models.Model):
    """An entry in the register. Its number belongs to holder, scheme and level for life.

    `state` is what the events say today, kept beside them so that a row can be locked and a list
    filtered; it is changed by `actions.register` only. Expiry is computed from the editions.
    """

    number = models.CharField(max_length=40, unique=True)
    folded = models.CharField(max_length=40, unique=True, help_text="The number as the register looks it up.")
    holder = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    level = models.ForeignKey("certificates.Level", on_delete=models.PROTECT, related_name="credentials")
    state = models.CharField(max_length=20, choices=CredentialState, default=CredentialState.GRANTED)
    share_key = models.CharField(max_length=40)
    hidden = models.JSONField(
        default=list, blank=True, help_text="What the holder keeps from those who come with the link."
    )
    granted_at = models.DateTimeField()

    class Meta:
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CredentialState.values), name="credential_state_known"
            ),
            models.CheckConstraint(condition=~Q(share_key=""), name="credential_has_share_key"),
            models.UniqueConstraint(
                fields=["holder", "level"],
                condition=~Q(state=CredentialState.WITHDRAWN),
                name="one_credential_per_holder_and_level",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class Edition(models.Model):
    """One grant, renewal or correction: its dates, the name as printed, the design pinned, and the
    claims with their digest. Stored before any document exists; never changed."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    decision = models.OneToOneField(
        "certificates.Decision", on_delete=models.PROTECT, related_name="edition", null=True, blank=True
    )
    version = models.ForeignKey(
        "certificates.SchemeVersion", on_delete=models.PROTECT, related_name="editions"
    )
    design = models.ForeignKey(
        "certificates.DesignVersion", on_delete=models.PROTECT, related_name="editions"
    )
    begins_on = models.DateField()
    expires_on = models.DateField(db_index=True)
    grace_days = models.PositiveSmallIntegerField()
    holder_name = models.CharField(max_length=200)
    holder_folded = models.CharField(max_length=200, help_text="The name as the register searches for it.")
    claims = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["credential", "number"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "number"], name="edition_number_once"),
            models.UniqueConstraint(fields=["credential", "begins_on"], name="edition_begin_once"),
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("begins_on")), name="edition_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(digest=""), name="edition_has_digest"),
            models.CheckConstraint(condition=~Q(holder_name=""), name="edition_has_name"),
        ]

    def __str__(self) -> str:
        return f"{self.credential} edition {self.number}"


class CredentialEvent(models.Model):
    """Something that happened to a credential: when it took effect and when it was written down.

    Append-only. `key` makes one act one event, however often its form is sent.
    """

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="events")
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="events", null=True, blank=True
    )
    kind = models.CharField(max_length=20, choices=[(kind.value, kind.value) for kind in Happening])
    key = models.CharField(max_length=120)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    reason = models.CharField(max_length=40, blank=True)
    public_note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["effective_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "key"], name="credential_event_once"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Happening]), name="event_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[Happening.SUSPENDED, Happening.REINSTATED, Happening.WITHDRAWN])
                | (Q(actor__isnull=False) & ~Q(reason="")),
                name="officers_act_has_actor_and_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential} {self.kind}"
