"""Every kind of item, answered with no pointer at all: a practice sitting from the first key to the points."""

import functools
from collections.abc import Callable, Mapping
from typing import Any

from playwright.sync_api import Locator, expect

from exams import itemtypes
from exams.itemtypes.parts import Written
from exams.rules.library import banks
from lms.kit import content as files
from tests.journeys import steps

EXAM, LENGTH = "lead-implementer-kinds", 20
LETTERS = "abcdefghij"
FILE = steps.BANKS / "aims-lead-implementer" / "practice" / "kinds.yaml"


@functools.cache
def written() -> dict[str, Written]:
    """What the file says of each item, by its stem."""
    top = files.read_yaml(FILE, files.Problems())
    assert top is not None
    said = [banks.read_kind(node, *banks.COMMON) for node in top.nodes("items")]
    return {" ".join(one.content["stem"].split()): one for one in said}


def presses(control: Locator, key: str, times: int = 1) -> None:
    for _ in range(times):
        control.press(key)


def picks(control: Locator, place: int) -> None:
    """Takes the option at a place of a list, where the first one says that none is taken."""
    presses(control, "Home")
    presses(control, "ArrowDown", place)


def chooses(item: Locator, key: Mapping[str, Any]) -> None:
    item.focus()
    for letter in key["right"]:
        item.page.keyboard.press({"t": "a", "f": "b"}.get(letter, letter))


def judges(item: Locator, key: Mapping[str, Any]) -> None:
    for row, letter in zip(item.get_by_role("radiogroup").all(), key["right"], strict=True):
        presses(row.get_by_role("radio").first, "Space")
        for place in range(LETTERS.index(letter)):
            presses(row.get_by_role("radio").nth(place), "ArrowRight")


def matches(item: Locator, key: Mapping[str, Any]) -> None:
    for control, letter in zip(item.get_by_role("combobox").all(), key["right"], strict=True):
        picks(control, LETTERS.index(letter) + 1)


def orders(item: Locator, key: Mapping[str, Any]) -> None:
    """Takes the steps as they stand, then moves each up to its place."""
    item.get_by_role("button", name="Take them as they stand").press("Enter")
    for place, letter in enumerate(key["right"]):
        step = item.locator(f"[data-step='{letter}']")
        while item.locator("[data-step]").nth(place).get_attribute("data-step") != letter:
            step.get_by_role("button", name="Up").press("Enter")
        expect(step.get_by_role("combobox")).to_have_value(str(place + 1))


def fills(item: Locator, key: Mapping[str, Any]) -> None:
    for control, one in zip(item.locator("[name^='answer-']").all(), key["gaps"], strict=True):
        if "right" in one:
            picks(control, LETTERS.index(one["right"]) + 1)
        else:
            writes(control, one)


def writes(where: Locator, key: Mapping[str, Any]) -> None:
    where.press_sequentially(key["accepted"][0] if "accepted" in key else key["value"].replace(".", ","))


WAYS: dict[str, Callable[[Locator, Mapping[str, Any]], None]] = {
    "true-false": chooses,
    "multiple": chooses,
    "matrix": judges,
    "matching": matches,
    "ordering": orders,
    "numeric": lambda item, key: writes(item.get_by_role("textbox", name="Your answer"), key),
    "text": lambda item, key: writes(item.get_by_role("textbox", name="Your answer"), key),
    "gap": fills,
}


def answers(item: Locator) -> None:
    """Gives the right answer by the keyboard alone."""
    said = written()[" ".join(item.locator(".stem").inner_text().split())]
    WAYS[said.content["kind"]](item, said.key)


def test_a_practice_sitting_of_all_kinds_is_answered_without_a_pointer(institution, browser) -> None:
    page = browser("candidate")
    steps.signs_up(page, institution, "Orla Finn")
    steps.enters(page, EXAM)
    steps.starts(page)
    expect(steps.saved(page)).to_have_text("No answer yet")
    met = set()
    for position in range(1, LENGTH + 1):
        item = page.locator(f"#item-{position}")
        expect(item).to_be_visible()
        met.add(item.get_attribute("data-kind") or "true-false")
        answers(item)
        expect(item.locator("[data-standing]")).to_have_text("Answered")
        if position < LENGTH:
            page.get_by_role("button", name="Next", exact=True).press("Enter")
    assert met == set(itemtypes.marked_by_rule()) - {"single"}
    expect(page.locator("[data-place]")).to_have_text(f"Item {LENGTH} of {LENGTH}, {LENGTH} answered")
    expect(steps.saved(page)).to_contain_text("Saved at")

    page.reload()
    expect(steps.saved(page)).to_have_text("All answers saved")
    page.get_by_role("button", name="Review all items").press("Enter")
    expect(page.locator("[data-word]", has_text="Answered")).to_have_count(LENGTH)
    expect(page.locator("[data-word]", has_text="Answered in part")).to_have_count(0)
    page.get_by_role("button", name="Hand in", exact=True).press("Enter")
    page.get_by_role("button", name="Hand in now").press("Enter")
    page.wait_for_url("**/receipt/")
    link = page.get_by_role("link", name="See the result")
    for _ in range(40):
        if link.count():
            break
        page.wait_for_timeout(500)
        page.reload()
    link.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"{LENGTH} of {LENGTH} points")
