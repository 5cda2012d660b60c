"""An exam in Safe Exam Browser: Chromium stands in for it, saying what its two kinds say."""

import plistlib
import re
from urllib.parse import urldefrag

from playwright.sync_api import Page, Route, expect

from exams.rules import safe_browser as rules
from tests.journeys import steps

EXAM = "lead-auditor-practice"
# SEB on macOS: the hashes are there after `updateKeys`, which calls back by the name of a function.
SCRIPT = """
window.SafeExamBrowser = { version: "3.0", security: { configKey: "", browserExamKey: "",
  updateKeys: (callback) => window.hashOf(location.href.split("#")[0]).then((hash) => {
    window.SafeExamBrowser.security.configKey = hash;
    window[callback.name]();
  }) } };
"""


def test_an_exam_is_sat_in_safe_exam_browser_by_headers_or_by_script(institution, browser, signs_in) -> None:
    eve = signs_in("eve")
    eve.goto(f"/examiner/exams/{EXAM}/safe-browser/")
    eve.get_by_label("This exam is sat in Safe Exam Browser only").check()
    eve.get_by_role("button", name="Save").click()
    expect(eve.get_by_text("It holds from the next page")).to_be_visible()

    outside = browser("laptop")
    person = steps.signs_up(outside, institution, "Ines Okoro")
    steps.enters(outside, EXAM)
    expect(outside.get_by_role("heading", name="Go on in Safe Exam Browser")).to_be_visible()
    expect(outside.get_by_role("link", name="Open in Safe Exam Browser")).to_have_attribute(
        "href", re.compile(rf"^seb://localhost:{institution.port}/entries/.+signed=")
    )
    with outside.expect_download() as download:
        outside.get_by_role("link", name="download the configuration").click()
    values = plistlib.loads(download.value.path().read_bytes())
    key = rules.config_key(values)

    windows = browser("windows")
    windows.route("**/*", lambda route: _with_header(route, key))
    steps.signs_in_as(windows, person)
    windows.goto(values["startURL"])
    _loads_again(windows)
    windows.get_by_role("button", name=re.compile("^Start the")).click()
    windows.wait_for_url("**/sittings/*/")
    _loads_again(windows)
    _answers(windows, 1)
    expect(steps.saved(windows)).to_contain_text("Saved at")

    outside.goto(windows.url)
    expect(outside.get_by_role("heading", level=1)).to_have_text("This exam needs Safe Exam Browser")
    expect(outside.get_by_text("every answer that was saved is safe")).to_be_visible()

    mac = browser("mac")
    mac.expose_function("hashOf", lambda url: rules.request_hash(url=url, key=key))
    mac.add_init_script(SCRIPT)
    steps.signs_in_as(mac, person)
    mac.goto(values["startURL"])
    mac.wait_for_url("**/sittings/**")
    _answers(mac, 2)
    expect(steps.saved(mac)).to_contain_text("Saved at")
    steps.hands_in(mac)
    expect(mac.get_by_role("link", name="Leave Safe Exam Browser")).to_have_attribute(
        "href", values["quitURL"].removeprefix(institution.url)
    )


def test_safe_exam_browser_with_other_settings_is_told_so(institution, browser, signs_in) -> None:
    eve = signs_in("eve")
    eve.goto(f"/examiner/exams/{EXAM}/safe-browser/")
    eve.get_by_label("This exam is sat in Safe Exam Browser only").check()
    eve.get_by_role("button", name="Save").click()
    page = browser("mac")
    page.expose_function("hashOf", lambda url: rules.request_hash(url=url, key="0" * 64))
    page.add_init_script(SCRIPT)
    steps.signs_up(page, institution, "Teo Lind")
    steps.enters(page, EXAM)
    expect(page.get_by_role("heading", level=1)).to_have_text("This exam needs Safe Exam Browser")
    expect(page.get_by_role("alert")).to_contain_text("Not with this exam’s configuration")


def _with_header(route: Route, key: str) -> None:
    """SEB on Windows: every request to the exam's host carries the hash of its own address."""
    hashed = rules.request_hash(url=urldefrag(route.request.url).url, key=key)
    route.continue_(headers={**route.request.headers, "x-safeexambrowser-configkeyhash": hashed})


def _loads_again(page: Page) -> None:
    """A page reached by a redirect: Playwright leaves the headers of the first address on it."""
    page.get_by_role("link", name="Load this page again").click()


def _answers(page: Page, position: int) -> None:
    page.locator(f"label:has(input[name='answer-{position}'])").first.click()
