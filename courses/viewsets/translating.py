"""Translating lessons in the page editor: wagtail-localize's own pages, within one's own tree and past no review."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path
from django.urls.resolvers import URLPattern
from django.views.decorators.http import require_POST
from wagtail.models import Page
from wagtail_localize.models import Translation
from wagtail_localize.views.report import TranslationsReportView
from wagtail_localize.views.submit_translations import SubmitPageTranslationView
from wagtail_localize.views.update_translations import UpdateTranslationsView

from courses.actions import translating
from courses.models import LessonPage
from courses.models.ownership import foreign_trees

ONLY_LESSONS = "Lessons are translated one by one: open a lesson, and choose “Translate this page” there."
NO_ALIAS = "A translation stays a page of its own here. Unpublish it, and learners read the original again."


class Submit(SubmitPageTranslationView):  # type: ignore[misc]  # wagtail-localize has no types
    """Asks for a translation of a lesson: the page for it stands beside those of its language, as a draft."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = self.get_object()
        if not page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        if not isinstance(page, LessonPage):
            messages.warning(request, ONLY_LESSONS)
            return redirect("wagtailadmin_explore", page.pk)
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer

    @transaction.atomic
    def form_valid(self, form: Any) -> HttpResponse:
        for locale in form.cleaned_data["locales"]:
            translating.home_of(self.object, locale)
        answer: HttpResponse = super().form_valid(form)
        return answer


class Update(UpdateTranslationsView):  # type: ignore[misc]  # nor here
    """Brings the newest text of a lesson to its translators. Nothing is published by it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        page = self.get_object().get_source_instance()
        if not page.permissions_for_user(request.user).can_edit():
            raise PermissionDenied
        answer: HttpResponse = super().dispatch(request, *args, **kwargs)
        return answer

    def get_form(self) -> Any:
        form = super().get_form()
        del form.fields["publish_translations"]
        return form

    def form_valid(self, form: Any) -> HttpResponse:
        form.cleaned_data["publish_translations"] = False
        answer: HttpResponse = super().form_valid(form)
        return answer


class Report(TranslationsReportView):  # type: ignore[misc]  # nor here
    """Which translations there are of the texts that one may work on."""

    def get_queryset(self) -> Any:
        rows = super().get_queryset()
        theirs = LessonPage.objects.all()
        for tree in foreign_trees(self.request.user):
            theirs = theirs.exclude(path__startswith=tree)
        return rows.filter(source__object_id__in=theirs.values("translation_key")).order_by(
            "source__object_repr", "pk"
        )


def convert(request: HttpRequest, page_id: int) -> HttpResponse:
    messages.warning(request, NO_ALIAS)
    return redirect("wagtailadmin_pages:edit", page_id)


def nothing(request: HttpRequest, **named: str) -> HttpResponse:
    """wagtail-localize would tell everybody every passage; no text here needs it."""
    raise Http404


@require_POST
def review(request: HttpRequest, translation_id: int) -> HttpResponse:
    """Submits a translation for its review."""
    row = get_object_or_404(Translation, pk=translation_id, enabled=True)
    page: Page = row.get_target_instance()
    if not page.permissions_for_user(request.user).can_edit():
        raise PermissionDenied
    try:
        translating.submit(translation_id=row.pk, person=request.user)
    except translating.Incomplete as fault:
        more = "sentence waits" if fault.count == 1 else "sentences wait"
        messages.error(
            request, f"{fault.count} {more} for a translation. Translate all of it, and submit it then."
        )
    except translating.UnderReview:
        messages.warning(
            request, "It is under review already. What you change now is submitted when that has ended."
        )
    else:
        messages.success(
            request, "It was submitted. When the last reviewer has approved it, it is published."
        )
    return redirect("wagtailadmin_pages:edit", page.pk)


# In the places of wagtail-localize's own: the page editor asks those of courses first.
URLS: list[URLPattern] = [
    path("localize/submit/page/<int:page_id>/", Submit.as_view()),
    path("localize/update/<int:translation_source_id>/", Update.as_view()),
    path("localize/reports/translations/", Report.as_view()),
    path("localize/reports/translations/results/", Report.as_view(results_only=True)),
    path("localize/page/<int:page_id>/convert_to_alias/", convert),
    path("localize/api/snippets/<slug:app_label>/<slug:model_name>/", nothing),
    path("localize/api/snippets/<slug:app_label>/<slug:model_name>/<str:pk>/", nothing),
    path("localize/review/<int:translation_id>/", review, name="translation_review"),
]
