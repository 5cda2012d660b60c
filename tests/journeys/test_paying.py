"""People pay by card: on a payment page that is not ours, and back to a page that says what is true."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.payments import account
from tests.payments.server import Stripe

ENDED = """
from datetime import timedelta
from lms.billing.actions import coupons
from lms.billing.rules.coupons import CouponKind
from lms.db import clock
terms = coupons.Terms("LASTYEAR", CouponKind.PERCENT, 1000, "old", valid_until=clock.now() - timedelta(days=1))
coupons.make(terms=terms, actor_id=None)
"""


@pytest.fixture(autouse=True)
def nothing_told(stripe: Stripe) -> Iterator[None]:
    stripe.account.events.clear()
    yield
    stripe.account.told = None


def fills_a_basket(page: Page) -> None:
    page.goto("/courses/lead-implementer/")
    page.get_by_role("button", name="Put it in the basket").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Basket")


def orders_by_card(page: Page) -> None:
    page.get_by_role("button", name="Go on to the order").click()
    page.get_by_label("Street and number").fill("Weg 1")
    page.get_by_label("City").fill("Berlin")
    page.get_by_label("by card").check()
    page.get_by_label("I order with the obligation to pay").check()
    page.get_by_role("button", name="Place the order").click()


def pays_with(page: Page, number: str) -> None:
    page.get_by_label("Card number").fill(number)
    page.get_by_role("button", name="Pay").click()


def test_a_card_pays_once_though_word_of_it_comes_thrice_and_backwards(institution, stripe, browser) -> None:
    codes: list[int] = []
    # Told before the browser is sent back.
    stripe.account.told = lambda events: codes.extend(stripe.account.deliver(*reversed(events * 3)))
    page = browser("newcomer")
    steps.signs_up(page, institution, "Nora Visser")
    fills_a_basket(page)
    orders_by_card(page)
    pays_with(page, account.NEEDS_CONSENT)
    page.get_by_role("button", name="Complete").click()
    expect(page.locator("[data-payment=paid]")).to_contain_text("Paid. Thank you.")
    assert len(codes) == 12 and set(codes) == {200}
    page.get_by_role("link", name="The order and its invoice").click()
    expect(page.get_by_role("link", name="AI-INV").or_(page.get_by_text("Invoice"))).not_to_have_count(0)


def test_a_declined_card_and_another_one_without_a_script(institution, stripe, browser) -> None:
    page = browser("newcomer", javascript=False)
    steps.signs_up(page, institution, "Otto Brandt")
    fills_a_basket(page)
    orders_by_card(page)
    pays_with(page, account.DECLINED)
    expect(page.get_by_role("alert")).to_have_text("Your card was declined.")
    page.get_by_role("link", name="Back").click()
    page.get_by_role("button", name="Pay by card").click()
    pays_with(page, account.PAYS)
    expect(page.get_by_role("status")).to_contain_text("We wait for word of your payment.")
    assert set(stripe.account.deliver(*stripe.account.events)) == {200}
    for _ in range(40):  # until the worker has heeded it
        page.get_by_role("link", name="Look again").click()
        if page.locator("[data-payment=paid]").count():
            break
        page.wait_for_timeout(250)
    expect(page.get_by_role("status")).to_contain_text("Paid. Thank you.")


def test_a_coupon_that_has_expired_takes_nothing_off_and_says_so(institution, browser) -> None:
    institution.manage("shell", "-v", "0", "-c", ENDED)
    page = browser("visitor")
    fills_a_basket(page)
    page.get_by_label("Coupon").fill("lastyear")
    page.get_by_role("button", name="Work out the sum").click()
    expect(page.get_by_text("This coupon has expired.")).to_be_visible()
    page.get_by_label("Coupon").fill("")
    page.get_by_role("button", name="Work out the sum").click()
    expect(page.get_by_text("takes nothing off")).to_have_count(0)
    expect(page.get_by_role("button", name="Sign in and go on")).to_be_visible()
