"""Who may write and who may publish, as groups of the page editor, and the review between them."""

from collections.abc import Iterable

from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Locale,
    Workflow,
    WorkflowContentType,
    WorkflowPage,
    WorkflowTask,
)

from courses.actions import translating
from courses.actions.loading.tally import Tally
from courses.models import CataloguePage, EditorialReview, Passage, Step
from courses.models.languages import NAMES

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
DOCUMENTS = ("add_document", "choose_document")  # films, captions and what is downloaded


def languages_of_lessons() -> None:
    """Every language into which lessons may be translated (WAGTAIL_CONTENT_LANGUAGES)."""
    for code in set(NAMES) - set(Locale.objects.values_list("language_code", flat=True)):
        Locale.objects.create(language_code=code)


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
    translating.give_same_rights()
    _let_write(groups.values())


def _grant(root: CataloguePage, groups: Iterable[Group], missing: list[tuple[Group, str]]) -> None:
    pages = _permissions("wagtailcore", {codename for _, codename in missing})
    GroupPagePermission.objects.bulk_create(
        [
            GroupPagePermission(group=group, page=root, permission=pages[codename])
            for group, codename in missing
        ]
    )
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    for group in groups:
        group.permissions.add(access)


def _let_write(groups: Iterable[Group]) -> None:
    """Authors and editors may ask for a translation, write passages, and add pictures and other files."""
    wanted = {
        **_permissions("wagtail_localize", ("submit_translation",)),
        **_permissions("courses", ("add_passage", "change_passage")),
    }
    collection = Collection.get_first_root_node()
    files = [
        *_permissions("wagtailimages", FIGURES).values(),
        *_permissions("wagtaildocs", DOCUMENTS).values(),
    ]
    rows = GroupCollectionPermission.objects.filter(collection=collection)
    for group in groups:
        held = set(group.permissions.values_list("pk", flat=True))
        group.permissions.add(*[one for one in wanted.values() if one.pk not in held])
        may = set(rows.filter(group=group).values_list("permission_id", flat=True))
        GroupCollectionPermission.objects.bulk_create(
            GroupCollectionPermission(group=group, collection=collection, permission=one)
            for one in files
            if one.pk not in may
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
    passages = ContentType.objects.get_for_model(Passage)
    WorkflowContentType.objects.get_or_create(content_type=passages, defaults={"workflow": workflow})
