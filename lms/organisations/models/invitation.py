"""Invitations: by e-mail to one person, or by a link that so many may use."""

import uuid

from django.conf import settings
from django.db import models

from lms.organisations.models.organisation import Organisation
from lms.organisations.states import InvitationState, Role


class Invitation(models.Model):
    """Written by `actions.invitations` alone. `digest` is that of the secret in its link, which is kept nowhere."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=20, choices=Role)
    email = models.EmailField(blank=True, default="")
    digest = models.CharField(max_length=64, unique=True)
    uses = models.PositiveIntegerField(default=1)
    used = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=20, choices=InvitationState, default=InvitationState.OPEN)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(used__lte=models.F("uses")), name="invitation_used_within"
            ),
            models.CheckConstraint(
                condition=models.Q(email="") | models.Q(uses=1), name="invitation_by_email_for_one"
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=InvitationState.values), name="invitation_state_known"
            ),
            models.UniqueConstraint(
                fields=["organisation", "email", "role"],
                condition=models.Q(state=InvitationState.OPEN) & ~models.Q(email=""),
                name="invitation_open_once_for_each_address",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email or self.uses} as {self.role}"


class Acceptance(models.Model):
    """Who came in by which invitation."""

    invitation = models.ForeignKey(Invitation, on_delete=models.PROTECT, related_name="acceptances")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "person"], name="acceptance_once_for_each_person")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} by {self.invitation_id}"
