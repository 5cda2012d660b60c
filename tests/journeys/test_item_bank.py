"""An item is written, looked at, reviewed by two others, and may then stand in the next form."""

import re
import secrets

import pytest
from playwright.sync_api import Locator, Page, expect

EXAM = "Lead Implementer practice exam"
MOST_FORMS = (
    20  # items in the fewest forms come first, so a new one is drawn when all of its domain had their turn
)
STEM = "A supplier retrains a model that your organisation relies on. What comes first?"
OPTIONS = {
    "a": ("Assess the change before it is taken into use", "A planned change is assessed first."),
    "b": ("Wait for the next management review", "A review looks back; the change is happening now."),
    "c": ("Ask the supplier for a certificate", "A certificate says nothing about this change."),
}


@pytest.fixture
def code() -> str:
    return f"LI-J-{secrets.token_hex(3)}"


def writes(page: Page, code: str) -> str:
    """Adds a draft by the form of the bank; returns its address."""
    page.goto("/admin/")
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name="Item bank").click()
    page.get_by_role("link", name="Add an item").click()
    page.get_by_role("link", name=re.compile("Write for .*Lead Implementer")).click()
    page.wait_for_url(re.compile(r"/admin/bank/items/add/\?bank="))
    page.get_by_label("Code").fill(code)
    page.get_by_label("Pool").select_option(label="Practice pool")
    page.get_by_label("Domain").select_option(index=2)
    page.get_by_label("Level").select_option(label="Apply")
    page.get_by_label("Clauses").fill("6.3, 8.1")
    page.get_by_label("Stem").fill(STEM)
    page.get_by_label("Right option").select_option(label="A")
    for name, (text, why) in OPTIONS.items():
        page.get_by_label(f"Option {name.upper()}").fill(text)
        page.get_by_label(f"Rationale of {name.upper()}").fill(why)
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_url(re.compile(r"/admin/bank/items/\d+/$"))
    return page.url


def accepts(page: Page, where: str) -> None:
    page.goto(where)
    page.get_by_label("Verdict").select_option(label="Accept")
    page.get_by_role("button", name="Record my review").click()
    expect(page.get_by_text("is recorded.")).to_be_visible()


def exam_section(page: Page) -> Locator:
    return page.locator("section").filter(has=page.get_by_role("heading", name=EXAM))


def live_in_domain(page: Page, number: str) -> int:
    """How many live items of a domain the page of forms counts for the practice exam."""
    page.goto("/admin/bank/forms/")
    rows = exam_section(page).locator("table").first.get_by_role("row", name=re.compile(rf"^{number} "))
    return int(rows.get_by_role("cell").last.inner_text().split(",")[0])


def test_an_item_goes_from_its_author_over_two_reviewers_into_the_next_forms(signs_in, code) -> None:
    author, examiner = signs_in("hana"), signs_in("eve")
    where = writes(author, code)
    for said in (STEM, OPTIONS["c"][0], OPTIONS["b"][1], "clauses 6.3, 8.1"):
        expect(author.locator("main")).to_contain_text(said)
    found = re.search(r"Domain (\d)", author.locator("main").inner_text())
    assert found
    domain = found[1]
    before = live_in_domain(examiner, domain)

    author.get_by_role("button", name="Submit for review").click()
    expect(author.get_by_text("Two reviewers who did not write it must accept it").first).to_be_visible()
    expect(author.get_by_role("button", name="Record my review")).to_have_count(0)
    accepts(signs_in("ivo"), where)
    assert live_in_domain(examiner, domain) == before
    accepts(signs_in("jun"), where)
    author.goto(where)
    expect(author.locator(".w-status").first).to_have_text("Live")
    assert live_in_domain(examiner, domain) == before + 1

    holding = author.get_by_role("heading", name="Forms that hold it")
    for _ in range(MOST_FORMS):
        examiner.goto("/admin/bank/forms/")
        exam_section(examiner).get_by_role("button", name="Assemble the next form").click()
        expect(examiner.get_by_text(re.compile(f"Form .* of {EXAM} is assembled"))).to_be_visible()
        author.reload()
        if holding.count():
            break
    expect(holding).to_be_visible()
    expect(author.get_by_text(re.compile(f"{EXAM}, form \\d+, position \\d+"))).to_be_visible()


def test_who_writes_can_not_assemble_and_who_reviews_can_not_write(signs_in) -> None:
    author = signs_in("hana")
    author.goto("/admin/bank/forms/")
    expect(author.get_by_role("heading", name=EXAM)).to_be_visible()
    expect(author.get_by_role("button", name="Assemble the next form")).to_have_count(0)
    reviewer = signs_in("ivo")
    reviewer.goto("/admin/bank/items/")
    expect(reviewer.get_by_role("link", name="Add an item")).to_have_count(0)
