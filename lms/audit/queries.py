"""Reading the trail."""

from django.db.models import QuerySet

from lms.audit.models import Entry


def entries_of(subject: str) -> QuerySet[Entry]:
    """What has been done to one thing, the oldest first."""
    return Entry.objects.filter(subject=subject).order_by("id")
