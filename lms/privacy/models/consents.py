"""Consents: what a person allowed, in which words, and until when."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Consent(models.Model):
    """One consent, from being given to being withdrawn. Written by `actions.consents`.

    The words are kept as they were shown: that is the version which was agreed to.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=60)
    regarding = models.CharField(max_length=80, help_text="To whom or what, such as an organisation's id.")
    words = models.TextField()
    digest = models.CharField(max_length=64)
    given_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "purpose", "regarding"],
                condition=Q(withdrawn_at=None),
                name="consent_stands_once",
            ),
            models.CheckConstraint(condition=~Q(words=""), name="consent_has_words"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None) | Q(withdrawn_at__gte=F("given_at")),
                name="consent_withdrawn_after_given",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.purpose}"
