"""Editions that are published no more and that learners still read, kept for their search."""

from django.db.models import Exists, OuterRef, Q
from wagtail.models import Revision

from courses.models import KeptEdition, LessonPage, LessonRecord
from courses.queries import searching
from courses.queries.lessons import as_of


def are_read(page_id: int) -> bool:
    """Whether learners have begun an edition of a lesson, or of a translation. One statement."""
    pk = str(page_id)
    held = LessonRecord.objects.filter(Q(revision__object_id=pk) | Q(translation__object_id=pk))
    return held.exists()


def keep_for_search(*, page_id: int | None = None) -> int:
    """Puts what such editions say into the index, of one lesson or of all; returns how many were not in it. Again, it changes
    nothing: one statement."""
    read = LessonRecord.objects.filter(Q(revision=OuterRef("pk")) | Q(translation=OuterRef("pk")))
    live = LessonPage.objects.live().filter(live_revision=OuterRef("pk"))
    rows = Revision.page_revisions.filter(Exists(read), ~Exists(live), kept_edition=None)
    if page_id is not None:
        rows = rows.filter(object_id=str(page_id))
    kept = 0
    for row in rows.order_by("pk").iterator(chunk_size=20):
        today = LessonPage.objects.filter(pk=int(row.object_id)).first()
        if today is None:
            continue
        text = searching.text_of(as_of(today, row.content))
        KeptEdition.objects.get_or_create(
            revision=row, defaults={"title": row.content["title"][:255], "text": text}
        )
        kept += 1
    return kept
