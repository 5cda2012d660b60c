"""Who may write and who may publish, as groups of the page editor, and the review between them."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from courses.actions.loading.tally import Tally
from courses.models import CataloguePage, EditorialReview, Step

REVIEW = "Editorial review"
PAGES = {
    "author": ("add_page", "change_page"),
    "editor": ("add_page", "change_page", "publish_page", "lock_page", "unlock_page"),
}
TASKS = {
    Step.SUBJECT: "Approval by a subject expert",
    Step.ACCESSIBILITY: "Approval of its accessibility",
    Step.EDITOR: "Approval by an editor",
}
FIGURES = ("add_image", "choose_image")


def arrange(root: CataloguePage, tally: Tally) -> None:
    """Gives authors and editors what they need under the catalogue, and puts the review over it.

    The groups bear the names of the roles, and membership follows the roles. Adds what is missing and
    takes nothing away: an owner may have granted more.
    """
    groups = {name: Group.objects.get_or_create(name=name)[0] for name in PAGES}
    held = set(GroupPagePermission.objects.filter(page=root).values_list("group_id", "permission__codename"))
    missing = [
        (group, codename)
        for name, group in groups.items()
        for codename in PAGES[name]
        if (group.pk, codename) not in held
    ]
    if missing:
        _grant(root, groups.values(), missing)
        tally.created += len(missing)
    _put_review(root)


def _grant(root: CataloguePage, groups: Iterable[Group], missing: list[tuple[Group, str]]) -> None:
    pages = _permissions("wagtailcore", {codename for _, codename in missing})
    GroupPagePermission.objects.bulk_create(
        [
            GroupPagePermission(group=group, page=root, permission=pages[codename])
            for group, codename in missing
        ]
    )
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    figures = _permissions("wagtailimages", FIGURES)
    collection = Collection.get_first_root_node()
    for group in groups:
        group.permissions.add(access)
        for permission in figures.values():
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=collection, permission=permission
            )


def _permissions(app_label: str, codenames: Iterable[str]) -> dict[str, Permission]:
    rows = Permission.objects.filter(content_type__app_label=app_label, codename__in=codenames)
    return {row.codename: row for row in rows}


def _put_review(root: CataloguePage) -> None:
    """The steps of the review in their order, over every course: who takes them follows from a text's organisation.

    A workflow that an owner has rearranged stays; that of one step, from before there were three, gets the others.
    """
    workflow, made = Workflow.objects.get_or_create(name=REVIEW)
    known = EditorialReview.objects.filter(workflow_tasks__workflow=workflow)
    if not made and known.count() != 1:
        return
    held = {task.permission: task for task in known}
    for place, step in enumerate(Step):
        task = held.get(step) or EditorialReview.objects.create(name=TASKS[step], permission=step)
        WorkflowTask.objects.update_or_create(workflow=workflow, task=task, defaults={"sort_order": place})
    WorkflowPage.objects.get_or_create(page=root, defaults={"workflow": workflow})
