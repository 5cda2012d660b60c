"""Organisations with three hats, and who does what in them."""

import uuid

from django.conf import settings
from django.db import models

from lms.organisations.states import Role


class Organisation(models.Model):
    """A tenant: a training provider, a certification body, an employer, or several at once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=160)
    is_provider = models.BooleanField("training provider", default=False)
    is_certification_body = models.BooleanField("certification body", default=False)
    is_employer = models.BooleanField("employer", default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="organisation_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """One person in one role at one organisation. Written by `actions.memberships` alone."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    since_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "person", "role"], name="membership_once_per_role"
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} as {self.role}"
