"""Passages that lessons share, in the page editor: each organisation's people see their own."""

import functools
from typing import Any

from django.contrib.admin.utils import unquote
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.chooser import ChooseResultsView, ChooseView, SnippetChooserViewSet
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from courses.models import Passage
from courses.models.ownership import WRITE, writes_here
from lms.organisations import queries as organisations


class OwnPassages(ModelPermissionPolicy):  # type: ignore[misc]  # Wagtail has no types
    """Authors work on the passages of their organisations, those of the institution on those of nobody, too. None is published
    past its review."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        if action in ("publish", "unpublish", "delete"):
            return bool(user.is_active and user.is_superuser)
        return bool(super().user_has_permission(user, action))

    def user_has_permission_for_instance(self, user: Any, action: str, instance: Any) -> bool:
        """Who is to review a passage finds the way to it, though they write none."""
        if action == "change" and _reviews(user, instance):
            return True
        return self.user_has_permission(user, action) and _own(user).filter(pk=instance.pk).exists()


def _own(user: Any) -> Any:
    """The passages on which somebody may work."""
    if user.is_superuser:
        return Passage.objects.all()
    theirs = Q(organisation_id__in=_theirs(user))
    return Passage.objects.filter(theirs | Q(organisation=None) if writes_here(user) else theirs)


def _to_show(user: Any) -> Any:
    """The passages that somebody's lessons may show: nobody's are there for everybody."""
    return _own(user) | Passage.objects.filter(organisation=None)


def _reviews(user: Any, passage: Passage) -> bool:
    """Whether the step of its review that is due is somebody's."""
    task = passage.current_workflow_task
    return bool(user.is_active and task and task.user_can_access_editor(passage, user))


def _theirs(user: Any) -> set[Any]:
    return set(organisations.organisations_with(user.pk or 0, WRITE))


class Create(CreateView):  # type: ignore[misc]  # Wagtail has no types
    def save_instance(self) -> Any:
        """A passage that somebody makes is that of the organisation for which they write."""
        self.form.instance.organisation_id = next(iter(sorted(_theirs(self.request.user))), None)
        return super().save_instance()


class Edit(EditView):  # type: ignore[misc]  # nor here
    """Who only approves writes nothing: Wagtail would save a revision in their name, of which they then were an author, and
    the review would begin anew."""

    def save_instance(self) -> Any:
        if self.action == "workflow-action" and not self.form.has_changed():
            return self.object
        return super().save_instance()

    def get_success_url(self) -> str:
        """From a step that was taken to the others that wait: this one is theirs no more."""
        if self.action == "workflow-action":
            return reverse("wagtailadmin_home")
        return str(super().get_success_url())


class _Choose:
    request: HttpRequest

    def get_object_list(self) -> Any:
        return _to_show(self.request.user)


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
    edit_view_class = Edit
    chooser_viewset_class = Chooser

    def get_queryset(self, request: HttpRequest) -> Any:
        return _own(request.user)

    def construct_view(self, view_class: Any, **kwargs: Any) -> Any:
        """Every page about one passage asks first whose it is."""
        view = super().construct_view(view_class, **kwargs)

        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
            if "pk" in named:
                passage = get_object_or_404(Passage, pk=unquote(str(named["pk"])))
                if not (_own(request.user).filter(pk=passage.pk).exists() or _reviews(request.user, passage)):
                    raise Http404
            answer: HttpResponse = view(request, *args, **named)
            return answer

        return guarded
