"""A number that says whether what is published has changed since somebody looked."""

from django.db import models
from django.db.models import Q


class OutlineRevision(models.Model):
    """One row. Its number rises in the transaction of whatever changes pages of the catalogue, so that what was read of them
    under a number holds for as long as the number is the same. Written by `actions.revisions` alone."""

    number = models.PositiveBigIntegerField(default=1)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="courses_one_outline_revision")]

    def __str__(self) -> str:
        return str(self.number)
