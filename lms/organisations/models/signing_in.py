"""Mail domains of an organisation, and the sign-in of its own by which its people come in."""

import uuid

from django.db import models

from lms.organisations.models.organisation import Organisation
from lms.organisations.states import Protocol


class Domain(models.Model):
    """A mail domain that an organisation claims, and from `shown_at` on has shown to be its own."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="domains")
    name = models.CharField(max_length=253)
    token = models.CharField(max_length=43)
    claimed_at = models.DateTimeField()
    shown_at = models.DateTimeField(null=True, blank=True)
    joins = models.BooleanField(default=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["organisation", "name"], name="domain_claimed_once"),
            models.UniqueConstraint(
                fields=["name"],
                condition=models.Q(shown_at__isnull=False),
                name="domain_is_of_one_organisation",
            ),
            models.CheckConstraint(
                condition=models.Q(joins=False) | models.Q(shown_at__isnull=False),
                name="domain_joins_when_it_is_shown",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="domain_has_name"),
        ]

    def __str__(self) -> str:
        return self.name


class SignIn(models.Model):
    """How an organisation's people sign in with its own accounts. `app` is what the library of sign-ins reads."""

    uuid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="sign_in")
    app = models.OneToOneField("socialaccount.SocialApp", on_delete=models.PROTECT, related_name="+")
    protocol = models.CharField(max_length=20, choices=Protocol)
    enforced = models.BooleanField(default=False)
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(protocol__in=Protocol.values), name="sign_in_protocol_known"
            )
        ]

    def __str__(self) -> str:
        return f"{self.protocol} of {self.organisation_id}"
