"""The audit trail: who did what to what, and when."""

from django.db import models


class Entry(models.Model):
    """One act. Written by `trail.record` inside the act's own transaction; never changed.

    People stand here by number alone, so that erasing a person's data leaves the trail whole.
    """

    verb = models.CharField(max_length=80)
    subject = models.CharField(max_length=120)
    actor_id = models.BigIntegerField(null=True)  # None: the institution itself, by rule or by clock
    # Who did it in that person's place, where support was shown their pages.
    behind_id = models.BigIntegerField(null=True)
    organisation_id = models.UUIDField(null=True)
    # Where the address stands that it was done from, until that is erased.
    origin = models.UUIDField(null=True)
    at = models.DateTimeField()
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["subject", "at"], name="trail_of_subject")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.verb} {self.subject}"
