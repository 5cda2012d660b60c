"""Telling those whose step of a review is due that a text waits for them."""

from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import Page, TaskState

from courses.models import EditorialReview, Passage, ownership
from lms.accounts import queries as people
from lms.db import clock
from lms.notifications import outbox
from lms.organisations import queries as organisations


def tell(*, task_state_id: int) -> None:
    """Tells everybody of the text's organisation who may take this step, and none of its authors, for they may not. A step
    that was taken meanwhile is told to nobody; called again, it tells nobody twice."""
    state = TaskState.objects.select_related("revision", "workflow_state__requested_by").get(pk=task_state_id)
    task, text = state.task.specific, state.revision.content_object
    if state.status != TaskState.STATUS_IN_PROGRESS or not isinstance(task, EditorialReview) or text is None:
        return
    asked = state.workflow_state.requested_by
    for person in get_user_model().objects.filter(pk__in=_reviewers(task, text), is_active=True):
        if not task.get_actions(text, person):
            continue
        card = people.card(person.pk)
        outbox.put(
            "text_waits",
            key=f"courses.review:{state.pk}:{card.id}",
            to=card.email,
            person_id=card.id,
            context={
                "name": card.display_name,
                "title": state.revision.object_str,
                "author": people.card(asked.pk).display_name if asked else "",
                "path": _way(text),
            },
            at=clock.now(),
        )


def _reviewers(task: EditorialReview, text: Page | Passage) -> set[int]:
    theirs = text.owners if isinstance(text, Passage) else ownership.organisations_of(text.path)
    return {one for each in theirs for one in organisations.people_with(task.permission, each)}


def _way(text: Page | Passage) -> str:
    if isinstance(text, Passage):
        return reverse("wagtailsnippets_courses_passage:edit", args=[text.pk])
    return reverse("wagtailadmin_pages:edit", args=[text.pk])
