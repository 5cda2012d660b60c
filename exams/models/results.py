"""Score runs, appended; results and their changes."""

import uuid
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.models.keys import KeyVersion
from exams.models.sittings import Sitting
from exams.rules import runs
from exams.rules.outcome import Outcome
from exams.rules.scoring import DomainScore
from exams.rules.standard.scaling import Scale
from exams.states import LostPassState, ResultState


class ScoreRun(models.Model):
    """One marking of one sitting: appended, never overwritten; the digest binds what went in and what came out."""

    # Found by (sitting, number); nothing is looked up by who marked, released or changed.
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="score_runs", db_index=False)
    number = models.PositiveIntegerField()
    key = models.ForeignKey(
        KeyVersion,
        on_delete=models.PROTECT,
        null=True,
        related_name="runs",
        db_index=False,
        help_text="The version of the form's key; empty for the one that it was assembled with.",
    )
    # Below zero where a wrong answer takes points away.
    raw_numerator = models.BigIntegerField()
    raw_denominator = models.PositiveBigIntegerField()
    maximum_numerator = models.PositiveBigIntegerField()
    maximum_denominator = models.PositiveBigIntegerField()
    detail = models.JSONField(
        help_text="Points by position and by domain, the cut and the scaled score, as numerator and denominator."
    )
    digest = models.CharField(max_length=64)
    reason = models.TextField(blank=True, help_text="Why it was marked again; empty for the first run.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sitting", "number"], name="exams_score_run_once"),
            models.CheckConstraint(
                condition=Q(raw_denominator__gte=1, maximum_denominator__gte=1),
                name="exams_score_run_fractions",
            ),
        ]
        # Most runs are by the first key, and are not looked up by it.
        indexes = [
            models.Index(fields=["key"], condition=Q(key__isnull=False), name="exams_score_run_by_key")
        ]

    def __str__(self) -> str:
        return f"{self.sitting_id}: run {self.number}"

    @property
    def key_number(self) -> int:
        return self.key.number if self.key else 1

    @property
    def domains(self) -> tuple[DomainScore, ...]:
        return tuple(
            DomainScore(number, Fraction(a, b), Fraction(c, d), items)
            for number, a, b, c, d, items in self.detail["domains"]
        )

    @property
    def scale(self) -> Scale | None:
        """The exam's when the sitting was first marked; every later run keeps to it."""
        standard = runs.standard_of(self.detail)
        return standard.scale if standard else None

    @property
    def scaled(self) -> Fraction | None:
        """Exact; rounded down in reports only. None for an exam without a scale."""
        return runs.scaled_of(self.detail)

    @property
    def raw(self) -> Fraction:
        return Fraction(self.raw_numerator, self.raw_denominator)

    @property
    def maximum(self) -> Fraction:
        return Fraction(self.maximum_numerator, self.maximum_denominator)


class Result(models.Model):
    """What a sitting came to. State moves only in exams.actions.results; made by .marking."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sitting = models.OneToOneField(Sitting, on_delete=models.PROTECT, related_name="result")
    run = models.ForeignKey(ScoreRun, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=ResultState, default=ResultState.MARKED)
    outcome = models.CharField(max_length=10, choices=[(o.value, o.value) for o in Outcome])
    cut_numerator = models.PositiveIntegerField()
    cut_denominator = models.PositiveIntegerField()
    minima = models.JSONField(default=list, help_text="Those of the exam when it was marked.")
    released_at = models.DateTimeField(null=True)
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    annulled_at = models.DateTimeField(null=True)
    annulled_reason = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ResultState.values), name="exams_result_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state=ResultState.MARKED, released_at__isnull=True)
                | Q(~Q(state=ResultState.MARKED), released_at__isnull=False),
                name="exams_result_released_when",
            ),
            models.CheckConstraint(
                condition=Q(state=ResultState.ANNULLED, annulled_at__isnull=False) & ~Q(annulled_reason="")
                | Q(~Q(state=ResultState.ANNULLED), annulled_at__isnull=True, annulled_reason=""),
                name="exams_result_annulled_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(cut_denominator__gte=1, cut_numerator__lte=F("cut_denominator")),
                name="exams_result_cut_is_a_share",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state=ResultState.MARKED), name="exams_result_to_release")
        ]

    def __str__(self) -> str:
        return f"{self.uuid}"

    @property
    def cut(self) -> Fraction:
        return Fraction(self.cut_numerator, self.cut_denominator)

    @property
    def least(self) -> dict[int, Fraction]:
        """The minimum of each domain that has one, as a share of the domain's points."""
        return {least["domain"]: Fraction(least["percent"], 100) for least in self.minima}


class ResultChange(models.Model):
    """Who moved a result, from what to what, when, and why."""

    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="changes")
    event = models.CharField(max_length=20)
    from_state = models.CharField(max_length=10, blank=True)
    to_state = models.CharField(max_length=10)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    note = models.TextField(blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.result_id}: {self.event}"


class LostPass(models.Model):
    """A released pass that a new score run makes a fail: people decide. State moves only in
    exams.actions.lost_passes; made by .results."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="lost_passes")
    run = models.ForeignKey(ScoreRun, on_delete=models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=10, choices=LostPassState, default=LostPassState.OPEN)
    at = models.DateTimeField()
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    proposed_at = models.DateTimeField(null=True)
    reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LostPassState.values), name="exams_lost_pass_state_known"
            ),
            models.UniqueConstraint(
                fields=["result"],
                condition=Q(state__in=[LostPassState.OPEN, LostPassState.PROPOSED]),
                name="exams_lost_pass_one_waits",
            ),
            models.CheckConstraint(
                condition=~Q(state=LostPassState.REVISED)
                | Q(proposed_by__isnull=False, decided_by__isnull=False)
                & ~Q(decided_by=F("proposed_by"))
                & ~Q(reason=""),
                name="exams_lost_pass_two_persons",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.result_id}: {self.state}"
