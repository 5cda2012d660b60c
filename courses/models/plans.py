"""Towards the exam: the day that is aimed at, the days of study, and results that were told from above."""

from datetime import date
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from courses.models.enrolments import Enrolment
from courses.models.pages import CoursePage


class StudyPlan(models.Model):
    """When a learner studies, and until when: the day of the exam that they entered for, or a day of their own."""

    WORKING_DAYS = 0b0011111

    enrolment = models.OneToOneField(Enrolment, on_delete=models.CASCADE, related_name="plan")
    weekdays = models.PositiveSmallIntegerField(default=WORKING_DAYS, help_text="The lowest bit is Monday.")
    own_on = models.DateField(null=True, blank=True)
    exam_on = models.DateField(null=True, blank=True)
    exam_title = models.CharField(max_length=200, blank=True)
    exam_source = models.CharField(
        max_length=120, blank=True, help_text="By what the day of the exam was told."
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(weekdays__gte=1, weekdays__lte=0b1111111), name="courses_plan_weekdays"
            ),
            models.CheckConstraint(
                condition=Q(exam_on__isnull=True, exam_source="")
                | (Q(exam_on__isnull=False) & ~Q(exam_source="")),
                name="courses_plan_exam",
            ),
        ]

    def __str__(self) -> str:
        return f"plan of enrolment {self.enrolment_id}"

    @property
    def until(self) -> date | None:
        """The day that is aimed at: the exam's, else the learner's own."""
        return self.exam_on or self.own_on


class DomainResult(models.Model):
    """What a result said of one domain, as told from above: the share of the points of so many items."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course = models.ForeignKey(CoursePage, on_delete=models.CASCADE, related_name="+")
    source = models.CharField(max_length=120)
    title = models.CharField(max_length=200)
    on = models.DateField()
    domain = models.PositiveSmallIntegerField(help_text="Its number in the course's profile.")
    items = models.PositiveSmallIntegerField()
    numerator = models.PositiveIntegerField()
    denominator = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["person", "course"], name="courses_domain_result_of")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["source", "domain"], name="courses_domain_result_once"),
            models.CheckConstraint(
                condition=Q(denominator__gte=1, numerator__lte=F("denominator"), items__gte=1),
                name="courses_domain_result_share",
            ),
        ]

    def __str__(self) -> str:
        return f"domain {self.domain} of {self.source}"
