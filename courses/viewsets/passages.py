"""Passages that lessons share, in the page editor: each organisation's people see their own."""

import functools
from typing import Any

from django.contrib.admin.utils import unquote
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
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
        return self.user_has_permission(user, action) and _own(user).filter(pk=instance.pk).exists()


def _own(user: Any) -> Any:
    """The passages on which somebody may work."""
    if user.is_superuser:
        return Passage.objects.all()
    return Passage.objects.filter(Q(organisation=None) | Q(organisation_id__in=_theirs(user)))


def _theirs(user: Any) -> set[Any]:
    return set(organisations.organisations_with(user.pk or 0, WRITE))


class Create(CreateView):  # type: ignore[misc]  # Wagtail has no types
    def save_instance(self) -> Any:
        """A passage that somebody makes is that of the organisation for which they write."""
        self.form.instance.organisation_id = next(iter(sorted(_theirs(self.request.user))), None)
        return super().save_instance()


class _Choose:
    request: HttpRequest

    def get_object_list(self) -> Any:
        return _own(self.request.user)


class Choose(_Choose, ChooseView):  # type: ignore[misc]  # Wagtail has no types
    pass


class ChooseResults(_Choose, ChooseResultsView):  # type: ignore[misc]  # nor here
    pass


class Chooser(SnippetChooserViewSet):  # type: ignore[misc]  # nor here
    choose_view_class = Choose
    choose_results_view_class = ChooseResults


class Passages(SnippetViewSet):  # type: ignore[misc]  # Wagtail has no types
    model = Passage
    icon = "copy"
    menu_label = "Passages"
    menu_name = "passages"
    list_display = ["title", "key", "organisation"]
    search_fields = ["title", "key"]
    add_view_class = Create
    chooser_viewset_class = Chooser

    def get_queryset(self, request: HttpRequest) -> Any:
        return _own(request.user)

    def construct_view(self, view_class: Any, **kwargs: Any) -> Any:
        """Every page about one passage asks first whose it is."""
        view = super().construct_view(view_class, **kwargs)

        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if "pk" in named:
                get_object_or_404(_own(request.user), pk=unquote(str(named["pk"])))
            answer: HttpResponse = view(request, *args, **named)
            return answer

        return guarded
