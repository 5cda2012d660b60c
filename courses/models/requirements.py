"""What a course has beside its lessons, as told from above: courses know a name of it, an address, and its hours."""

from django.conf import settings
from django.db import models

from courses.models.pages import CoursePage


class Requirement(models.Model):
    """Something beside the lessons that is passed: the course may ask for it before it is complete, and may give hours for
    it. What it neither asks for nor gives hours for is no row here."""

    course = models.ForeignKey(CoursePage, on_delete=models.CASCADE, related_name="requirements")
    key = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    path = models.CharField(max_length=200, help_text="The address at which a learner finds it.")
    active = models.BooleanField(default=True)
    needed = models.BooleanField(default=True, help_text="The course is complete only when it is passed.")
    hours = models.PositiveSmallIntegerField(
        default=0, help_text="CPD hours, for whoever passes it, beside those of the course."
    )

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["course", "key"], name="courses_requirement_once")]

    def __str__(self) -> str:
        return self.title


class RequirementMet(models.Model):
    """One person has met a requirement. Frozen."""

    requirement = models.ForeignKey(Requirement, on_delete=models.PROTECT, related_name="met")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=120, help_text="What it was met by.")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["requirement", "person"], name="courses_requirement_met_once")
        ]

    def __str__(self) -> str:
        return f"{self.requirement_id} by {self.person_id}"
