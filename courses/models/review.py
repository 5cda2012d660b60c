"""The way of a text to its readers: its author submits it, and others approve it, one after the other."""

from typing import Any

from django.db import models
from django.db.models import QuerySet
from wagtail.models import Page, Task, TaskState
from wagtail_localize.models import StringTranslation

from courses.models import ownership
from courses.models.passages import Passage
from lms.organisations import access

APPROVE = [
    ("reject", "Request changes", True),
    ("approve", "Approve", False),
    ("approve", "Approve with comment", True),
]


class Step(models.TextChoices):
    """What is asked of a text, by the permission that approving it takes."""

    SUBJECT = "courses.review_subject", "Subject: is it true, and complete?"
    ACCESSIBILITY = "courses.review_accessibility", "Accessibility: can everybody read it?"
    EDITOR = "courses.edit", "Editor: is it ready to be published?"


class EditorialReview(Task):
    """One step, taken by somebody of the organisation whose text it is, and never by one of its authors.

    Who may take it follows from roles alone. Its authors are those who saved a revision since the text was
    published last, and whoever asked for the review.
    """

    permission = models.CharField(max_length=40, choices=Step, default=Step.EDITOR)

    admin_form_fields = [*Task.admin_form_fields, "permission"]

    def user_can_access_editor(self, obj: Any, user: Any) -> bool:
        return self._may(obj, user)

    def locked_for_user(self, obj: Any, user: Any) -> bool:
        return not self._may(obj, user)

    def user_can_lock(self, obj: Any, user: Any) -> bool:
        return self._may(obj, user)

    def user_can_unlock(self, obj: Any, user: Any) -> bool:
        return False

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        return [] if _is_own(obj, user) or not self._may(obj, user) else APPROVE

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> QuerySet[TaskState]:
        waiting = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS).select_related("revision")
        theirs = [
            state.pk for state in waiting if "approve" in self._names(state.revision.content_object, user)
        ]
        found: QuerySet[TaskState] = waiting.filter(pk__in=theirs)
        return found

    def _names(self, obj: Any, user: Any) -> set[str]:
        return {name for name, *_ in self.get_actions(obj, user)} if obj is not None else set()

    def _may(self, obj: Page | Passage, user: Any) -> bool:
        theirs = obj.owners if isinstance(obj, Passage) else ownership.organisations_of(obj.path)
        return any(access.allows(user, self.permission, one) for one in theirs)

    @classmethod
    def get_description(cls) -> str:
        return "People with this task in the text’s organisation can approve, but never their own text"

    class Meta:
        verbose_name = "editorial review"
        verbose_name_plural = "editorial reviews"


def _is_own(page: Any, user: Any) -> bool:
    state = page.current_workflow_state
    if state is None:
        return False
    fresh = page.revisions.filter(pk__gt=page.live_revision_id or 0)
    return state.requested_by_id == user.pk or fresh.filter(user=user).exists() or _translated(page, user)


def _translated(page: Any, user: Any) -> bool:
    """Whether somebody translated a sentence of it, which leaves no revision in their name."""
    said = StringTranslation.objects.filter(last_translated_by=user)
    return (
        isinstance(page, Page)
        and said.filter(locale=page.locale_id, context__object_id=page.translation_key).exists()
    )
