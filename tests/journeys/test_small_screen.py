"""On a screen of 320 pixels and by keyboard alone, from the catalogue to the attestation; and what a first view weighs."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.institution import Institution

SLUG = "lead-implementer"
# All lessons but the last, by the same actions that a learner's own clicks call; forty lessons are no journey.
ALL_BUT_THE_LAST = """
from courses.actions import study
from courses.models import Enrolment
from courses.queries import lessons, outlines
learning = Enrolment.objects.select_related("course").get(person__email="{email}", course__slug="{slug}")
entries = [entry for module in outlines.outline(learning.course).modules for entry in module.lessons]
for entry in entries[:-1]:
    for check in lessons.reading(lessons.page(entry.page_id)).checks:
        right = [option.id for option in check.options if option.right]
        study.answer_check(enrolment_id=learning.pk, lesson_key=entry.key, check_key=check.key, chosen=right)
    study.finish_lesson(enrolment_id=learning.pk, lesson_key=entry.key)
print(entries[-1].key)
"""
FOCUSED = """() => { const at = document.activeElement;
  return (at.getAttribute("aria-label") || at.innerText || at.labels?.[0]?.innerText || "").trim() }"""
WEIGHT = """() => performance.getEntries()
  .filter((one) => ["navigation", "resource"].includes(one.entryType))
  .map((one) => [one.name, one.transferSize])"""
SHIFT = """() => new Promise((told) => {
  let sum = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((one) => { sum += one.value; }))
    .observe({type: "layout-shift", buffered: true});
  setTimeout(() => told(sum), 300);
})"""


def tabs_to(page: Page, name: str, *, most: int = 200) -> None:
    """Presses Tab until what is focused bears this name."""
    for _ in range(most):
        page.keyboard.press("Tab")
        if re.search(name, page.evaluate(FOCUSED)):
            return
    raise AssertionError(f"Tab never comes to {name!r} on {page.url}")


def tabs_to_an_option(page: Page) -> None:
    for _ in range(200):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.matches('section.check form input')"):
            return
    raise AssertionError(f"Tab never comes to an option on {page.url}")


def goes_by(page: Page, name: str, to: str) -> None:
    tabs_to(page, name)
    page.keyboard.press("Enter")
    page.wait_for_url(to)
    fits(page)


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= 320, page.url


def test_a_newcomer_goes_from_the_catalogue_to_completion_by_keyboard(
    browser: Callable[..., Page], institution: Institution
) -> None:
    page = browser("noa", width=320, height=640)
    noa = steps.signs_up(page, institution, "Noa Lund")
    page.goto("/courses/")
    fits(page)
    goes_by(page, "ISO/IEC 42001 Lead Implementer", f"**/courses/{SLUG}/")
    goes_by(page, "^Enrol", f"**/learn/{SLUG}/")
    done = ALL_BUT_THE_LAST.format(slug=SLUG, email=noa.email)
    last = institution.manage("shell", "-v0", "-c", done).split()[-1]
    page.reload()
    goes_by(page, "^(Continue|Go on)$", f"**/learn/{SLUG}/{last}/**")
    for _ in range(page.locator("section.check").count()):
        tabs_to_an_option(page)
        page.keyboard.press("Space")
        tabs_to(page, "^Answer$", most=12)
        with page.expect_navigation():
            page.keyboard.press("Enter")
        fits(page)
    tabs_to(page, "^Done")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/learn/{SLUG}/")
    fits(page)
    expect(page.get_by_role("link", name=re.compile("attestation", re.IGNORECASE)).first).to_be_visible()


def test_the_first_view_of_a_lesson_is_light_and_nothing_in_it_moves(browser: Callable[..., Page]) -> None:
    page = browser("visitor", width=390, height=800)
    page.goto(f"/courses/{SLUG}/sample/", wait_until="networkidle")
    weights = page.evaluate(WEIGHT)
    assert sum(size for _, size in weights) <= 120 * 1024, weights
    assert len(weights) <= 12, weights
    assert page.evaluate(SHIFT) < 0.001
