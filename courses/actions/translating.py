"""Lessons in other languages: where their pages stand, and their way to review."""

from typing import Any

from django.db import transaction
from wagtail.models import GroupPagePermission, Locale, Page, WorkflowPage
from wagtail_localize.models import Translation

from courses.models import CataloguePage, LessonPage


class Incomplete(Exception):
    """Sentences of it are not translated yet. Carries their `count`."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class UnderReview(Exception):
    """It waits for its review already."""


def home_of(lesson: Page, locale: Locale) -> Page:
    """The page under which the translation of a lesson stands, made with all above it where it is missing.

    Catalogue, courses and modules stand in every language for order's sake alone: readers meet those of the originals.
    """
    parent = lesson.get_parent()
    found = parent.get_translation_or_none(locale)
    if found is not None:
        return found
    if not parent.get_parent().is_root():
        home_of(parent, locale)
    made = parent.specific.copy_for_translation(locale)
    made.save_revision(clean=False).publish()
    give_same_rights()
    return made


def give_same_rights() -> None:
    """Groups may under the catalogue's translations what they may under the catalogue, and the same review stands over
    them: pages inherit nothing from what they translate."""
    root = CataloguePage.objects.originals().first()
    rights = GroupPagePermission.objects.filter(page=root).values_list("group_id", "permission_id")
    workflow = WorkflowPage.objects.filter(page=root).first()
    for pk in CataloguePage.objects.translations().values_list("pk", flat=True):
        held = set(GroupPagePermission.objects.filter(page=pk).values_list("group_id", "permission_id"))
        GroupPagePermission.objects.bulk_create(
            GroupPagePermission(group_id=group, permission_id=permission, page_id=pk)
            for group, permission in set(rights) - held
        )
        if workflow:
            WorkflowPage.objects.get_or_create(page_id=pk, defaults={"workflow": workflow.workflow})


def empty(lesson: LessonPage, locale: Locale) -> LessonPage:
    """A translation of a lesson that has the original's words as yet, and no revision."""
    home_of(lesson, locale)
    made: LessonPage = lesson.copy_for_translation(locale)
    return made


def submit(*, translation_id: int, person: Any) -> None:
    """Makes the sentences that were translated a draft of the page, and asks for its review. It is published by the last
    approval alone. Raises Incomplete or UnderReview."""
    with transaction.atomic():
        row = Translation.objects.select_for_update().get(pk=translation_id)
        total, ready = row.get_progress()
        if ready < total:
            raise Incomplete(total - ready)
        page = row.get_target_instance()
        if page.current_workflow_state is not None:
            raise UnderReview(page.pk)
        row.save_target(user=person, publish=False)
        page = row.get_target_instance()
        page.get_workflow().start(page, person)
