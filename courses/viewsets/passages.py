"""Passages that lessons share, in the page editor: each organisation's people see their own."""

from typing import Any

from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import CreateView, SnippetViewSet

from courses.models import Passage
from courses.models.ownership import WRITE
from lms.organisations import queries as organisations


class OwnPassages(ModelPermissionPolicy):  # type: ignore[misc]  # Wagtail has no types
    """Authors work on the passages of their organisations, and on those of nobody's. None is published past its review."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if action in ("publish", "unpublish", "delete"):
            return bool(user.is_active and user.is_superuser)
        return bool(super().user_has_permission(user, action))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        return self.user_has_permission(user, action) and (
            user.is_superuser or not instance.owners or bool(instance.owners & _theirs(user))
        )

    def instances_user_has_any_permission_for(self, user: Any, actions: Any) -> Any:
        found = super().instances_user_has_any_permission_for(user, actions)
        if user.is_superuser:
            return found
        return found.filter(organisation=None) | found.filter(organisation_id__in=_theirs(user))


def _theirs(user: Any) -> set[Any]:
    return set(organisations.organisations_with(user.pk or 0, WRITE))


class Create(CreateView):  # type: ignore[misc]  # Wagtail has no types
    def save_instance(self) -> Any:
        """A passage that somebody makes is that of the organisation for which they write."""
        self.form.instance.organisation_id = next(iter(sorted(_theirs(self.request.user))), None)
        return super().save_instance()


class Passages(SnippetViewSet):  # type: ignore[misc]  # Wagtail has no types
    model = Passage
    icon = "copy"
    menu_label = "Passages"
    menu_name = "passages"
    list_display = ["title", "key", "organisation"]
    search_fields = ["title", "key"]
    add_view_class = Create
