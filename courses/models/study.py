"""How far a learner has come: lessons opened and done, checks answered.

Rows name lessons and checks by key, not by page: pages are edited, moved and replaced by authors,
and what a learner did stays.
"""

from django.db import models

from courses.models.enrolments import Enrolment


class LessonRecord(models.Model):
    """One learner's way through one lesson."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="lessons")
    lesson_key = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField(help_text="When it was last opened.")
    done_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=64, blank=True, help_text="The anchor where the learner stopped.")
    revision = models.ForeignKey(
        "wagtailcore.Revision",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The edition that the learner began, and reads until they move on.",
    )
    translation = models.ForeignKey(
        "wagtailcore.Revision",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The same of the translation that they read last.",
    )
    seconds = models.PositiveIntegerField(default=0, help_text="Time spent in it, pauses not counted.")
    told_at = models.DateTimeField(null=True, blank=True, help_text="Up to when that time was counted.")
    bookmarked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "lesson_key"], name="courses_record_once"),
            models.CheckConstraint(
                condition=models.Q(seen_at__gte=models.F("opened_at")), name="courses_record_seen"
            ),
            models.CheckConstraint(
                condition=models.Q(done_at__isnull=True) | models.Q(done_at__gte=models.F("opened_at")),
                name="courses_record_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_key} in enrolment {self.enrolment_id}"


class Repetition(models.Model):
    """A check once missed, and when it is asked again."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="repetitions")
    lesson_key = models.CharField(max_length=80)
    check_key = models.CharField(max_length=80)
    box = models.PositiveSmallIntegerField(help_text="How often in a row it was right since, plus one.")
    due_on = models.DateField(null=True, help_text="Empty when it is learned.")
    asked_at = models.DateTimeField(help_text="When it was last answered.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson_key", "check_key"], name="courses_repetition_once"
            ),
            models.CheckConstraint(condition=models.Q(box__gte=1), name="courses_repetition_box"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_key} {self.check_key} again in enrolment {self.enrolment_id}"


class Note(models.Model):
    """What a learner wrote beside a lesson, or a passage they marked. Read by nobody else."""

    uuid = models.UUIDField(unique=True, help_text="Given by the page, so that one note sent twice is one.")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="notes")
    lesson_key = models.CharField(max_length=80)
    place = models.CharField(max_length=64, blank=True, help_text="The anchor it stands at.")
    quote = models.CharField(max_length=500, blank=True, help_text="The passage marked.")
    text = models.TextField(max_length=5000, blank=True)
    written_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["enrolment", "lesson_key"], name="courses_note_of")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(quote="", text=""), name="courses_note_says_something"
            ),
        ]

    def __str__(self) -> str:
        return f"note in {self.lesson_key} of enrolment {self.enrolment_id}"


class CheckAnswer(models.Model):
    """The latest answer to one check; `tries` counts how often it was answered."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="answers")
    lesson_key = models.CharField(max_length=80)
    check_key = models.CharField(max_length=80)
    chosen = models.JSONField(help_text="The ids of the options chosen.")
    right = models.BooleanField()
    tries = models.PositiveSmallIntegerField(default=1)
    answered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "lesson_key", "check_key"], name="courses_answer_once"
            ),
            models.CheckConstraint(condition=models.Q(tries__gte=1), name="courses_answer_tries"),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_key} {self.check_key} in enrolment {self.enrolment_id}"
