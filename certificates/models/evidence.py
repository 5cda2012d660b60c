"""Evidence: what has been proven of a person, by whom assessed. Append-only."""

from django.conf import settings
from django.db import models

from certificates.states import EvidenceKind


class Evidence(models.Model):
    """One proven fact. `source` names where it comes from, so that the same fact is taken once."""

    source = models.CharField(max_length=160, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=EvidenceKind)
    scheme_key = models.SlugField(max_length=60, blank=True)
    facts = models.JSONField(default=dict)
    occurred_on = models.DateField()
    assessed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["occurred_on", "pk"]
        verbose_name_plural = "evidence"
        indexes = [models.Index(fields=["person", "scheme_key"], name="evidence_of_person")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind__in=EvidenceKind.values), name="evidence_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(assessed_by__isnull=True) | ~models.Q(assessed_by=models.F("person")),
                name="nobody_assesses_themselves",
            ),
        ]

    def __str__(self) -> str:
        return self.source
