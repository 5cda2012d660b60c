"""A visitor arrives, looks around, and opens an account."""

import secrets

from playwright.sync_api import expect


def test_a_visitor_opens_an_account_with_an_address_that_is_proved(institution, browser) -> None:
    address = f"nora.{secrets.token_hex(3)}@example.net"
    page = browser("visitor")
    page.goto("/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.goto("/accounts/signup/")
    page.get_by_label("Your name").fill("Nora Visser")
    page.get_by_label("Email").fill(address)
    page.get_by_label("Password").fill("eleven-quiet-lanterns")
    page.get_by_label("I have read these texts").check()
    page.locator("main").get_by_role("button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")

    page.goto(institution.link(address, "accounts/confirm-email"))
    page.get_by_role("button", name="Yes, confirm it").click()
    page.wait_for_url("**/desk/")
