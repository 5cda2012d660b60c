"""Reading the outbox."""

from lms.notifications.models import Notice
from lms.notifications.states import NoticeState


def latest(*, most: int = 50) -> list[Notice]:
    """The newest messages that have been sent and not been erased since, newest first."""
    return list(Notice.objects.filter(state=NoticeState.SENT).order_by("-sent_at", "-id")[:most])
