"""What must not cost an answer: a dead network, a killed tab, another tab, a wrong clock, hands off the mouse."""

import os
import re
import signal
import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps

PRACTICE, LENGTH = "lead-implementer-practice", 10
SAVED = re.compile(r"^Saved at \d\d:\d\d:\d\d$")


def sits(browser, institution, name: str) -> tuple[Page, steps.Newcomer]:
    page = browser("laptop")
    person = steps.signs_up(page, institution, name)
    steps.enters(page, PRACTICE)
    steps.starts(page)
    expect(steps.saved(page)).to_have_text("No answer yet")
    return page, person


def chooses(page: Page, position: int, place: int = 0) -> None:
    """Goes to a position by the keyboard and takes an option there."""
    for _ in range(LENGTH):
        current = page.locator("[data-place]").inner_text()
        if f"Item {position} of" in current or page.locator(f"#item-{position}").is_visible():
            break
        page.get_by_role("button", name="Next", exact=True).click()
    page.locator(f"#item-{position} label.option").nth(place).click()


def answered(page: Page, count: int) -> None:
    expect(page.locator("[data-place]")).to_contain_text(f"{count} answered")


def test_a_network_that_is_gone_for_a_minute_costs_nothing(institution, browser) -> None:
    page, _ = sits(browser, institution, "Aron Wells")
    chooses(page, 1)
    expect(steps.saved(page)).to_have_text(SAVED)
    page.context.set_offline(True)
    for position in (2, 3, 4):
        chooses(page, position)
    expect(steps.saved(page)).to_contain_text("On this device, 3 waiting")
    page.wait_for_timeout(60_000)
    expect(steps.saved(page)).to_contain_text("On this device, 3 waiting. No connection; trying again")
    page.context.set_offline(False)
    expect(steps.saved(page)).to_have_text(SAVED, timeout=20_000)
    page.reload()
    answered(page, 4)
    expect(steps.saved(page)).to_have_text("All answers saved")


def test_a_tab_that_is_killed_before_it_could_send_sends_when_it_is_opened_again(
    institution, browser
) -> None:
    page, _ = sits(browser, institution, "Bela Varga")
    place = page.url.partition("#")[0]
    page.route("**/responses", lambda route: route.abort())
    chooses(page, 1)
    chooses(page, 2)
    expect(steps.saved(page)).to_contain_text("On this device, 2 waiting")
    with page.expect_event("crash"):
        kill_tabs(page)

    fresh = page.context.new_page()
    fresh.goto(place)
    expect(steps.saved(fresh)).to_have_text(SAVED)
    answered(fresh, 2)


def test_after_a_failed_save_a_reload_shows_the_answer_as_waiting_and_not_as_saved(
    institution, browser
) -> None:
    page, _ = sits(browser, institution, "Cato Brandt")
    page.route("**/responses", lambda route: route.fulfill(status=503, body="busy"))
    chooses(page, 1)
    expect(steps.saved(page)).to_contain_text("On this device, 1 waiting")
    page.reload()
    expect(steps.saved(page)).to_contain_text("On this device, 1 waiting")
    expect(page.locator("#item-1 input[type=radio]:checked")).to_have_count(1)
    page.unroute("**/responses")
    expect(steps.saved(page)).to_have_text(SAVED, timeout=20_000)


def test_of_two_tabs_one_writes_and_nothing_of_the_other_is_lost(institution, browser) -> None:
    first, _ = sits(browser, institution, "Dina Osei")
    chooses(first, 1)
    expect(steps.saved(first)).to_have_text(SAVED)
    second = first.context.new_page()
    second.goto(first.url.partition("#")[0])
    expect(steps.saved(second)).to_have_text("All answers saved")
    chooses(second, 2)
    expect(steps.saved(second)).to_have_text(SAVED)
    expect(first.get_by_role("alert")).to_contain_text("opened on another page or device", timeout=15_000)
    expect(first.locator("#item-1 input[type=radio]").first).to_be_disabled()
    first.get_by_role("button", name="Go on here instead").click()
    chooses(first, 3)
    expect(steps.saved(first)).to_have_text(SAVED)
    answered(first, 3)


def test_of_two_devices_the_one_that_was_offline_fills_only_what_the_other_left(institution, browser) -> None:
    laptop, person = sits(browser, institution, "Edda Falk")
    laptop.context.set_offline(True)
    chooses(laptop, 1, 0)
    chooses(laptop, 2, 0)
    expect(steps.saved(laptop)).to_contain_text("On this device, 2 waiting")

    phone = browser("phone", width=390, height=800)
    steps.signs_in_as(phone, person)
    phone.goto(laptop.url.partition("#")[0])
    chooses(phone, 1, 1)
    expect(steps.saved(phone)).to_have_text(SAVED)

    laptop.context.set_offline(False)
    notes = laptop.get_by_role("alert")
    expect(notes).to_contain_text("Your change to item 1 on this page does not count", timeout=20_000)
    phone.reload()
    answered(phone, 2)
    expect(phone.locator("#item-1 input[type=radio]").nth(1)).to_be_checked()
    expect(phone.locator("#item-2 input[type=radio]").nth(0)).to_be_checked()


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_device_whose_clock_is_an_hour_wrong_shows_the_servers_time_left(
    institution, browser, hours
) -> None:
    page = browser("laptop")
    page.context.add_init_script(
        f"const at = Date.now.bind(Date), Real = Date; const off = {hours} * 3600000;"
        " globalThis.Date = class extends Real { constructor(...a) { super(...(a.length ? a : [at() + off])); }"
        " static now() { return at() + off; } };"
    )
    steps.signs_up(page, institution, "Frida Moll" if hours > 0 else "Gerd Moll")
    steps.enters(page, PRACTICE)
    steps.starts(page)
    expect(page.locator("[data-digits]")).to_have_text(re.compile(r"^(19:5\d|20:00)$"))
    chooses(page, 1)
    expect(steps.saved(page)).to_have_text(SAVED)


