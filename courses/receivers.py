"""What courses hears: it puts a job, or notes in one statement that pages have changed."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.signals import (
    page_published,
    page_unpublished,
    post_page_move,
    published,
    task_submitted,
    workflow_approved,
)

from courses.actions import editions, revisions
from courses.models import CoursePage, LessonPage, ModulePage, Passage
from lms.billing.signals import entitlement_revoked
from lms.jobs import queue


def end_places(entitlement_id: int, use_keys: Sequence[str], at: datetime, **facts: Any) -> None:
    """A right was ended: the places in courses that it was used for, and that nobody had begun, end with it."""
    for use_key in use_keys:
        if use_key.startswith("courses.enrolment:"):
            queue.put("courses.end_place", key=f"{use_key}:{at.isoformat()}", payload={"use_key": use_key})


def take_passage(instance: Any, revision: Any, **facts: Any) -> None:
    """A passage was published: the lessons that show it are to take its text."""
    queue.put(
        "courses.take_passage",
        key=f"passage:{instance.pk}:{revision.pk if revision else 'as it is'}",
        payload={"passage_id": instance.pk},
    )


def renew_passages(instance: Any, **facts: Any) -> None:
    """The review of a lesson has ended: passages may have been published meanwhile."""
    if instance.base_content_type.model == "page":
        queue.put(
            "courses.renew_passages",
            key=f"review:{instance.pk}",
            payload={"page_id": int(instance.object_id)},
        )


def keep_edition(instance: Any, revision: Any, **facts: Any) -> None:
    """A lesson was published anew: whoever began the edition before finds its words as before."""
    if editions.are_read(instance.pk):
        payload = {"page_id": instance.pk}
        queue.put("courses.keep_edition", key=f"edition:{instance.pk}:{revision.pk}", payload=payload)


page_published.connect(keep_edition, sender=LessonPage, dispatch_uid="courses.keep_edition")


def tell_reviewers(instance: Any, **facts: Any) -> None:
    """A step of a review is due: those who may take it are to be told."""
    queue.put(
        "courses.tell_reviewers", key=f"review step:{instance.pk}", payload={"task_state_id": instance.pk}
    )


task_submitted.connect(tell_reviewers, sender=TaskState, dispatch_uid="courses.tell_reviewers")
published.connect(take_passage, sender=Passage, dispatch_uid="courses.take_passage")
workflow_approved.connect(renew_passages, sender=WorkflowState, dispatch_uid="courses.renew_passages")
entitlement_revoked.connect(end_places, dispatch_uid="courses.end_places")


def outlines_changed(**facts: Any) -> None:
    """A page was saved, published, moved or removed, in whatever way: what was kept of outlines is of a former revision."""
    revisions.note_change()


for page in (Page, CoursePage, ModulePage, LessonPage):
    for saved in (post_save, post_delete):
        saved.connect(outlines_changed, sender=page, dispatch_uid=f"courses.outlines.{page.__name__}")
for happened in (page_published, page_unpublished, post_page_move):
    happened.connect(outlines_changed, dispatch_uid="courses.outlines")
