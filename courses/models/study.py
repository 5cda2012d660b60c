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
