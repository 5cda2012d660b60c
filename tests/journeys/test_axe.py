"""axe finds nothing on the pages of the house, each seen by somebody who may see it, in Chromium with its own styles."""

import mimetypes
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Route

from tests import cast
from tests.house.test_addresses import CODES, PEOPLE, addresses

__all__ = ["addresses"]

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (tags) => (await axe.run(document, {
  resultTypes: ["violations"], runOnly: {type: "tag", values: tags}
})).violations.flatMap((found) => found.nodes.map((node) => `${found.id}: ${node.target.join(" ")}`))"""
HOUSE = "http://house.test"


def seen_by(name: str) -> str:
    """The first of the cast who is answered with the page: learners before those who work here."""
    return next((who for who, code in zip(PEOPLE, CODES[name], strict=True) if code == "200"), "")


@pytest.fixture
def pages(addresses: dict[str, str]) -> dict[str, bytes]:
    """Every page of the house that somebody is answered with, by the name of its address."""
    clients = {"visitor": Client()}
    found = {}
    for name, address in addresses.items():
        who = seen_by(name)
        if not who:
            continue
        if who not in clients:
            clients[who] = Client()
            clients[who].force_login(cast.person(who))
        answer = clients[who].get(address)
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            found[name] = answer.content
    return found


@pytest.mark.once
def test_axe_finds_nothing_on_any_page(pages: dict[str, bytes], chromium: Browser) -> None:
    context = chromium.new_context(base_url=HOUSE, service_workers="block")
    page = context.new_page()
    told: dict[str, list[str]] = {}

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        static = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
        if static:
            route.fulfill(path=static, content_type=mimetypes.guess_type(path)[0])
        elif path.removeprefix("/") in pages:
            route.fulfill(body=pages[path.removeprefix("/")], content_type="text/html; charset=utf-8")
        else:
            route.fulfill(status=404, body="")

    page.route("**/*", answer)
    for name in pages:
        page.goto(f"/{name}")
        page.evaluate(AXE)
        if faults := page.evaluate(RUN, RULES):
            told[name] = faults
    context.close()
    assert len(pages) > 120
    assert told == {}
