"""The page editor's dress."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from wagtail import hooks
from wagtail.admin.menu import DismissibleMenuItem, MenuItem
from wagtail.admin.ui.components import Component

from lms.kit import gather


class YourWork(Component):  # type: ignore[misc]  # Wagtail has no types
    """What a person's offices let them do here, first on the home page of the editor."""

    name = "your_work"
    template_name = "wagtailadmin/home/your_work.html"
    order = 10

    def get_context_data(self, parent_context: Any) -> dict[str, Any]:
        person_id = parent_context["request"].user.pk
        return {"links": gather.work_of(person_id)}


@hooks.register("insert_global_admin_css")
def house_colours() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("web/wagtail.css"))


@hooks.register("construct_homepage_panels")
def work_first(request: HttpRequest, panels: list[Any]) -> None:
    panels.insert(0, YourWork())


@hooks.register("construct_help_menu")
def without_news_of_the_editor(request: HttpRequest, menu_items: list[Any]) -> None:
    """What is new in Wagtail concerns those who run the house, not those who write in it; and the guide
    to the editor stays in its place without a mark that counts it as news."""
    kept = [item for item in menu_items if not item.name.startswith("whats-new")]
    menu_items[:] = [_plain(item) if isinstance(item, DismissibleMenuItem) else item for item in kept]


def _plain(item: Any) -> MenuItem:
    attrs = {"target": "_blank", "rel": "noreferrer"}
    return MenuItem(
        item.label, item.url, name=item.name, icon_name=item.icon_name, attrs=attrs, order=item.order
    )
