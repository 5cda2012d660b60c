"""Buying: with a coupon and a VAT number by transfer, places for a company, and what is not given back any more."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.institution import Institution

COURSE = "/courses/lead-auditor/"


def buys(page: Page, *, count: int = 1, holder: str = "", **fields: str) -> None:
    """Puts the course into the basket and orders it, with these fields of the form filled in."""
    page.goto(COURSE)
    page.get_by_role("button", name="Put it in the basket").first.click()
    page.get_by_label("How many of").first.fill(str(count))
    page.get_by_role("button", name="Work out the sum").click()
    page.get_by_role("button", name="Go on to the order").click()
    if holder:
        page.get_by_label("For whom").select_option(label=holder)
    for label, text in fields.items():
        field = page.get_by_label(label.replace("_", " "), exact=False).first
        if label == "Country":
            field.select_option(label=text)
        else:
            field.fill(text)
    page.get_by_role("button", name="Work out the sum").click()


def orders(page: Page) -> str:
    """Places the order that the page shows; the number of its invoice."""
    page.get_by_label("by invoice and bank transfer").check()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Place the order").click()
    expect(page.locator("main")).to_contain_text("Pay by transfer")
    found = re.search(r"AI-\d{4}-\d{5}", page.locator("main").inner_text())
    assert found
    return found.group()


def records(page: Page, invoice: str) -> None:
    """Finance finds the order by its invoice and records what is due."""
    page.goto(f"/finance/?text={invoice}")
    page.get_by_role("link", name=invoice).click()
    page.get_by_label("Reference", exact=False).first.fill(f"transfer {invoice}")
    page.get_by_role("button", name="Record it").click()
    expect(page.locator("body")).to_contain_text("The order is paid")


def test_a_course_is_bought_with_a_coupon_and_a_vat_number_by_transfer(
    browser: Callable[..., Page], signs_in: Callable[..., Page], institution: Institution
) -> None:
    page = browser("buyer")
    steps.signs_up(page, institution, "Vera Lang")
    buys(
        page,
        Company="Lang Consulting",
        Street="Ring 1",
        City="Wien",
        Country="Austria",
        VAT_number="ATU13585628",
        Coupon="WELCOME10",
    )
    expect(page.locator("main")).to_contain_text("This is no VAT number of that country")
    page.get_by_label("VAT number").fill("ATU13585627")
    page.get_by_role("button", name="Work out the sum").click()
    expect(page.locator("main")).to_contain_text("reverse charge")
    invoice = orders(page)
    order = page.url
    records(signs_in("fay"), invoice)
    page.goto(order)
    expect(page.locator("main")).to_contain_text("What you bought can be used")
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF in German").click()
    assert download.value.suggested_filename == f"{invoice}.pdf"


def test_twenty_five_places_are_given_out_by_a_list_of_which_two_rows_are_bad(
    signs_in: Callable[..., Page], tmp_path
) -> None:
    page = signs_in("cleo")
    buys(
        page,
        count=25,
        holder="Places for Northmoor Systems",
        Street="12 Quay Street",
        City="Dublin",
        Country="Ireland",
    )
    records(signs_in("fay"), orders(page))
    rows = [f"person{n}@northmoor.example" for n in range(18)] + ["nobody", "person0@northmoor.example"]
    file = tmp_path / "people.csv"
    file.write_text("\n".join(["email", *rows]))
    page.goto("/seats/")
    page.locator("tbody a").first.click()
    page.get_by_label("A list as CSV", exact=False).set_input_files(file)
    page.get_by_role("button", name="Send the list").click()
    expect(page.get_by_role("heading", name="18 of 20 offered a place")).to_be_visible()
    answers = page.get_by_role("region", name="An answer for each row")
    expect(answers.get_by_text("Not offered")).to_have_count(2)
    expect(answers).to_contain_text("This is no e-mail address")
    expect(answers).to_contain_text("Stands further up in this list too")


def test_what_has_been_begun_is_not_given_back(
    browser: Callable[..., Page], signs_in: Callable[..., Page], institution: Institution
) -> None:
    page = browser("buyer")
    steps.signs_up(page, institution, "Udo Kern")
    buys(page, Street="Ring 2", City="Bonn")
    invoice = orders(page)
    order = page.url
    records(signs_in("fay"), invoice)
    page.goto(order)
    expect(page.get_by_role("button", name="Ask for a refund")).to_be_visible()
    steps.enrols(page, "lead-auditor")
    page.locator("main a[href*='/learn/lead-auditor/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.goto(order)
    expect(page.locator("main")).to_contain_text("It has been begun, and what has begun is not given back")
    expect(page.get_by_role("button", name="Ask for a refund")).to_have_count(0)
