"""Scenarios in the Wagtail admin: find, write, edit as a new version, and say which items hang on them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.generic import IndexView
from wagtail.admin.widgets.button import HeaderButton

from exams import access
from exams.actions import items, scenarios
from exams.forms.scenarios import ArrangeForm, ScenarioForm
from exams.models import Bank, Form, Scenario, ScenarioVersion
from exams.rules import differences
from exams.rules.differences import Run
from exams.states import Pool


class ScenarioFilters(WagtailFilterSet):
    bank = django_filters.ModelChoiceFilter(queryset=lambda request: access.banks(request.user))
    pool = django_filters.ChoiceFilter(choices=Pool.choices)

    class Meta:
        model = Scenario
        fields = ["bank", "pool"]


class ScenarioIndex(IndexView):
    """Every scenario of the banks that the person works in."""

    model = Scenario
    # Offices at an organisation decide (see `dispatch`), not Django's permissions on a table.
    any_permission_required = None
    page_title = "Scenarios"
    header_icon = "doc-full-inverse"
    index_url_name = "exams_bank:scenarios"
    index_results_url_name = "exams_bank:scenarios_results"
    search_fields = ["code", "current__title"]
    default_ordering = "code"
    filterset_class = ScenarioFilters
    paginate_by = 50
    columns = [
        TitleColumn(
            "code",
            label="Scenario",
            sort_key="code",
            width="16%",
            get_url=lambda one: reverse("exams_bank:scenario", args=[one.pk]),
        ),
        Column("title", accessor="current.title"),
        Column("bank", sort_key="bank"),
        Column("pool", accessor="get_pool_display"),
        Column("items", accessor="many"),
        Column("version", accessor="current.number"),
    ]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not access.works_in_banks(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_base_queryset(self) -> QuerySet[Scenario]:
        found = Scenario.objects.filter(bank__in=access.banks(self.request.user))
        return found.select_related("bank", "current").annotate(many=Count("items"))

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        buttons = [HeaderButton("Item bank", url=reverse("exams_bank:items"), icon_name="list-ul")]
        if _writable(self.request):
            url = reverse("exams_bank:add_scenario")
            buttons.append(HeaderButton("Add a scenario", url=url, icon_name="plus"))
        return buttons


@dataclass(frozen=True)
class Told:
    """A version of the text, and how it differs from the one before it."""

    version: ScenarioVersion
    title: tuple[tuple[Run, ...], tuple[Run, ...]]
    text: tuple[tuple[Run, ...], tuple[Run, ...]]


def scenario_view(office: str = "") -> Callable[[Callable[..., HttpResponse]], Callable[..., HttpResponse]]:
    """A view of one scenario, for people who hold an office (or any, if none is named) at its bank."""

    def decorate(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
        def guarded(request: HttpRequest, pk: int) -> HttpResponse:
            rows = Scenario.objects.select_related("bank", "current")
            found = get_object_or_404(rows, pk=pk, bank__in=access.banks(request.user), current__isnull=False)
            if office and not access.may(request.user, office, found.bank):
                raise PermissionDenied
            return view(request, found)

        return guarded

    return decorate


@require_http_methods(["GET", "HEAD"])
@scenario_view()
def show(request: HttpRequest, scenario: Scenario) -> HttpResponse:
    """The text as candidates read it, the items in their order, and every version."""
    codes = tuple(scenario.items.order_by("place").values_list("code", flat=True))
    return _show(request, scenario, ArrangeForm(initial={"items": codes}))


@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A scenario with its first text."""
    writable = _writable(request)
    if not writable:
        raise PermissionDenied
    form = ScenarioForm(_posted(request), banks=Bank.objects.filter(pk__in=writable).order_by("title"))
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        told = {name: said[name] for name in ("code", "pool", "title", "text")}
        try:
            made = scenarios.add_scenario(bank_id=said["bank"].pk, author_id=access.me(request), **told)
        except items.CodeTaken:
            form.add_error("code", "Another scenario of this bank has this code.")
        else:
            messages.success(request, f"{made.code} is there. Now say which items hang on it.")
            return redirect("exams_bank:scenario", made.pk)
    return _edit(request, form, "Add a scenario", reverse("exams_bank:scenarios"))


