"""axe finds nothing on any page: every address as the first member of the cast to whom it opens, in light and in dark,
on a screen and on a telephone.

The pages are asked for first and shown to one browser afterwards, with our style sheets and scripts: no server, no
signing in. Addresses that answer with a file, and doors for a post alone, have no page to look at.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser, Page, Route

from courses.models import LessonPage
from exams.models import Form, Item, Scenario
from tests.browsing import chromium, needs_browser, static_file
from tests.house.addresses import CODES, PEOPLE, who

HOUSE = "http://testserver"
ALL: dict[str, Any] = {
    "resultTypes": ["violations"],
    "preload": False,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# What alone the colours of dark, and the width of a telephone, can alter.
ALTERED = [
    "color-contrast",
    "target-size",
    "scrollable-region-focusable",
    "landmark-unique",
    "label",
    "link-name",
]
ON_A_TELEPHONE: dict[str, Any] = {**ALL, "runOnly": {"type": "rule", "values": ALTERED}}
SETTLED = "document.getAnimations().forEach((one) => one.finish())"


@dataclass(frozen=True)
class Shown:
    """One page: its name, address and text, and the headers that go with it."""

    name: str
    address: str
    text: bytes
    headers: dict[str, str]
    in_dark: bool = True


def first_to_enter(name: str) -> str | None:
    """Who is shown this address first, the signed-in before the visitor; nobody, where there is no page for anyone."""
    order = [*PEOPLE[1:], PEOPLE[0]]
    return next((person for person in order if CODES[name][PEOPLE.index(person)] == "200"), None)


def page_of(client: Client, name: str, address: str) -> Shown | None:
    answer = client.get(address)
    text = b"".join(answer) if answer.streaming else answer.content
    if answer.status_code != 200 or not answer.headers.get("Content-Type", "").startswith("text/html"):
        return None
    headers = {
        key: value
        for key, value in answer.headers.items()
        if key in ("Content-Type", "Content-Security-Policy")
    }
    return Shown(name, address, text, headers)


def pages_of(people: dict[str, list[tuple[str, str]]]) -> Iterator[Shown]:
    for person, addresses in people.items():
        client = Client()
        if person != "visitor":
            client.force_login(who(person))
        for name, address in addresses:
            page = page_of(client, name, address)
            if page:
                yield page


def found_on(page: Page, shown: Shown, axe: Axe, options: dict[str, Any], where: str) -> list[str]:
    said = axe.run(page, options=options).response["violations"]
    return [
        f"{shown.name} ({where}): {one['id']}: {one['help']}: {node['target']} {node['html'][:160]}"
        for one in said
        for node in one["nodes"][:3]
    ]


def show(browser: Browser, pages: list[Shown]) -> Page:
    """A tab to which the pages, and the static files of the house, are given by hand."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, color_scheme="light")
    known = {shown.address: shown for shown in pages}

    def answer(route: Route) -> None:
        parts = urlsplit(route.request.url)
        address = route.request.url.removeprefix(HOUSE)
        if address in known and route.request.is_navigation_request():
            shown = known[address]
            return route.fulfill(status=200, headers=shown.headers, body=shown.text)
        return static_file(route, parts.path)

    context.route("**/*", answer)
    return context.new_page()


def looked_at(pages: list[Shown]) -> list[str]:
    axe, found = Axe(), []
    with chromium() as browser:
        page = show(browser, pages)
        for shown in pages:
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": 1280, "height": 900})
            page.goto(f"{HOUSE}{shown.address}")
            found += found_on(page, shown, axe, ALL, "light")
            if not shown.in_dark:
                continue
            page.emulate_media(color_scheme="dark")
            page.set_viewport_size({"width": 390, "height": 844})
            page.evaluate(SETTLED)
            found += found_on(page, shown, axe, ON_A_TELEPHONE, "dark, 390 px")
    return found


def of_the_editor() -> list[tuple[str, str]]:
    """Pages of ours in Wagtail's admin."""
    item, form, scenario = Item.objects.first(), Form.objects.first(), Scenario.objects.first()
    assert item and form and scenario
    of_item = {f"exams_bank:{name}": [item.pk] for name in ("item", "compare", "languages", "edit")}
    plain = ("items", "add", "import", "export", "scenarios", "add_scenario", "forms", "matrix")
    asked: dict[str, list[Any]] = {
        **{f"exams_bank:{name}": [] for name in plain},
        **of_item,
        "exams_bank:item_language": [item.pk, "de"],
        "exams_bank:scenario": [scenario.pk],
        "exams_bank:edit_scenario": [scenario.pk],
        "exams_bank:form": [form.pk],
        "exams_bank:cut": [form.pk],
        "exams_bank:matrix_clause": ["aims-lead-implementer", "6.1.2"],
        "certificates_designs:listing": [],
        "courses_exchange:import": [],
        "courses_exchange:export": [],
        "course_pages:index": [],
        "lesson_pages:index": [],
    }
    return [(name, reverse(name, args=args)) for name, args in asked.items()]


def in_the_editor() -> Iterator[Shown]:
    """Each as somebody who works there."""
    clients = {"exams_bank": Client(), "certificates_designs": Client(), "": Client()}
    for client, person in zip(clients.values(), ("eve", "lena", "finn"), strict=True):
        client.force_login(who(person))
    for name, address in of_the_editor():
        client = clients.get(name.partition(":")[0], clients[""])
        page = page_of(client, name, address)
        assert page, f"{name} does not open"
        # The editor has one style sheet of ours: these show all that it says of dark.
        yield replace(page, in_dark=name in ("exams_bank:items", "exams_bank:item", "exams_bank:matrix"))


@needs_browser
@pytest.mark.once
def test_axe_finds_nothing_on_any_page(addresses) -> None:
    by_person: dict[str, list[tuple[str, str]]] = {}
    for name, address in addresses.items():
        person = first_to_enter(name)
        if person:
            by_person.setdefault(person, []).append((name, address))
    lessons = LessonPage.objects.filter(home="lead-implementer").order_by("path")
    by_person["ada"] += [
        (f"lesson {one.key}", reverse("courses:lesson", args=["lead-implementer", one.key]))
        for one in lessons[10:30:8]
    ]
    pages = [*pages_of(by_person), *in_the_editor()]
    assert len(pages) > 150
    found = looked_at(pages)
    assert not found, "\n".join(found)
