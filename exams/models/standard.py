"""Where a form's cut comes from: what judges said, another form's cut, and what two persons made of them."""

import uuid
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.models.offered import Form
from exams.states import CutMethod, CutState, StudyState

PERSON = settings.AUTH_USER_MODEL


class CutStudy(models.Model):
    """A study of one form: modified Angoff in two rounds, Beuk or Hofstee in one. State moves only in
    exams.actions.studies."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="cut_studies")
    method = models.CharField(max_length=10, choices=CutMethod, default=CutMethod.ANGOFF)
    state = models.CharField(max_length=10, choices=StudyState, default=StudyState.FIRST)
    opened_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=StudyState.values), name="exams_study_state_known"),
            models.CheckConstraint(
                condition=Q(method__in=[CutMethod.ANGOFF, CutMethod.BEUK, CutMethod.HOFSTEE]),
                name="exams_study_method_known",
            ),
            models.CheckConstraint(
                condition=Q(state=StudyState.CLOSED, closed_at__isnull=False)
                | ~Q(state=StudyState.CLOSED) & Q(closed_at__isnull=True),
                name="exams_study_closed_when",
            ),
            models.UniqueConstraint(
                fields=["form"], condition=~Q(state=StudyState.CLOSED), name="exams_study_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}: {self.uuid}"


class CutRating(models.Model):
    """In how many of a hundred cases a judge expects a just competent candidate to get an item right."""

    study = models.ForeignKey(CutStudy, on_delete=models.PROTECT, related_name="ratings")
    round = models.PositiveSmallIntegerField()
    judge = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    percent = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["study", "round", "judge", "position"], name="exams_cut_rating_once"
            ),
            models.CheckConstraint(
                condition=Q(percent__lte=100, round__in=[1, 2], position__gte=1),
                name="exams_cut_rating_is_a_percentage",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study_id}, round {self.round}: {self.percent} on {self.position}"


class CutWish(models.Model):
    """What a judge of a Beuk or Hofstee study wants, in whole points and percent: by Beuk one cut and the share that
    should pass (`least_cut`, `least_share`), by Hofstee the ends of both, of the cut and of the share that fails."""

    study = models.ForeignKey(CutStudy, on_delete=models.PROTECT, related_name="wishes")
    judge = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    least_cut = models.PositiveSmallIntegerField()
    most_cut = models.PositiveSmallIntegerField(null=True)
    least_share = models.PositiveSmallIntegerField()
    most_share = models.PositiveSmallIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["study", "judge"], name="exams_cut_wish_once"),
            models.CheckConstraint(
                condition=Q(least_share__lte=100)
                & (
                    Q(most_cut__isnull=True, most_share__isnull=True)
                    | Q(
                        most_cut__isnull=False,
                        most_share__isnull=False,
                        most_cut__gte=F("least_cut"),
                        most_share__gte=F("least_share"),
                        most_share__lte=100,
                    )
                ),
                name="exams_cut_wish_is_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.study_id}: {self.least_cut} points, {self.least_share} %"


class FormCut(models.Model):
    """A form's own cut, as a share of its points: proposed by one person, and approved by another. By Angoff that is
    before any sitting of the form is marked; the other methods need marked sittings, and results that are released
    keep the cut that they were told by. State moves only in exams.actions.cuts.

    `basis` has what the cut was worked out from, and what came of it; `digest` binds what it was worked out from.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="cuts")
    method = models.CharField(max_length=10, choices=CutMethod, default=CutMethod.ANGOFF)
    study = models.ForeignKey(CutStudy, on_delete=models.PROTECT, null=True, related_name="cuts")
    reference = models.ForeignKey(Form, on_delete=models.PROTECT, null=True, related_name="+")
    basis = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    state = models.CharField(max_length=10, choices=CutState, default=CutState.PROPOSED)
    cut_numerator = models.PositiveIntegerField()
    cut_denominator = models.PositiveIntegerField()
    reason = models.TextField()
    proposed_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CutState.values), name="exams_cut_state_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="exams_cut_has_a_reason"),
            models.CheckConstraint(
                condition=Q(method=CutMethod.EQUATED, study__isnull=True, reference__isnull=False)
                & ~Q(reference=F("form"))
                | Q(
                    method__in=[CutMethod.ANGOFF, CutMethod.BEUK, CutMethod.HOFSTEE],
                    study__isnull=False,
                    reference__isnull=True,
                ),
                name="exams_cut_comes_from_somewhere",
            ),
            models.CheckConstraint(
                condition=Q(method=CutMethod.ANGOFF) | ~Q(digest=""), name="exams_cut_binds_its_basis"
            ),
            models.CheckConstraint(
                condition=Q(cut_denominator__gte=1, cut_numerator__lte=F("cut_denominator")),
                name="exams_form_cut_is_a_share",
            ),
            models.CheckConstraint(
                condition=~Q(state=CutState.APPROVED)
                | Q(decided_by__isnull=False, decided_at__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="exams_cut_two_persons",
            ),
            models.UniqueConstraint(
                fields=["form"], condition=Q(state=CutState.APPROVED), name="exams_cut_approved_once"
            ),
            models.UniqueConstraint(
                fields=["form"], condition=Q(state=CutState.PROPOSED), name="exams_cut_proposed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.form_id}: {self.cut}"

    @property
    def cut(self) -> Fraction:
        return Fraction(self.cut_numerator, self.cut_denominator)

    @property
    def by_judges_alone(self) -> bool:
        """Whether it was worked out without what candidates did."""
        return self.method == CutMethod.ANGOFF
