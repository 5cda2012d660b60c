"""A break from the paper: who was granted one takes it and has the time; who was not sees no way to."""

import re
from datetime import datetime

from playwright.sync_api import Page, expect

from tests.journeys import steps

PRACTICE = "lead-implementer-practice"
SAVED = re.compile(r"^Saved at \d\d:\d\d:\d\d$")
ON_A_BREAK = "You are on a break"


def is_granted_a_break(page: Page, eve: Page, name: str) -> None:
    """Asks for breaks, and Eve grants a minute of them and no more time."""
    page.goto("/accommodation/")
    page.get_by_label("What do you need, and why?").fill("A break in the middle, to move about.")
    page.get_by_role("button", name="Send the request").click()
    eve.goto("/examiner/accommodations/")
    eve.get_by_role("link", name=re.compile(name)).first.click()
    eve.get_by_label("Breaks, in minutes").fill("1")
    eve.get_by_label("Why it is granted").fill("Moving about helps.")
    eve.get_by_role("button", name="Grant it").click()
    expect(eve.get_by_text("Decided. The candidate is being told.")).to_be_visible()


def ends(page: Page) -> datetime:
    """When the paper says that the sitting ends."""
    return datetime.fromisoformat(
        page.evaluate("JSON.parse(document.getElementById('player').textContent).deadline")
    )


def chooses(page: Page, place: int) -> None:
    page.locator("fieldset.item:visible label.option").nth(place).click()


def test_a_candidate_takes_a_break_comes_back_and_has_the_time(institution, browser, signs_in) -> None:
    page = browser("laptop")
    person = steps.signs_up(page, institution, "Rosa Lindqvist")
    is_granted_a_break(page, signs_in("eve"), person.name)
    steps.enters(page, PRACTICE)
    steps.starts(page)
    expect(steps.saved(page)).to_have_text("No answer yet")
    place, due = page.url.partition("#")[0], ends(page)
    other = page.context.new_page()

    chooses(page, 0)
    # What waits is sent before the break begins.
    page.get_by_role("button", name="Take a break").click()
    expect(page.get_by_role("heading", name=ON_A_BREAK)).to_be_visible()
    expect(page.locator("fieldset.item")).to_have_count(0)
    # Another page of the sitting shows the same.
    other.goto(place)
    expect(other.get_by_role("heading", name=ON_A_BREAK)).to_be_visible()
    page.wait_for_timeout(5_000)
    page.get_by_role("button", name="Go on").click()
    expect(steps.saved(page)).to_have_text("All answers saved")
    expect(page.locator("[data-place]")).to_contain_text("1 answered")
    back = (ends(page) - due).total_seconds()
    assert 5 <= back < 30, f"the clock stood still for {back} s"

    # A page that has stopped hears of a break that was taken elsewhere.
    other.goto(place)
    expect(steps.saved(other)).to_have_text("All answers saved")
    page.goto(place)
    expect(steps.saved(page)).to_have_text("All answers saved")
    page.get_by_role("button", name="Take a break").click()
    expect(page.get_by_role("heading", name=ON_A_BREAK)).to_be_visible()
    expect(other.locator("[data-break-says]")).to_contain_text("On a break until", timeout=15_000)
    expect(other.locator("fieldset.item:visible")).to_have_count(0)
    # Nobody presses anything: it goes on when the minute is used up, and the page with it.
    expect(steps.saved(page)).to_have_text("All answers saved", timeout=70_000)
    assert (ends(page) - due).total_seconds() == 60
    expect(page.get_by_role("button", name="Take a break")).to_have_count(0)


def test_without_a_network_no_break_begins_and_another_page_may_end_one(
    institution, browser, signs_in
) -> None:
    page = browser("phone", width=390, height=800)
    person = steps.signs_up(page, institution, "Samir Haddad")
    is_granted_a_break(page, signs_in("eve"), person.name)
    steps.enters(page, PRACTICE)
    steps.starts(page)
    chooses(page, 0)
    expect(steps.saved(page)).to_have_text(SAVED)
    page.context.set_offline(True)
    page.get_by_role("button", name="Take a break").click()
    expect(page.locator("[data-break-says]")).to_contain_text("no break has begun", timeout=30_000)
    expect(page.locator("fieldset.item:visible")).to_have_count(1)
    page.context.set_offline(False)
    other = page.context.new_page()
    other.goto(page.url.partition("#")[0])
    expect(steps.saved(other)).to_have_text("All answers saved")
    page.reload()
    expect(steps.saved(page)).to_have_text("All answers saved")
    page.get_by_role("button", name="Take a break").click()
    expect(page.get_by_role("heading", name=ON_A_BREAK)).to_be_visible()
    other.get_by_role("button", name="Go on", exact=True).click(timeout=30_000)
    expect(steps.saved(other)).to_have_text("All answers saved")
    # The page of the break looks again by itself.
    expect(page.locator("fieldset.item:visible")).to_have_count(1)


def test_without_scripts_a_break_saves_what_stands_on_the_page(institution, browser, signs_in) -> None:
    page = browser("no scripts", javascript=False)
    person = steps.signs_up(page, institution, "Tove Berg")
    is_granted_a_break(page, signs_in("eve"), person.name)
    steps.enters(page, PRACTICE)
    steps.starts(page)
    page.get_by_role("link", name="Go page by page").click()
    chooses(page, 1)
    page.get_by_role("button", name="Take a break").click()
    expect(page.get_by_role("heading", name=ON_A_BREAK)).to_be_visible()
    page.get_by_role("button", name="Go on").click()
    expect(page.locator("#item-1 input[type=radio]:checked")).to_have_count(1)
    # The break was taken from a page of one item, and ends there.
    expect(page).to_have_url(re.compile(r"/sittings/[^/]+/1/$"))
    page.goto(page.url.removesuffix("1/") + "review/")
    page.get_by_role("button", name="Take a break").click()
    expect(page.get_by_role("heading", name=ON_A_BREAK)).to_be_visible()


def test_a_candidate_without_an_accommodation_sees_no_button(institution, browser) -> None:
    page = browser("laptop")
    steps.signs_up(page, institution, "Ulla Brandt")
    steps.enters(page, PRACTICE)
    steps.starts(page)
    expect(steps.saved(page)).to_have_text("No answer yet")
    expect(page.locator("header")).not_to_contain_text("reak")
    expect(page.get_by_role("button", name="Take a break")).to_have_count(0)
