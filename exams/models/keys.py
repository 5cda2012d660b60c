"""Versions of a form's key, from the second on."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.models.offered import Form

PERSON = settings.AUTH_USER_MODEL


class KeyVersion(models.Model):
    """Frozen: the whole key of a form as two persons made it. Made by exams.actions.keys; never changed.

    Version 1 is the key that the form was assembled with: it stands in the form and is bound by its digest.
    """

    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="key_versions")
    number = models.PositiveIntegerField()
    keys = models.JSONField(help_text="The key of each position, and how it is treated.")
    digest = models.CharField(max_length=64)
    reason = models.TextField()
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["form", "number"]
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="exams_key_version_once"),
            models.CheckConstraint(condition=Q(number__gte=2), name="exams_key_version_after_the_first"),
            models.CheckConstraint(condition=~Q(reason=""), name="exams_key_version_with_reason"),
            models.CheckConstraint(
                condition=~Q(decided_by=F("proposed_by")), name="exams_key_version_two_persons"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}: key version {self.number}"
