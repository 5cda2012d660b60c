"""Reading the outbox."""

from lms.notifications.models import Notice


def latest(*, most: int = 50) -> list[Notice]:
    """The newest messages that have been sent, newest first."""
    return list(Notice.objects.filter(sent_at__isnull=False).order_by("-sent_at", "-id")[:most])
