"""What a candidate needs to be examined fairly, asked for once and decided by staff."""

import uuid
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.states import AccommodationState


class Accommodation(models.Model):
    """One request and what became of it. State moves only in exams.actions.accommodations.

    `request` is the candidate's own text and may speak of health: examiners who decide see it, nobody else.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=AccommodationState, default=AccommodationState.ASKED)
    request = models.TextField()
    asked_at = models.DateTimeField()
    factor_numerator = models.PositiveIntegerField(default=1)
    factor_denominator = models.PositiveIntegerField(default=1)
    break_seconds = models.PositiveIntegerField(default=0)
    other = models.CharField(max_length=200, blank=True, help_text="What else is arranged, in words.")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "organisation"],
                condition=Q(state__in=[AccommodationState.ASKED, AccommodationState.GRANTED]),
                name="exams_accommodation_one_stands",
            ),
            models.CheckConstraint(
                condition=Q(factor_denominator__gte=1, factor_numerator__gte=F("factor_denominator")),
                name="exams_accommodation_never_shortens",
            ),
            models.CheckConstraint(
                condition=Q(state=AccommodationState.ASKED, decided_at__isnull=True)
                | ~Q(state=AccommodationState.ASKED)
                & Q(decided_at__isnull=False, decided_by__isnull=False)
                & ~Q(decided_by=F("person"))
                & ~Q(reason=""),
                name="exams_accommodation_decided_by_another",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.state}"

    @property
    def factor(self) -> Fraction:
        return Fraction(self.factor_numerator, self.factor_denominator)


class AccommodationChange(models.Model):
    """Who moved an accommodation, from what to what, when, and why."""

    accommodation = models.ForeignKey(Accommodation, on_delete=models.PROTECT, related_name="changes")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.accommodation_id}: {self.event}"
