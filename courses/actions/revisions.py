"""Noting that pages of the catalogue have changed."""

from django.db.models import F

from courses.models import OutlineRevision


def note_change() -> None:
    """Raises the number under which outlines are kept: what any process has kept of them is read anew. One statement."""
    if not OutlineRevision.objects.filter(pk=1).update(number=F("number") + 1):
        OutlineRevision.objects.bulk_create([OutlineRevision(pk=1)], ignore_conflicts=True)
