"""Packages of other programs that run as lessons, and how far learners came in them."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.enrolments import Enrolment
from courses.rules.packages.manifest import Standard


class Package(models.Model):
    """A package as it was imported. Its files never change: another file is another package."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    standard = models.CharField(max_length=12, choices=[(one.value, one.value) for one in Standard])
    title = models.CharField(max_length=200)
    file = models.CharField(max_length=255, help_text="The name under which it came.")
    sha256 = models.CharField(max_length=64)
    structure = models.JSONField(
        default=list,
        db_default=[],
        help_text="Of cmi5: the course and its blocks, each with the parts in it.",
    )
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(standard__in=[one.value for one in Standard]), name="courses_package_standard"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.standard})"


class PackageFile(models.Model):
    """One file of a package: what may be asked for is what has a row."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="files")
    path = models.CharField(max_length=500)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64, help_text="Under it the storage keeps the content.")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["package", "path"], name="courses_package_file_once"),
        ]

    def __str__(self) -> str:
        return self.path


class Sco(models.Model):
    """What of a package one lesson runs. A newer package of the same lesson has rows of its own."""

    package = models.ForeignKey(Package, on_delete=models.CASCADE, related_name="scos")
    lesson = models.ForeignKey(
        "courses.LessonPage", on_delete=models.SET_NULL, null=True, blank=True, related_name="scos"
    )
    identifier = models.CharField(max_length=255)
    title = models.CharField(max_length=200)
    entry = models.CharField(max_length=1000, help_text="The file it begins with, and what follows its name.")
    launch_data = models.TextField(blank=True)
    mastery = models.CharField(max_length=20, blank=True, help_text="The score that passes, as it is told.")
    tracks = models.BooleanField(default=True, help_text="Whether it tells how far its learner came.")
    move_on = models.CharField(
        max_length=20, blank=True, help_text="What cmi5 asks to be told before it is done."
    )
    entitlement = models.CharField(max_length=255, blank=True, help_text="A key that its maker looks for.")
    own_window = models.BooleanField(
        default=False, db_default=False, help_text="Whether it asks for a window of its own."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["package", "identifier"], name="courses_sco_once"),
        ]

    def __str__(self) -> str:
        return self.title


class Run(models.Model):
    """How far one learner came in one package's part. Written in `courses/actions/runs.py` and nowhere else.

    `launch` counts how often it was opened: what an earlier window still sends is refused. `seq` is the last that the
    present window sent: what comes twice counts once.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="runs")
    sco = models.ForeignKey(Sco, on_delete=models.CASCADE, related_name="runs")
    launch = models.PositiveIntegerField(default=0)
    seq = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()
    launched_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True, blank=True)
    completed_at = models.DateTimeField(null=True, blank=True)
    completion = models.CharField(max_length=16, blank=True, help_text="In the words of the package.")
    success = models.CharField(max_length=16, blank=True)
    score = models.DecimalField(max_digits=12, decimal_places=4, null=True, blank=True)
    scaled = models.DecimalField(max_digits=6, decimal_places=4, null=True, blank=True)
    seconds = models.PositiveIntegerField(default=0, help_text="Of all windows before this one.")
    session = models.PositiveIntegerField(
        default=0, help_text="Seconds of this one, as far as the clock allows."
    )
    suspend_data = models.TextField(blank=True)
    cmi = models.JSONField(
        default=dict, help_text="The data model as the package left it; of cmi5, where its session stands."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["enrolment", "sco"], name="courses_run_once"),
            models.CheckConstraint(
                condition=Q(scaled__isnull=True) | Q(scaled__gte=-1, scaled__lte=1), name="courses_run_scaled"
            ),
            models.CheckConstraint(
                condition=Q(launched_at__gte=models.F("begun_at")), name="courses_run_launched"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sco_id} in enrolment {self.enrolment_id}"


class PackageStatement(models.Model):
    """What a part of a cmi5 package told, as it told it, or what the platform said of it. Frozen."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="statements")
    uuid = models.UUIDField()
    launch = models.PositiveIntegerField(help_text="Which window told it.")
    verb = models.CharField(max_length=255)
    by_platform = models.BooleanField(
        default=False, db_default=False, help_text="Said by the platform itself."
    )
    body = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "uuid"], name="courses_statement_once"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} in run {self.run_id}"


class PackageDocument(models.Model):
    """What a part of a cmi5 package keeps for itself: where its learner stopped, and what it knows of them. It is this
    learner's in this part alone, whichever of the three kinds it is; no learner's part reads what another's wrote."""

    class Kind(models.TextChoices):
        STATE = "state", "State"
        ACTIVITY = "activity", "Profile of the activity"
        AGENT = "agent", "Profile of the learner"

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    key = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    content = models.BinaryField()
    etag = models.CharField(max_length=64)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "kind", "key"], name="courses_package_document_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["state", "activity", "agent"]), name="courses_package_document_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} in run {self.run_id}"
