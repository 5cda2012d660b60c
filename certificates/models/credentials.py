"""The register: credentials, their editions, and what happened to them."""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from certificates.rules.standing import Happening
from certificates.states import BY_RULE, CredentialState, EditionKind, WithdrawalReason


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
    named_badge = models.BooleanField(
        default=False, help_text="Whether the holder wants their name in plain text in the badge."
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
    """One grant, renewal or correction: its dates, the design pinned, the printed facts without the
    holder's name, and the digest of them all. Stored before any document exists; append-only.

    The name, and the salt that keeps the digest from being guessed, stand beside it in `EditionName`.
    """

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="editions")
    number = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=EditionKind, default=EditionKind.GRANT)
    corrects = models.OneToOneField(
        "self", on_delete=models.PROTECT, related_name="corrected_by", null=True, blank=True
    )
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
    facts = models.JSONField()
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["credential", "number"]
        constraints = [
            models.UniqueConstraint(fields=["credential", "number"], name="edition_number_once"),
            models.UniqueConstraint(
                fields=["credential", "begins_on"],
                condition=Q(corrects__isnull=True),
                name="edition_begin_once",
            ),
            models.CheckConstraint(
                condition=Q(expires_on__gt=F("begins_on")), name="edition_ends_after_it_begins"
            ),
            models.CheckConstraint(condition=~Q(digest=""), name="edition_has_digest"),
            models.CheckConstraint(condition=Q(kind__in=EditionKind.values), name="edition_kind_known"),
            models.CheckConstraint(
                condition=Q(kind__in=EditionKind.corrections(), corrects__isnull=False)
                | (~Q(kind__in=EditionKind.corrections()) & Q(corrects__isnull=True)),
                name="only_a_correction_corrects",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential} edition {self.number}"

    @property
    def claims(self) -> dict[str, Any]:
        """Everything that is printed, of which `digest` is the digest; once erased, without name and salt."""
        facts: dict[str, Any] = self.facts
        kept = getattr(self, "particulars", None)
        return facts if kept is None else facts | {"holder": kept.holder_name, "salt": kept.salt}

    @property
    def holder_name(self) -> str:
        """The name as printed; empty once it is erased."""
        kept = getattr(self, "particulars", None)
        return "" if kept is None else kept.holder_name


class EditionName(models.Model):
    """The personal data of an edition: the only row of it that is ever deleted, by `actions.erasure`."""

    edition = models.OneToOneField(Edition, on_delete=models.PROTECT, related_name="particulars")
    holder_name = models.CharField(max_length=200)
    holder_folded = models.CharField(max_length=200, help_text="The name as the register searches for it.")
    salt = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(holder_name=""), name="edition_has_name"),
        ]

    def __str__(self) -> str:
        return self.holder_name


class CredentialEvent(models.Model):
    """Something that happened to a credential: when it took effect and when it was written down.

    Append-only. `key` makes one act one event, however often its form is sent.
    """

    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="events")
    edition = models.ForeignKey(
        Edition, on_delete=models.PROTECT, related_name="events", null=True, blank=True
    )
    kind = models.CharField(max_length=30, choices=[(kind.value, kind.value) for kind in Happening])
    key = models.CharField(max_length=120)
    effective_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    second_actor = models.ForeignKey(
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
                | (Q(actor__isnull=False) & ~Q(reason=""))
                | Q(reason__in=BY_RULE),
                name="officers_act_has_actor_and_reason",
            ),
            models.CheckConstraint(
                condition=Q(second_actor__isnull=True) | ~Q(second_actor=F("actor")),
                name="two_persons_are_two",
            ),
            models.CheckConstraint(
                condition=~Q(kind=Happening.WITHDRAWN, reason=WithdrawalReason.DISCIPLINARY)
                | Q(second_actor__isnull=False),
                name="discipline_takes_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.credential} {self.kind}"
