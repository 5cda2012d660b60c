"""axe finds nothing on the pages of the house, each seen by somebody who may see it, in Chromium with its own styles."""

import mimetypes
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from django.contrib.staticfiles import finders
from django.test import Client
from playwright.sync_api import Browser, Route, sync_playwright

from tests import cast
from tests.house.test_addresses import CODES, PEOPLE, addresses
from tests.journeys.conftest import FLAGS, browser_path

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
        elif answer.streaming:
            b"".join(answer.streaming_content)  # a file is closed when it has been read
    return found


@pytest.mark.once
def test_axe_finds_nothing_on_any_page(pages: dict[str, bytes]) -> None:
    # In a thread of its own, for the browser's loop and a database don't share one.
    with ThreadPoolExecutor(1) as thread:
        told = thread.submit(_judged, pages).result()
    assert told == {}
    assert len(pages) >= 100


def _judged(pages: dict[str, bytes]) -> dict[str, list[str]]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        told = _told(browser, pages)
        browser.close()
    return told


def _told(browser: Browser, pages: dict[str, bytes]) -> dict[str, list[str]]:
    """What axe finds, by the names of the pages on which it finds something."""
    page = browser.new_page(base_url=HOUSE, service_workers="block")
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
    return told
