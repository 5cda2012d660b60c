"""Glossaries: what the words of a field mean here."""

from django.db import models

from courses.models.frameworks import Clause, Framework


class Glossary(models.Model):
    """A file of terms of one framework."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=12, default="en")
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="glossaries")

    class Meta:
        verbose_name_plural = "glossaries"

    def __str__(self) -> str:
        return self.title


class Term(models.Model):
    """One term. Its key is its address, so no two glossaries share one."""

    glossary = models.ForeignKey(Glossary, on_delete=models.CASCADE, related_name="terms")
    key = models.SlugField(max_length=80, unique=True)
    term = models.CharField(max_length=120)
    also = models.JSONField(default=list, blank=True, help_text="Other words for the same thing.")
    text = models.TextField()
    clauses = models.ManyToManyField(Clause, blank=True, related_name="terms")
    see = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="seen_from")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(text=""), name="courses_term_text"),
        ]

    def __str__(self) -> str:
        return self.term