@require_http_methods(["GET", "HEAD", "POST"])
@scenario_view(access.WRITE)
def edit(request: HttpRequest, scenario: Scenario) -> HttpResponse:
    """A new version of the text. What is live is reviewed anew with it."""
    back = reverse("exams_bank:scenario", args=[scenario.pk])
    current: ScenarioVersion = scenario.current  # type: ignore[assignment]  # asked for by the guard
    form = ScenarioForm(_posted(request), initial={"title": current.title, "text": current.text})
    if request.method == "POST" and form.is_valid():
        try:
            _, drafts = scenarios.edit_scenario(
                scenario_id=scenario.pk, editor_id=access.me(request), **form.cleaned_data
            )
        except scenarios.InReview as waiting:
            form.add_error(
                None,
                f"In review with the text as it is: {', '.join(waiting.codes)}. Nothing was changed. Edit the text when"
                " they are accepted or returned.",
            )
        else:
            more = f" These are drafts again, to be reviewed with it: {', '.join(drafts)}." if drafts else ""
            messages.success(request, f"{scenario.code} is saved. What changed is a new version.{more}")
            return redirect(back)
    live = scenario.items.filter(state__in=("live", "pilot")).order_by("place")
    return _edit(request, form, f"Edit {scenario.code}", back, goes_back=[item.code for item in live])


@require_POST
@scenario_view(access.WRITE)
def arrange(request: HttpRequest, scenario: Scenario) -> HttpResponse:
    """Which items hang on it, and in which order."""
    form = ArrangeForm(request.POST)
    if form.is_valid():
        try:
            scenarios.arrange(
                scenario_id=scenario.pk, codes=form.cleaned_data["items"], actor_id=access.me(request)
            )
        except scenarios.Unfit as unfit:
            form.add_error("items", f"Nothing was changed: {'; '.join(unfit.faults)}.")
        else:
            messages.success(request, f"{scenario.code}: the items hang in this order.")
            return redirect("exams_bank:scenario", scenario.pk)
    return _show(request, scenario, form, status=400)


def _show(request: HttpRequest, scenario: Scenario, form: ArrangeForm, *, status: int = 200) -> HttpResponse:
    context = {
        "scenario": scenario,
        "items": scenario.items.select_related("current").order_by("place"),
        "told": _told(scenario),
        "forms": Form.objects.filter(items__version__item__scenario=scenario).select_related("exam")
        .defer("package", "keys", "shapes").distinct().order_by("exam__title", "number"),
        "may_write": access.may(request.user, access.WRITE, scenario.bank),
        "form": form,
        "header_title": scenario.code,
    }  # fmt: skip
    return render(request, "exams/bank/scenario.html", context, status=status)


def _told(scenario: Scenario) -> list[Told]:
    """Every version, the latest first."""
    found, before = [], None
    for one in scenario.versions.select_related("author").order_by("number"):
        was = (before.title, before.text) if before else ("", "")
        found.append(Told(one, differences.words(was[0], one.title), differences.words(was[1], one.text)))
        before = one
    return found[::-1]


def _writable(request: HttpRequest) -> list[int]:
    """The banks in which the person writes."""
    return [one.pk for one in access.banks(request.user) if access.may(request.user, access.WRITE, one)]


def _posted(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _edit(request: HttpRequest, form: ScenarioForm, title: str, back: str, **more: Any) -> HttpResponse:
    context = {"form": form, "header_title": title, "back": back} | more
    return render(request, "exams/bank/edit.html", context, status=400 if form.errors else 200)
