"""Sitting an exam when things go wrong: no connection, another device, no time left, no scripts."""

import re

from playwright.sync_api import Page, expect

from tests.journeys import steps

PRACTICE, LENGTH = "lead-implementer-practice", 10


def test_an_answer_shows_as_saved_only_when_acknowledged_and_another_device_goes_on(
    institution, browser
) -> None:
    page = browser("laptop")
    person = steps.signs_up(page, institution, "Milo Brandt")
    steps.enters(page, PRACTICE)
    steps.starts(page)
    expect(steps.saved(page)).to_have_text("No answer yet")

    first = _answers(page, 1)
    expect(steps.saved(page)).to_have_text(re.compile(r"^Saved at \d\d:\d\d:\d\d$"))

    page.context.set_offline(True)
    second = _answers(page, 2)
    expect(steps.saved(page)).to_contain_text("On this device, 1 waiting")
    expect(steps.saved(page)).to_contain_text("No connection; trying again")
    page.context.set_offline(False)
    expect(steps.saved(page)).to_have_text(re.compile(r"^Saved at \d\d:\d\d:\d\d$"))

    place = page.url.partition("#")[0]
    page.close()
    phone = browser("phone", width=390, height=800)
    steps.signs_in_as(phone, person)
    phone.goto("/exams/")
    phone.get_by_role("link", name="Go on").click()
    phone.wait_for_url(f"{place}*")
    expect(phone.locator("[data-place]")).to_have_text(f"Item 3 of {LENGTH}, 2 answered")
    for position, value in ((1, first), (2, second)):
        expect(phone.locator(f"input[name='answer-{position}'][value='{value}']")).to_be_checked()

    _answers(phone, 3)
    expect(steps.saved(phone)).to_contain_text("Saved at")
    steps.hands_in(phone)
    expect(phone.get_by_text(f"3 of {LENGTH} items answered.")).to_be_visible()


def test_two_devices_at_once_the_older_one_stops_and_says_so(institution, browser) -> None:
    laptop = browser("laptop")
    person = steps.signs_up(laptop, institution, "Noor Haddad")
    steps.enters(laptop, PRACTICE)
    steps.starts(laptop)
    _answers(laptop, 1)
    expect(steps.saved(laptop)).to_contain_text("Saved at")

    phone = browser("phone", width=390, height=800)
    steps.signs_in_as(phone, person)
    phone.goto(laptop.url.partition("#")[0])
    _answers(phone, 2)
    expect(steps.saved(phone)).to_contain_text("Saved at")

    _answers(laptop, 3)
    expect(laptop.get_by_role("alert")).to_contain_text("This sitting was opened on another page or device.")
    laptop.get_by_role("button", name="Go on here instead").click()
    expect(laptop.get_by_role("alert")).not_to_contain_text("opened on another page")
    # What the older device wrote filled a position that the newer one had left alone: it stands.
    expect(laptop.locator("[data-place]")).to_contain_text("3 answered")


def test_the_clock_closes_a_sitting_and_refuses_what_comes_late(institution, browser, moved_clock) -> None:
    page = browser("candidate")
    steps.signs_up(page, institution, "Pia Lund")
    steps.enters(page, PRACTICE)
    steps.starts(page)
    _answers(page, 1)
    expect(steps.saved(page)).to_contain_text("Saved at")

    moved_clock(days=1)
    _answers(page, 2)
    page.wait_for_url("**/receipt/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Closed when the time was up")
    expect(page.get_by_text(f"1 of {LENGTH} items answered. What was saved by then counts.")).to_be_visible()
    expect(page.get_by_text("Some of it came too late")).to_be_visible()
    expect(page.get_by_text("1 change", exact=True)).to_be_visible()


def test_a_sitting_that_nobody_watches_is_closed_by_the_clock(institution, browser, moved_clock) -> None:
    page = browser("candidate", javascript=False)
    steps.signs_up(page, institution, "Rasmus Bell")
    steps.enters(page, PRACTICE)
    steps.starts(page)
    page.get_by_role("link", name="Go page by page").click()
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_text(f"Item 2 of {LENGTH}")).to_be_visible()

    moved_clock(days=1)
    page.get_by_role("radio").first.check()
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This came too late")
    page.get_by_role("link", name="To the receipt").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Closed when the time was up")
    expect(page.get_by_text(f"1 of {LENGTH} items answered.")).to_be_visible()


def test_the_whole_practice_exam_works_without_scripts(institution, browser) -> None:
    page = browser("candidate", javascript=False)
    steps.signs_up(page, institution, "Tilda Roth")
    steps.enters(page, PRACTICE)
    steps.starts(page)
    page.get_by_role("link", name="Go page by page").click()
    for position in range(1, LENGTH + 1):
        expect(page.get_by_text(f"Item {position} of {LENGTH}")).to_be_visible()
        steps.options_of(steps.items_of(page), right=position != 4).click()
        page.get_by_role("button", name=re.compile("^Save and (go on|review)$")).click()
    expect(page.get_by_text(f"All {LENGTH} items are answered.")).to_be_visible()

    page.get_by_role("link", name="Item 5 Answered").click()
    page.get_by_label("Take this answer back").check()
    page.get_by_role("button", name="Save and review all items").click()
    expect(page.get_by_text(f"1 of {LENGTH} items is unanswered.")).to_be_visible()
    page.get_by_role("link", name="Hand in").click()
    page.get_by_role("button", name="Hand in now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Handed in")
    expect(page.get_by_text(f"9 of {LENGTH} items answered.")).to_be_visible()

    _awaits_the_result(page)
    expect(page.get_by_role("heading", level=1)).to_have_text(f"8 of {LENGTH} points")


def _answers(page: Page, position: int) -> str:
    """Goes to an item of the player and takes its first option; returns which that is."""
    item = page.locator(f"#item-{position}")
    for _ in range(LENGTH):
        if item.is_visible():
            break
        page.get_by_role("button", name="Next", exact=True).click()
    option = item.locator("label.option").first
    value = option.get_by_role("radio").get_attribute("value") or ""
    option.click()
    return value


def _awaits_the_result(page: Page) -> None:
    """A practice exam is marked and released by rule; the receipt then links to the result."""
    link = page.get_by_role("link", name="See the result")
    for _ in range(40):
        if link.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    link.click()
