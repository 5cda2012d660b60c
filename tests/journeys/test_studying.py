"""A learner studies: lessons, checks with explanations, progress, and the way back to the same place."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys import steps


@pytest.mark.parametrize("javascript", [True, False], ids=["with-scripts", "without-scripts"])
def test_ada_studies_a_lesson_and_comes_back_to_the_same_place(signs_in, javascript: bool) -> None:
    course, title = (
        ("lead-implementer", "Lead Implementer") if javascript else ("lead-auditor", "Lead Auditor")
    )
    page = signs_in("ada", javascript=javascript)
    steps.enrols(page, course)
    expect(_progress(page)).to_have_attribute("value", "0")
    page.get_by_role("link", name="Begin", exact=True).click()

    _answers_every_check(page)
    page.get_by_role("button", name="Done: on to the next lesson").click()
    expect(page.get_by_text("Lesson 1.2")).to_be_visible()
    expect(_progress(page)).to_have_attribute("value", "1")

    lesson = page.get_by_role("heading", level=1).inner_text()
    place = _reads_on(page, course) if javascript else ""

    later = signs_in("ada", javascript=javascript)
    later.get_by_role("link", name=re.compile(f"^Continue: .*{title}")).click()
    expect(later.get_by_role("heading", level=1)).to_have_text(lesson)
    assert later.url.partition("#")[2] == place
    if place:
        expect(later.locator(f"[id='{place}']")).to_be_in_viewport()
    expect(_progress(later)).to_have_attribute("value", "1")
    later.goto(f"/learn/{course}/")
    expect(later.get_by_text("Continue where you stopped")).to_be_visible()


def _progress(page: Page) -> Locator:
    return page.get_by_role("progressbar", name="Lessons done")


def _answers_every_check(page: Page) -> None:
    """Takes the first option each time: that is right here and wrong there, and always explained."""
    checks = page.locator("section.check")
    page.get_by_role("button", name="Done: on to the next lesson").click()
    expect(page.get_by_text("checks are not answered yet.")).to_be_visible()

    for place in range(checks.count()):
        check = checks.nth(place)
        check.get_by_role("radio").or_(check.get_by_role("checkbox")).first.check()
        check.get_by_role("button", name="Answer", exact=True).click()
        expect(check.get_by_text(re.compile("Your answer, (and|not) right"))).to_be_visible()
        expect(check.locator(".why")).not_to_have_count(0)
    expect(page.get_by_text("still to answer before the lesson is done")).to_have_count(0)

    expect(checks.filter(has_text="Your answer, and right.")).not_to_have_count(0)
    wrong = checks.filter(has_text="Your answer, not right.").filter(has_text="Right, and not chosen.").first
    question = wrong.get_by_role("heading").inner_text()
    right = wrong.locator(".option-right .said").inner_text().removeprefix("Right, and not chosen.").strip()
    wrong.get_by_role("link", name="Answer again").click()
    again = checks.filter(has_text=question)
    again.get_by_label(right).check()
    again.get_by_role("button", name="Answer", exact=True).click()
    expect(again.get_by_text("Your answer, and right.")).to_be_visible()


def _reads_on(page: Page, course: str) -> str:
    """Reads to the third heading of the text and leaves; returns the place that the classroom then knows."""
    heading = page.locator("[data-lesson-text] h2[id]").nth(2)
    heading.evaluate("heading => heading.scrollIntoView({ block: 'start' })")
    onward = page.get_by_role("link", name="Continue", exact=True)
    for _ in range(20):
        page.goto(f"/learn/{course}/")  # leaving the lesson tells the place
        address = onward.get_attribute("href") or ""
        if "#" in address:
            return address.partition("#")[2]
        page.wait_for_timeout(250)
    raise AssertionError("the place was not kept")
