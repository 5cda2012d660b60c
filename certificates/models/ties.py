"""What ties officers to the people about whom they might decide: recorded facts, never deleted."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from certificates.rules.conflicts import Bond


class Tie(models.Model):
    """One fact between an officer and a person, from a day on; `ended_on` is set when it ends.

    `source` names where it comes from, so that the same fact is written once. Written by `actions.ties`.
    """

    source = models.CharField(max_length=200, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    officer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    bond = models.CharField(max_length=12, choices=[(bond.value, bond.value) for bond in Bond])
    began_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ["began_on", "pk"]
        indexes = [models.Index(fields=["person", "officer"], name="tie_of_two")]
        constraints = [
            models.CheckConstraint(
                condition=Q(bond__in=[bond.value for bond in Bond]), name="tie_bond_known"
            ),
            models.CheckConstraint(condition=~Q(person=F("officer")), name="tie_is_between_two"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("began_on")),
                name="tie_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.bond} {self.person_id}"
