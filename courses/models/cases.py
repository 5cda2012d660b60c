"""Running cases: an invented company with the documents of its management system, and evidence of an audit."""

from django.db import models

from courses.models.frameworks import Clause, Framework
from courses.models.pages import CoursePage, LessonPage


class Case(models.Model):
    """A company that courses keep coming back to."""

    key = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    framework = models.ForeignKey(Framework, on_delete=models.PROTECT, related_name="cases")
    about = models.TextField(help_text="Who they are, as HTML.")

    def __str__(self) -> str:
        return self.title


class CaseCourse(models.Model):
    """A course that works with a case."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="uses")
    course = models.OneToOneField(CoursePage, on_delete=models.CASCADE, related_name="case_use")
    named = models.BooleanField(
        help_text="The classroom says which version is good, and why the other is not."
    )

    def __str__(self) -> str:
        return f"case {self.case_id} in course {self.course_id}"


class CaseKind(models.TextChoices):
    DOCUMENT = "document", "Document"
    EVIDENCE = "evidence", "Evidence"


class CaseVersion(models.TextChoices):
    GOOD = "good", "Does its work"
    FLAWED = "flawed", "Has faults"


class CaseDocument(models.Model):
    """One version of a document, or one piece of evidence.

    `slug` is its address in the classroom and says nothing of its quality. `answers` is what a learner is to
    find: the faults of a document, the finding on a piece of evidence. Pages show it only as decision
    0007 allows.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=12, choices=CaseKind.choices)
    key = models.SlugField(max_length=80, help_text="The same for both versions of a document.")
    version = models.CharField(max_length=12, choices=CaseVersion.choices, blank=True)
    slug = models.SlugField(max_length=90)
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    text = models.TextField(help_text="HTML.")
    answers = models.JSONField(default=dict)
    clauses = models.ManyToManyField(Clause, blank=True, related_name="case_documents")
    lessons = models.ManyToManyField(LessonPage, blank=True, related_name="case_documents")

    class Meta:
        ordering = ["case", "position"]
        constraints = [
            models.UniqueConstraint(fields=["case", "slug"], name="courses_case_slug"),
            models.UniqueConstraint(fields=["case", "key", "version"], name="courses_case_version"),
            models.CheckConstraint(
                condition=models.Q(kind=CaseKind.DOCUMENT, version__in=CaseVersion.values)
                | models.Q(kind=CaseKind.EVIDENCE, version=""),
                name="courses_case_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.slug} of case {self.case_id}"