def test_handing_in_offline_says_that_nothing_is_handed_in_and_works_later(institution, browser) -> None:
    page, _ = sits(browser, institution, "Hugo Lind")
    chooses(page, 1)
    expect(steps.saved(page)).to_have_text(SAVED)
    page.context.set_offline(True)
    chooses(page, 2)
    page.get_by_role("button", name="Review all items").click()
    page.get_by_role("button", name="Hand in", exact=True).click()
    expect(page.get_by_text("8 of 10 items have no answer.")).to_be_visible()
    page.get_by_role("button", name="Hand in now").click()
    expect(page.get_by_text("The server can't be reached, so nothing is handed in yet.")).to_be_visible(
        timeout=30_000
    )
    page.context.set_offline(False)
    expect(steps.saved(page)).to_have_text(SAVED, timeout=20_000)
    page.get_by_role("button", name="Hand in now").click()
    page.wait_for_url("**/receipt/")
    expect(page.get_by_text(f"2 of {LENGTH} items answered.")).to_be_visible()


def test_what_the_server_never_got_is_taken_along_as_a_sealed_file(institution, browser) -> None:
    page, _ = sits(browser, institution, "Ines Coll")
    page.context.set_offline(True)
    chooses(page, 1)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Download the sealed file").click()
    content = saving.value.path().read_text()
    assert saving.value.suggested_filename.startswith("answers-")
    assert re.search(
        r'"events":\[\{"epoch":\d+,"seq":1,"position":1,"value":"\w","time":"[^"]+Z"\}\]', content
    )
    assert re.search(r'"seal":"[\w-]{43}"', content)


def test_a_whole_exam_by_the_keyboard_alone(institution, browser) -> None:
    page, _ = sits(browser, institution, "Jona Keller")
    page.keyboard.press("Shift+B")
    expect(
        page.locator("#item-1 [data-strike='b'], #item-1 .option-row:nth-child(2) [data-strike]").first
    ).to_have_attribute("aria-pressed", "true")
    for position in range(1, LENGTH + 1):
        page.keyboard.press("a")
        expect(page.locator(f"#item-{position} [data-standing]")).to_contain_text("Answered")
        if position == 3:
            page.keyboard.press("f")
        if position < LENGTH:
            page.keyboard.press("n")
    page.keyboard.press("r")
    expect(page.locator("[data-counts]")).to_have_text("10 of 10 answered, 0 unanswered, 1 flagged.")
    tabs_to(page, "Hand in")
    page.keyboard.press("Enter")
    tabs_to(page, "Hand in now")
    page.keyboard.press("Enter")
    page.wait_for_url("**/receipt/")
    expect(page.get_by_text(f"10 of {LENGTH} items answered.")).to_be_visible()


def test_flags_strokes_and_notes_are_there_on_another_device(institution, browser) -> None:
    page, person = sits(browser, institution, "Kaja Holm")
    page.keyboard.press("f")
    page.locator("#item-1 [data-strike]").nth(2).click()
    page.locator("#item-1 [data-note] summary").click()
    with page.expect_response(lambda answer: answer.url.endswith("/desk") and answer.ok):
        page.locator("#note-1").fill("see 9.2")

    phone = browser("phone", width=390, height=800)
    steps.signs_in_as(phone, person)
    phone.goto(page.url.partition("#")[0])
    expect(phone.locator("#item-1 [data-standing]")).to_have_text("Unanswered, flagged")
    expect(phone.locator("#item-1 [data-strike]").nth(2)).to_have_attribute("aria-pressed", "true")
    phone.locator("#item-1 [data-note] summary").click()
    expect(phone.locator("#note-1")).to_have_value("see 9.2")


def kill_tabs(page: Page) -> None:
    """Kills the processes that show pages, as a system that runs out of memory does: nothing can be said or saved."""
    assert page.context.browser is not None
    session = page.context.browser.new_browser_cdp_session()

    def renderers() -> set[int]:
        found = session.send("SystemInfo.getProcessInfo")["processInfo"]
        return {process["id"] for process in found if process["type"] == "renderer"}

    killed = renderers()
    for process in killed:
        os.kill(process, signal.SIGKILL)
    # The browser keeps a spare one for the next page, and must have noticed that it is dead.
    for _ in range(100):
        if not killed & renderers():
            break
        time.sleep(0.1)
    session.detach()


def tabs_to(page: Page, name: str) -> None:
    """Presses Tab until the button of that name has the focus."""
    for _ in range(60):
        if page.evaluate("document.activeElement.textContent.trim()") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no amount of tabbing reaches {name!r}")
