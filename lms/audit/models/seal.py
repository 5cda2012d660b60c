"""Seals over the trail."""

from django.db import models


class Seal(models.Model):
    """One entry's seal and its place in the chain; append-only. Written by `actions.sealing` alone.

    The entry is named by number, without a constraint: a seal outlasts whoever would remove the entry.
    """

    place = models.BigIntegerField(primary_key=True)
    entry_id = models.BigIntegerField(unique=True)
    digest = models.CharField(max_length=64)
    chain = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(place__gte=1), name="seals_begin_at_one")]

    def __str__(self) -> str:
        return f"{self.place}:{self.chain}"
