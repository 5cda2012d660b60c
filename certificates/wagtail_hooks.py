"""The register's place in the admin: links to the pages where the work is done."""

from typing import Any

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.urls.resolvers import URLResolver
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from certificates.viewsets import designs
from lms.organisations.access import allows


class OfficersItem(MenuItem):  # type: ignore[misc]  # Wagtail has no types
    """Shown to awarding officers alone."""

    def is_shown(self, request: HttpRequest) -> bool:
        return allows(request.user, "certificates.decide")


class SchemesItem(MenuItem):  # type: ignore[misc]  # Wagtail has no types
    """Shown to those who keep the schemes, and to those who decide by them."""

    def is_shown(self, request: HttpRequest) -> bool:
        return any(allows(request.user, office) for office in ("certificates.schemes", "certificates.decide"))


class DesignsItem(MenuItem):  # type: ignore[misc]  # Wagtail has no types
    """Shown to those who keep the schemes."""

    def is_shown(self, request: HttpRequest) -> bool:
        return allows(request.user, designs.OFFICE)


@hooks.register("register_admin_urls")
def design_urls() -> list[URLResolver]:
    urls = [
        path("", designs.listing, name="listing"),
        path("<slug:key>/", designs.edit, name="edit"),
        path("<slug:key>/preview/", designs.preview, name="preview"),
    ]
    return [path("designs/", include((urls, "certificates_designs")))]


@hooks.register("register_admin_menu_item")
def designs_item() -> Any:
    return DesignsItem("Designs", reverse("certificates_designs:listing"), icon_name="image", order=98)


@hooks.register("register_admin_menu_item")
def register_item() -> Any:
    return OfficersItem("Register", reverse("certificates:register"), icon_name="key", order=97)


@hooks.register("register_admin_menu_item")
def schemes_item() -> Any:
    return SchemesItem("Schemes", reverse("certificates:schemes"), icon_name="clipboard-list", order=96)


@hooks.register("register_admin_menu_item")
def applications_item() -> Any:
    return OfficersItem("Applications", reverse("certificates:decisions"), icon_name="tasks", order=95)
