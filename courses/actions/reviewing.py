"""What becomes of a text when the last step of its review is taken."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # Wagtail imports this file while it makes that very class
    from wagtail.models import WorkflowState


def publish(workflow_state: "WorkflowState", user: Any = None) -> None:
    """Publishes what was approved. Wagtail calls it; nobody needs the permission to publish, for none has it alone."""
    revision = workflow_state.content_object.get_latest_revision()
    revision.publish(user=user, skip_permission_checks=True)
