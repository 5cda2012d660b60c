"""Passages that several lessons show, taken into them when they are published."""

from typing import Any

from wagtail.models import ReferenceIndex

from courses.models import LessonPage, Passage


def take_into_lessons(*, passage_id: int) -> int:
    """Gives every published lesson that shows a passage its newest text, as a new edition; returns how many.

    A draft that waits stays the newest draft. A lesson that is under review gets the text when that ends. A translation
    stays as it is: its original has changed, so it is stale and says so. Again, it changes nothing.
    """
    passage = Passage.objects.filter(pk=passage_id).first()
    if passage is None:
        return 0
    used = ReferenceIndex.get_references_to(passage).values_list("object_id", flat=True)
    pages = LessonPage.objects.originals().live().filter(pk__in={int(pk) for pk in used})
    return sum(bring_up_to_date(page) for page in pages if page.current_workflow_state is None)


def renew(*, page_id: int) -> None:
    """The same for one lesson whose review has ended."""
    page = LessonPage.objects.originals().live().filter(pk=page_id).first()
    if page is not None and page.current_workflow_state is None:
        bring_up_to_date(page)


def bring_up_to_date(page: LessonPage) -> bool:
    """Publishes a lesson anew where it shows an older text of a passage than is published; returns whether it did."""
    live = LessonPage.objects.get(pk=page.pk)
    if not _take(live):
        return False
    draft = page.latest_revision if page.has_unpublished_changes else None
    live.save_revision(clean=False).publish()
    if draft is not None:
        waiting = draft.as_object()
        _take(waiting)
        waiting.save_revision(user=draft.user, clean=False)
    return True


def _take(page: Any) -> bool:
    changed = False
    for block in page.body:
        if block.block_type == "passage" and block.value["passage"] is not None:
            newest = block.value["passage"].text
            if block.value["text"] != newest:
                block.value["text"] = newest
                changed = True
    return changed
