"""Questions of learners to whoever trains them, anchored to a block of a lesson."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from courses.models.enrolments import Enrolment
from courses.states import QuestionState


class Question(models.Model):
    """A question beside a block. `block` and `passage` say where, as it was when asked; `revision` is the edition that
    the learner read. Read by them and their trainers. Its state moves in `actions.questions` alone."""

    uuid = models.UUIDField(
        unique=True, help_text="Given by the page, so that one question sent twice is one."
    )
    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="questions")
    lesson_key = models.CharField(max_length=80)
    block = models.CharField(
        max_length=36, blank=True, help_text="The block's id; empty for the whole lesson."
    )
    passage = models.CharField(max_length=300, blank=True, help_text="How the block began.")
    revision = models.ForeignKey(
        "wagtailcore.Revision", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    text = models.TextField(max_length=4000)
    state = models.CharField(max_length=12, choices=QuestionState.choices, default=QuestionState.OPEN)
    asked_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["enrolment", "lesson_key"], name="courses_question_of")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="courses_question_says_something"),
            models.CheckConstraint(
                condition=Q(state__in=QuestionState.values), name="courses_question_state"
            ),
        ]

    def __str__(self) -> str:
        return f"question in {self.lesson_key} of enrolment {self.enrolment_id}"


class Reply(models.Model):
    """What was said to a question after it: an answer, or the learner's next word. Frozen."""

    uuid = models.UUIDField(unique=True, help_text="Given by the page, so that one reply sent twice is one.")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(max_length=4000)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(text=""), name="courses_reply_says_something")
        ]

    def __str__(self) -> str:
        return f"reply to question {self.question_id}"
