"""The editorial review: nobody approves their own text."""

from typing import Any

from django.db.models import QuerySet
from wagtail.models import AbstractGroupApprovalTask, TaskState


class EditorialReview(AbstractGroupApprovalTask):
    """Approval by an editor who neither wrote the revision nor asked for its review."""

    def get_actions(self, obj: Any, user: Any) -> list[tuple[str, str, bool]]:
        if _is_own(obj, user):
            return []
        actions: list[tuple[str, str, bool]] = super().get_actions(obj, user)
        return actions

    def get_task_states_user_can_moderate(self, user: Any, **kwargs: Any) -> QuerySet[TaskState]:
        states: QuerySet[TaskState] = super().get_task_states_user_can_moderate(user, **kwargs)
        return states.exclude(revision__user=user).exclude(workflow_state__requested_by=user)

    @classmethod
    def get_description(cls) -> str:
        return "Members of the chosen groups can approve, but never their own text"

    class Meta:
        verbose_name = "editorial review"
        verbose_name_plural = "editorial reviews"


def _is_own(obj: Any, user: Any) -> bool:
    state = obj.current_workflow_task_state
    if state is None:
        return False
    return user.pk in (state.revision.user_id, state.workflow_state.requested_by_id)
