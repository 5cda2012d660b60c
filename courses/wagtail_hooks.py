"""The page editor's menu for courses, and what may not be done to pages that people study on."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import include, path
from django.urls.resolvers import URLPattern, URLResolver
from wagtail import hooks
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import AbstractPage, Page
from wagtail.permissions import register_permission_policy

from courses.models import CoursePage, LessonPage, ModulePage, Passage, ownership
from courses.models.collections import OwnCollections
from courses.models.ownership import OwnTrees
from courses.queries import enrolments
from courses.viewsets import exchange, translating
from courses.viewsets.listings import Teaching
from courses.viewsets.passages import OwnPassages
from lms.organisations import queries as organisations

HAS_LEARNERS = (
    "{title} has learners, so it can't be deleted: their records and attestations name it. "
    "Unpublish it instead, and nobody new finds it."
)
OTHER_COURSE = (
    "{title} belongs to another course. Learners' records name its lessons by course, so it stays there. "
    "To use lessons in two courses, put them into a shared module."
)
COURSE_PATH = 3 * Page.steplen  # the root, the catalogue, then the course or the shared module


register_permission_policy(AbstractPage, OwnTrees(Page))
register_permission_policy(Passage, OwnPassages(Passage))
for kept in (Image, Document):
    # Of the exact class, since Wagtail's own apps register theirs later than this file is read.
    register_permission_policy(
        kept, OwnCollections(kept, owner_field_name="uploaded_by_user"), exact_class=True
    )

# It names the page of each kind that was edited last, whosever it is: for who runs the platform.
PageTypesUsageReportView.any_permission_required = ["see_all"]


@hooks.register("construct_reports_menu")
def without_what_is_of_all_organisations(request: HttpRequest, menu_items: list[Any]) -> None:
    if not getattr(request.user, "is_superuser", False):
        menu_items[:] = [item for item in menu_items if item.name != "page-types-usage"]


@hooks.register("register_admin_viewset")
def register_teaching() -> Teaching:
    return Teaching()


@hooks.register("register_admin_urls")
def exchange_urls() -> list[URLResolver]:
    urls = [
        path("import/", exchange.import_course, name="import"),
        path("export/", exchange.export_course, name="export"),
    ]
    return [path("courses/", include((urls, "courses_exchange")))]


@hooks.register("register_admin_urls", order=-1)
def translating_urls() -> list[URLPattern]:
    return translating.URLS


@hooks.register("construct_page_action_menu")
def keep_translations_pages(items: list[Any], request: HttpRequest, context: Any) -> None:
    """A page that is an alias has the key of another, and there may be but one."""
    items[:] = [item for item in items if item.name != "localize-convert-to-alias"]


@hooks.register("after_create_page")
def give_to_its_organisation(request: HttpRequest, page: Page) -> None:
    """A course that somebody makes is that of the organisation for which they write."""
    theirs = organisations.organisations_with(request.user.pk or 0, "courses.author")
    if isinstance(page, CoursePage) and page.organisation_id is None and theirs:
        page.organisation_id = theirs[0]
        page.save(update_fields=["organisation"])
        page.save_revision(user=request.user, changed=False)


@hooks.register("construct_page_chooser_queryset")
def only_own_pages_to_choose(pages: Any, request: HttpRequest) -> Any:
    """Whoever makes a link chooses among their own pages: a list of all tells the titles of others' drafts."""
    return ownership.without_foreign(pages, request.user)


@hooks.register("before_delete_page")
def keep_courses_with_learners(request: HttpRequest, page: Page) -> HttpResponse | None:
    if not _has_learners(page):
        return None
    messages.error(request, HAS_LEARNERS.format(title=page.title))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_move_page")
def keep_lessons_in_their_course(request: HttpRequest, page: Page, destination: Page) -> HttpResponse | None:
    if not _leaves_its_course(page, destination):
        return None
    messages.error(request, OTHER_COURSE.format(title=page.title))
    return redirect("wagtailadmin_explore", page.get_parent().pk)


@hooks.register("before_bulk_action")
def keep_in_bulk(request: HttpRequest, action: str, pages: Sequence[Any], form: Any) -> HttpResponse | None:
    """The same for actions on many pages at once."""
    found = [page for page in pages if isinstance(page, Page)]
    refused = []
    if action == "delete":
        refused = [HAS_LEARNERS.format(title=page.title) for page in found if _has_learners(page)]
    elif action == "move" and found:
        destination = form.cleaned_form.cleaned_data["chooser"]
        refused = [
            OTHER_COURSE.format(title=page.title) for page in found if _leaves_its_course(page, destination)
        ]
    for sentence in refused:
        messages.error(request, sentence)
    return redirect("wagtailadmin_explore", found[0].get_parent().pk) if refused else None


def _has_learners(page: Page) -> bool:
    return any(
        enrolments.has_learners(course) for course in CoursePage.objects.descendant_of(page, inclusive=True)
    )


def _leaves_its_course(page: Page, destination: Page) -> bool:
    ours = issubclass(page.specific_class, LessonPage | ModulePage)
    return ours and page.path[:COURSE_PATH] != destination.path[:COURSE_PATH]
