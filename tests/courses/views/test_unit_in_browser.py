"""A part of cmi5 that makers could have written runs in a browser: in its frame, on its host, as its page around shows."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page, Route, expect

from courses.models import CoursePage, LessonRecord, Run
from lms.billing.actions import products
from tests.browsing import chromium, needs_browser, static_file, without_its_loop
from tests.factories import courses as make
from tests.factories import packages as make_packages

pytestmark = [pytest.mark.django_db, pytest.mark.once, needs_browser]


@pytest.fixture
def unit(request: pytest.FixtureRequest) -> str:
    return getattr(request, "param", "")


@pytest.fixture
def course(institute: Any, ada: Any, unit: str) -> CoursePage:
    make.load(make.course("small", [make.module(1, [make.lesson("l1")])]))
    make_packages.imported(institute, make_packages.cmi5(unit=unit), "cmi5")
    page = make_packages.published("golf")
    products.offer(key="course:golf", kind="course", title="Golf", amount_minor=0, currency="EUR")
    page.product_key = "course:golf"
    page.save(update_fields=["product_key"])
    make.open_lesson(make.enrolled(ada, page), "golf-1")
    return page


@pytest.fixture
def page(course: CoursePage, ada: Any) -> Iterator[Page]:
    """A tab in which Ada is signed in on the institution's host, and nobody on any other. Django answers in this thread."""
    signed_in, home = Client(), urlsplit(settings.PUBLIC_URL).netloc
    signed_in.force_login(ada)

    def answer(route: Route) -> None:
        asked = urlsplit(route.request.url)
        if asked.path.startswith("/static/"):
            return static_file(route, asked.path)
        client = signed_in if asked.netloc == home else Client()
        sent = route.request.headers
        with without_its_loop():
            said = client.generic(
                route.request.method,
                f"{asked.path}?{asked.query}",
                route.request.post_data_buffer or b"",
                sent.get("content-type", "application/octet-stream"),
                headers=sent,
                HTTP_HOST=asked.netloc,
            )
            body = b"".join(said) if said.streaming else said.content
        headers = {name: value for name, value in said.headers.items() if name != "Content-Length"}
        return route.fulfill(status=said.status_code, headers=headers, body=body)

    with chromium() as browser:
        context = browser.new_context(base_url=settings.PUBLIC_URL)
        context.route("**/*", answer)
        yield context.new_page()


def test_a_part_runs_keeps_its_place_finishes_its_lesson_and_reads_no_cookie(page: Page) -> None:
    page.goto("/learn/golf/golf-1/package/")
    inside = page.frame_locator("iframe.package-frame").frame_locator("iframe")
    expect(inside.locator("#said")).to_have_text("Page 0, ab-initio, 1, level=2, Ada Kamau", timeout=20_000)
    expect(inside.locator("#cookies")).to_have_text("Cookies: []")
    expect(inside.locator("#outside")).to_have_text("Outside: nothing")
    for number in (1, 2):
        inside.get_by_role("button", name="Go on").click()
        expect(inside.locator("#said")).to_contain_text(f"Page {number},")
    page.goto("/learn/golf/golf-1/package/")
    inside = page.frame_locator("iframe.package-frame").frame_locator("iframe")
    expect(inside.locator("#said")).to_contain_text("Page 2, resume", timeout=20_000)
    inside.get_by_role("button", name="Finish").click()
    expect(inside.locator("#said")).to_have_text("Finished")
    expect(page.get_by_role("status")).to_contain_text("Done, and kept at", timeout=20_000)
    with without_its_loop():
        run = Run.objects.get()
        assert (run.completion, run.success, float(run.scaled)) == ("completed", "passed", 0.9)
        assert LessonRecord.objects.get(lesson_key="golf-1").done_at


@pytest.mark.parametrize("unit", ['launchMethod="OwnWindow"'], indirect=True)
def test_a_part_has_a_window_of_its_own_where_it_asks_for_one(page: Page) -> None:
    page.goto("/learn/golf/golf-1/package/")
    expect(page.locator("iframe")).to_have_count(0)
    way = page.get_by_role("link", name="Open it in a window of its own")
    way.focus()
    with page.context.expect_page() as opened:
        page.keyboard.press("Enter")
    own = opened.value
    assert own.url.startswith("http://") and ".packages.localhost" in own.url
    assert own.evaluate("window.opener") is None
    inside = own.frame_locator("iframe")
    expect(inside.locator("#said")).to_have_text("Page 0, ab-initio, 1, level=2, Ada Kamau", timeout=20_000)
    expect(inside.locator("#cookies")).to_have_text("Cookies: []")
    inside.get_by_role("button", name="Finish").click()
    expect(own.get_by_role("alert")).to_contain_text("You can close this window", timeout=20_000)
    own.close()
    page.evaluate("dispatchEvent(new Event('focus'))")
    expect(page.get_by_role("status")).to_contain_text("You have completed it.", timeout=20_000)
