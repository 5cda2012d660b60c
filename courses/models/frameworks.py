"""A standard's structure: clauses, control objectives and controls."""

from django.db import models


class ClauseKind(models.TextChoices):
    CLAUSE = "clause", "Clause"
    OBJECTIVE = "objective", "Control objective"
    CONTROL = "control", "Control"


class Framework(models.Model):
    """A standard, as a list of references and short titles: its text is somebody's copyright."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    edition = models.CharField(max_length=20, blank=True)
    objectives = models.JSONField(
        default=list, blank=True, help_text="Objectives offered as prompts (Annex C)."
    )
    risk_sources = models.JSONField(
        default=list, blank=True, help_text="Risk sources offered as prompts (Annex C)."
    )

    def __str__(self) -> str:
        return self.title


class Clause(models.Model):
    """One clause, objective or control of a framework."""

    framework = models.ForeignKey(Framework, on_delete=models.CASCADE, related_name="clauses")
    kind = models.CharField(max_length=12, choices=ClauseKind.choices)
    ref = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["framework", "position"]
        constraints = [
            models.UniqueConstraint(fields=["framework", "ref"], name="courses_clause_ref"),
            models.CheckConstraint(
                condition=models.Q(kind__in=ClauseKind.values), name="courses_clause_kind"
            ),
            models.CheckConstraint(
                condition=models.Q(parent__isnull=True) | ~models.Q(parent=models.F("id")),
                name="courses_clause_parent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.title}"
