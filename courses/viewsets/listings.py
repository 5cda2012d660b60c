"""Courses and lessons as plain lists in the page editor, for those who may work on them."""

from django.http import HttpRequest
from django.urls import reverse
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.permissions import page_permission_policy

from courses.models import CoursePage, LessonPage
from courses.viewsets.passages import Passages

PAGE_PERMISSIONS = ["add", "change", "publish"]


class PagesMenuItem(MenuItem):
    """Shown to those who may work on a page somewhere, and not to everyone who may enter the admin."""

    def is_shown(self, request: HttpRequest) -> bool:
        shown: bool = page_permission_policy.user_has_any_permission(request.user, PAGE_PERMISSIONS)
        return shown


class Listing(PageListingViewSet):
    def get_menu_item(self, order: int | None = None) -> MenuItem:
        return PagesMenuItem(
            self.menu_label,
            self.menu_url,
            name=self.menu_name,
            icon_name=self.menu_icon,
            order=order or self.menu_order,
        )


class Courses(Listing):
    model = CoursePage
    name = "course_pages"
    icon = "folder-open-inverse"
    menu_label = "Courses"
    list_filter = ["live", "profile", "organisation"]


class Lessons(Listing):
    model = LessonPage
    name = "lesson_pages"
    icon = "doc-full"
    menu_label = "Lessons"
    columns = [
        *PageListingViewSet.index_view_class.base_columns[:4],
        Column("minutes", label="Minutes", sort_key="minutes", width="8%"),
        Column("review_by", label="Check again by", sort_key="review_by", width="12%"),
        *PageListingViewSet.index_view_class.base_columns[4:],
    ]
    list_filter = ["live", "sample", "clauses", "review_by"]


class Teaching(ViewSetGroup):
    """What authors and editors come for, first in the menu."""

    menu_label = "Courses"
    menu_icon = "openquote"
    menu_order = 90
    items = (Courses, Lessons, Passages)

    def get_submenu_items(self) -> list[MenuItem]:
        items: list[MenuItem] = super().get_submenu_items()
        return [
            *items,
            PagesMenuItem(
                "Import a course", reverse("courses_exchange:import"), icon_name="upload", order=900
            ),
            PagesMenuItem(
                "Export a course", reverse("courses_exchange:export"), icon_name="download", order=901
            ),
        ]
