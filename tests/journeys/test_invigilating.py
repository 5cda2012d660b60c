"""Watching over a sitting: the board keeps itself fresh, and what an invigilator does reaches the candidate."""

import json
import re

from playwright.sync_api import expect

from tests.journeys import steps

EXAM = "lead-implementer"


def test_an_invigilator_pauses_a_candidate_lets_her_go_on_and_ends_it(institution, browser, signs_in) -> None:
    # Without scripts on her side, so that nothing but the server tells her.
    page = browser("candidate", javascript=False)
    person = steps.signs_up(page, institution, "Thea Marlow")
    steps.enters(page, EXAM)
    steps.starts(page)

    board = signs_in("ivo")
    board.get_by_role("banner").get_by_text("Work", exact=True).click()
    board.get_by_role("banner").get_by_role("link", name="Invigilation").click()
    board.get_by_role("link", name=re.compile("Lead Implementer")).click()
    row = board.get_by_role("row", name=re.compile(person.name))
    expect(row).to_contain_text("Running")
    expect(row).to_contain_text("0 of 80")

    page.locator("label.option").first.click()
    page.get_by_role("button", name=re.compile("Save|Next")).first.click()
    # The board was not touched: it has looked again by itself.
    expect(row).to_contain_text("1 of 80")

    row.get_by_role("link", name=f"Pause: {person.name}").click()
    board.get_by_label("Reason").fill("A fire drill in the building.")
    board.get_by_role("button", name="Pause the sitting").click()
    expect(row).to_contain_text("Paused")
    page.goto(page.url.partition("#")[0])
    expect(page.get_by_role("heading", name="The sitting is paused")).to_be_visible()

    row.get_by_role("link", name=f"Resume: {person.name}").click()
    board.get_by_label("Reason").fill("The drill is over.")
    board.get_by_role("button", name="Let it go on").click()
    expect(row).to_contain_text("Running")
    # Her page asks again every ten seconds.
    expect(page.locator("fieldset.item").first).to_be_visible()

    row.get_by_role("link", name=f"End: {person.name}").click()
    board.get_by_label("Reason").fill("She went home ill.")
    board.get_by_role("button", name="End the sitting").click()
    expect(board.get_by_text("The sitting has ended.", exact=False)).to_be_visible()

    page.reload()
    page.wait_for_url("**/receipt/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ended by an invigilator")
    said = page.request.get(page.get_by_role("link", name="for programs (JSON)").get_attribute("href") or "")
    notes = [line.get("note") for line in json.loads(said.body())["timeline"]]
    assert {"A fire drill in the building.", "The drill is over.", "She went home ill."} <= set(notes)


def test_without_scripts_the_board_looks_again_by_itself(institution, browser, signs_in) -> None:
    with_scripts = signs_in("ivo")
    cookies = with_scripts.context.cookies()
    board = browser("ivo, no scripts", javascript=False)
    board.context.add_cookies(cookies)
    # A place in the page must not turn the looking again into a jump to that place.
    board.goto(f"/invigilation/{EXAM}/#content")
    before = board.locator("[data-board] time").first.get_attribute("datetime")
    expect(board.locator("[data-board] time").first).not_to_have_attribute("datetime", before or "")


def test_what_an_invigilator_does_reaches_a_running_paper_within_fifteen_seconds(
    institution, browser, signs_in
) -> None:
    page = browser("candidate")
    person = steps.signs_up(page, institution, "Una Feld")
    steps.enters(page, EXAM)
    steps.starts(page)
    page.locator("#item-1 label.option").first.click()
    expect(steps.saved(page)).to_contain_text("Saved at")
    ends = page.locator("[data-digits]").inner_text()
    assert ends.startswith("2:")

    board = signs_in("ivo")
    board.goto(f"/invigilation/{EXAM}/?name={person.name.partition(' ')[0]}")

    def does(act: str, button: str, **fields: str) -> None:
        board.get_by_role("link", name=f"{act}: {person.name}").click()
        for label, text in fields.items():
            board.get_by_label(label).fill(text)
        board.get_by_role("button", name=button).click()

    notes, soon = page.get_by_role("alert"), 15_000
    does("Message", "Send", Message="The door stays open.")
    expect(notes).to_contain_text("The door stays open.", timeout=soon)
    does("Credit", "Add", Minutes="5", Reason="The lights went out.")
    expect(notes).to_contain_text("Time was added. The sitting now ends at", timeout=soon)
    for _ in range(2):
        page.get_by_role("button", name="I have read this").first.click()
    expect(notes).to_be_empty()
    does("Pause", "Pause the sitting", Reason="A fire drill.")
    expect(notes).to_contain_text("The sitting is paused.", timeout=soon)
    expect(page.locator("#item-1")).to_be_hidden()
    does("Resume", "Let it go on", Reason="It is over.")
    expect(page.locator("#item-1")).to_be_visible(timeout=soon)
    page.locator("#item-1 label.option").nth(1).click()
    expect(steps.saved(page)).to_contain_text("Saved at")
