"""Profiles: what a competent person can do, in weighted domains."""

from django.db import models

from courses.models.frameworks import Framework


class Profile(models.Model):
    """A framework's competence domains with their weights; scheme, blueprint and course refer to it."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="profiles")

    def __str__(self) -> str:
        return self.title


class Domain(models.Model):
    """One domain of competence; the weights of a profile's domains sum to 100."""

    profile = models.ForeignKey(Profile, on_delete=models.CASCADE, related_name="domains")
    number = models.PositiveSmallIntegerField()
    key = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    weight = models.PositiveSmallIntegerField(help_text="Per cent.")
    summary = models.TextField(blank=True)

    class Meta:
        ordering = ["profile", "number"]
        constraints = [
            models.UniqueConstraint(fields=["profile", "number"], name="courses_domain_number"),
            models.UniqueConstraint(fields=["profile", "key"], name="courses_domain_key"),
            models.CheckConstraint(condition=models.Q(weight__range=(1, 100)), name="courses_domain_weight"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"
