"""Where a form's cut comes from: judges' ratings in two rounds, and what two persons made of them."""

import uuid
from fractions import Fraction

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from exams.models.offered import Form
from exams.states import CutState, StudyState

PERSON = settings.AUTH_USER_MODEL


class CutStudy(models.Model):
    """A modified Angoff study of one form. State moves only in exams.actions.cuts."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="cut_studies")
    state = models.CharField(max_length=10, choices=StudyState, default=StudyState.FIRST)
    opened_by = models.ForeignKey(PERSON, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=StudyState.values), name="exams_study_state_known"),
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


class FormCut(models.Model):
    """A form's own cut, as a share of its points: proposed by one person, and approved by another before any sitting of
    the form is marked. State moves only in exams.actions.cuts."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form = models.ForeignKey(Form, on_delete=models.PROTECT, related_name="cuts")
    study = models.ForeignKey(CutStudy, on_delete=models.PROTECT, related_name="cuts")
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
