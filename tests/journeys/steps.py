"""Steps that several journeys take: what a person does on the pages, one function for each."""

import functools
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from playwright.sync_api import Locator, Page, expect

from tests.journeys.institution import Institution
from tests.mode import ROOT

PASSWORD = "eleven-quiet-lanterns"
BANKS = ROOT / "exams" / "library" / "banks"
PARTS_OF_A_NUMBER = re.compile(r"AIMS-[A-Z]+-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]")


@dataclass(frozen=True)
class Newcomer:
    name: str
    email: str


def newcomer(name: str) -> Newcomer:
    """Somebody whom no journey has met before."""
    return Newcomer(name, f"{name.split()[0].lower()}.{secrets.token_hex(4)}@example.net")


def signs_up(page: Page, institution: Institution, name: str) -> Newcomer:
    """Opens an account, proves the address by the letter, and stands at the desk."""
    person = newcomer(name)
    page.goto("/accounts/signup/")
    page.get_by_label("Your name").fill(person.name)
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_label("I have read these texts").check()
    page.locator("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    page.goto(institution.link(person.email, "accounts/confirm-email"))
    page.get_by_role("button", name="Yes, confirm it").click()
    page.wait_for_url("**/desk/")
    return person


def signs_in_as(page: Page, person: Newcomer) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("Email").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url("**/desk/")


# Studying


def enrols(page: Page, course: str) -> None:
    page.goto(f"/courses/{course}/")
    page.get_by_role("button", name="Enrol", exact=True).first.click()
    page.wait_for_url(f"**/learn/{course}/")


def open_checks(page: Page) -> Locator:
    """The checks of a lesson that wait for an answer."""
    return page.locator("section.check").filter(has=page.get_by_role("button", name="Answer", exact=True))


# Sitting an exam


@functools.cache
def _right_options() -> frozenset[tuple[str, str]]:
    """(stem, text of the right option) of every item in the library."""
    items = (item for path in BANKS.glob("*/*/*.yaml") for item in _items(path))
    return frozenset(
        (_plain(item["stem"]), _plain(option["text"]))
        for item in items
        if "kind" not in item
        for option in item["options"]
        if option.get("right")
    )


def _items(path: Path) -> Iterable[dict[str, Any]]:
    read = yaml.load(path.read_text(), Loader=yaml.CSafeLoader)
    yield from read.get("items", [])
    for scenario in read.get("scenarios", []):
        yield from scenario["items"]


def _plain(text: str) -> str:
    return " ".join(str(text).split())


def enters(page: Page, exam: str) -> None:
    """Reads the exam's page, accepts its agreement, and stands before the start."""
    page.goto(f"/exams/{exam}/")
    page.locator("#entering").get_by_role("link", name=re.compile("Enter for this exam|Practise now")).click()
    page.get_by_label("I have read this agreement and accept it.").check()
    page.get_by_role("button", name=re.compile("^Accept and")).click()
    page.wait_for_url("**/entries/*/")


def starts(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Start the")).click()
    page.wait_for_url("**/sittings/*/")


def items_of(page: Page) -> Locator:
    """The items that the page shows now; the player holds the others hidden in the same form."""
    return page.locator("fieldset.item:visible")


def options_of(item: Locator, *, right: bool) -> Locator:
    """The right option of an item, or the first one that is wrong."""
    stem = _plain(item.locator(".stem").inner_text())
    for option in item.locator("label.option").all():
        text = _plain(option.locator("span").last.inner_text())
        if ((stem, text) in _right_options()) == right:
            return option
    raise AssertionError(f"no {'right' if right else 'wrong'} option is known for: {stem}")


def saved(page: Page) -> Locator:
    """What the player says about saving."""
    return page.locator("[data-saved]")


CHOOSES = """(item, right) => {
  const plain = (text) => text.trim().split(/\\s+/).join(" ");
  const stem = plain(item.querySelector(".stem").innerText);
  const said = (option) => plain([...option.querySelectorAll("span")].at(-1).innerText);
  const known = (option) => globalThis.rightOptions.has(`${stem}\\n${said(option)}`);
  [...item.querySelectorAll("label.option")].find((option) => known(option) === right).click();
}"""


def answers_all(page: Page, *, length: int, wrong: frozenset[int] = frozenset(), by_hand: int = 12) -> None:
    """In the player, item by item and scenario by scenario; the positions in `wrong` are answered wrongly.

    The first ones are answered as a person does; the others by one click each within the page, since looking for an
    option from outside takes most of the time of a long paper.
    """
    pairs = ["\n".join(pair) for pair in _right_options()]
    page.evaluate("(pairs) => { globalThis.rightOptions = new Set(pairs); }", pairs)
    given = 0
    while True:
        for item in items_of(page).all():
            position = int((item.get_attribute("id") or "item-0").removeprefix("item-"))
            if position <= by_hand:
                options_of(item, right=position not in wrong).click()
            else:
                item.evaluate(CHOOSES, position not in wrong)
            expect(item.locator("[data-standing]")).to_have_text("Answered")
            given += 1
        onward = page.get_by_role("button", name="Next", exact=True)
        if not onward.is_visible():
            break
        onward.click()
    assert given == length, f"{given} items were shown of {length}"


def hands_in(page: Page) -> None:
    """By way of the review, as the player leads."""
    page.get_by_role("button", name="Review all items").click()
    page.get_by_role("button", name="Hand in", exact=True).click()
    page.get_by_role("button", name="Hand in now").click()
    page.wait_for_url("**/receipt/")


# Certificates

CERTIFIED = """
from datetime import timedelta
from certificates.actions import applications, evidence
from certificates.queries import credentials
from lms.accounts.actions import people
from lms.db import clock
from lms.privacy.actions import legal
person_id = people.register(email={email!r}, display_name={name!r}, password={password!r})
legal.accept(person_id=person_id, kinds=("terms", "privacy"), context="journey")
evidence.take(
    source="journeys:" + {email!r},
    person_id=person_id,
    kind="exam",
    scheme_key="aims-lead-implementer",
    facts=dict(exam_key="lead-implementer", title="ISO/IEC 42001 Lead Implementer", outcome="passed"),
    occurred_on=clock.today(),
    assessed_by_id=None,
)
evidence.sign_code(person_id=person_id, scheme_key="aims-lead-implementer")
application_id = applications.apply(
    person_id=person_id, scheme_key="aims-lead-implementer", level_key="provisional"
)
print("number", credentials.number_granted(application_id=application_id))
"""


def certified(institution: Institution, *names: str) -> list[tuple[Newcomer, str]]:
    """People with a certificate of today, by the product's own actions: each with their number.

    The way that leads there is walked on the pages in test_whole_way.
    """
    people = [newcomer(name) for name in names]
    script = "".join(
        CERTIFIED.format(email=person.email, name=person.name, password=PASSWORD) for person in people
    )
    printed = institution.manage("shell", "-v", "0", "-c", script)
    numbers = re.findall(r"^number (\S+)$", printed, re.MULTILINE)
    assert len(numbers) == len(people), printed
    return list(zip(people, numbers, strict=True))


def finds_in_the_register(officer: Page, number: str) -> None:
    officer.goto("/register/")
    officer.get_by_label("Name or number").fill(number)
    officer.get_by_role("button", name="Search").click()
    officer.get_by_role("link", name=number).click()
    officer.wait_for_url(f"**/register/{number}/")
