"""The item bank's place in the Wagtail admin."""

from django.http import HttpRequest
from django.urls import include, path, reverse
from django.urls.resolvers import URLResolver
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from exams import access
from exams.viewsets import (
    coverage,
    cuts,
    equating,
    exchange,
    items,
    languages,
    listing,
    offers,
    panels,
    pilots,
    scenarios,
)
from lms.organisations import access as organisations


class BankMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return access.works_in_banks(request.user)


class ReleaseMenuItem(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return organisations.allows(request.user, access.RELEASE)


@hooks.register("register_admin_urls")
def bank_urls() -> list[URLResolver]:
    urls = [
        path("items/", listing.ItemIndex.as_view(), name="items"),
        path("items/results/", listing.ItemIndex.as_view(results_only=True), name="items_results"),
        path("items/add/", items.add, name="add"),
        path("items/import/", exchange.import_items, name="import"),
        path("items/export/", exchange.export_items, name="export"),
        path("items/<int:pk>/", items.show, name="item"),
        path("items/<int:pk>/compare/", items.compare, name="compare"),
        path("items/<int:pk>/languages/", languages.listing, name="languages"),
        path("items/<int:pk>/languages/<slug:language>/", languages.item, name="item_language"),
        path("items/<int:pk>/enemies/", items.enemies, name="enemies"),
        path("scenarios/", scenarios.ScenarioIndex.as_view(), name="scenarios"),
        path(
            "scenarios/results/", scenarios.ScenarioIndex.as_view(results_only=True), name="scenarios_results"
        ),
        path("scenarios/add/", scenarios.add, name="add_scenario"),
        path("scenarios/<int:pk>/", scenarios.show, name="scenario"),
        path("scenarios/<int:pk>/edit/", scenarios.edit, name="edit_scenario"),
        path("scenarios/<int:pk>/arrange/", scenarios.arrange, name="arrange_scenario"),
        path("scenarios/<int:pk>/languages/<slug:language>/", languages.scenario, name="scenario_language"),
        path("variants/<int:pk>/approve/", languages.approve, name="approve_variant"),
        path("items/<int:pk>/edit/", items.edit, name="edit"),
        path("items/<int:pk>/submit/", items.submit, name="submit"),
        path("items/<int:pk>/review/", items.review, name="review"),
        path("items/<int:pk>/pilot/", pilots.judge, name="judge_pilot"),
        path("items/<int:pk>/retire/", items.retire, name="retire"),
        path("forms/", offers.listing, name="forms"),
        path("forms/assemble/<int:pk>/", offers.assemble, name="assemble"),
        path("forms/<int:pk>/", offers.show, name="form"),
        path("forms/<int:pk>/cut/", cuts.show, name="cut"),
        path("forms/<int:pk>/cut/study/", cuts.open_study, name="open_study"),
        path("forms/<int:pk>/cut/equate/", equating.show, name="equate"),
        path("forms/<int:pk>/cut/equate/propose/", equating.propose, name="propose_equated"),
        path("studies/<int:pk>/panel/", panels.show, name="panel"),
        path("studies/<int:pk>/end/", cuts.move_study, {"event": "end"}, name="end_study"),
        path("studies/<int:pk>/rate/", cuts.rate, name="rate"),
        path("studies/<int:pk>/go-on/", cuts.move_study, {"event": "go on"}, name="go_on"),
        path("studies/<int:pk>/close/", cuts.move_study, {"event": "close"}, name="close_study"),
        path("studies/<int:pk>/propose/", cuts.propose, name="propose_cut"),
        path("cuts/<int:pk>/approve/", cuts.decide, {"event": "approve"}, name="approve_cut"),
        path("cuts/<int:pk>/decline/", cuts.decide, {"event": "decline"}, name="decline_cut"),
        path("forms/<int:pk>/open/", offers.move, {"event": "open"}, name="open_form"),
        path("forms/<int:pk>/retire/", offers.move, {"event": "retire"}, name="retire_form"),
        path("forms/<int:pk>/languages/", languages.add_to_form, name="form_languages"),
    ]
    urls += [
        path("matrix/", coverage.matrix, name="matrix"),
        path("matrix/<slug:key>/csv/", coverage.as_csv, name="matrix_csv"),
        path("matrix/<slug:key>/<str:ref>/", coverage.clause, name="matrix_clause"),
    ]
    return [path("bank/", include((urls, "exams_bank")))]


@hooks.register("register_admin_menu_item")
def bank_menu() -> MenuItem:
    return BankMenuItem("Item bank", reverse("exams_bank:items"), icon_name="list-ul", order=92)


@hooks.register("register_admin_menu_item")
def forms_menu() -> MenuItem:
    return BankMenuItem("Forms of exams", reverse("exams_bank:forms"), icon_name="doc-full", order=94)


@hooks.register("register_admin_menu_item")
def matrix_menu() -> MenuItem:
    return BankMenuItem("Traceability", reverse("exams_bank:matrix"), icon_name="table", order=93)


@hooks.register("register_admin_menu_item")
def results_menu() -> MenuItem:
    return ReleaseMenuItem("Results to release", reverse("exams:release"), icon_name="circle-check", order=95)
