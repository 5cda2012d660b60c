"""What an order comes to: the worked numbers of docs/money.md, and what holds for every order."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.billing.rules import coupons, prices, quoting, rates, tax
from lms.billing.rules.coupons import Coupon, CouponKind, Refusal
from lms.billing.rules.quoting import Wanted
from lms.billing.rules.tax import Tax, Treatment

DAY = date(2026, 11, 28)
NOW = datetime(2026, 11, 28, tzinfo=UTC)
GERMAN = Tax(Treatment.DOMESTIC, 1900, 1900)
REVERSE = Tax(Treatment.REVERSE_CHARGE, 0, 1900)
OUTSIDE = Tax(Treatment.OUTSIDE, 0, 0)


def sums(quote):
    return (quote.net_minor, quote.tax_minor, quote.gross_minor)


def decided(seller="DE", buyer="DE", has_vat_id=False):
    found = tax.decide(seller=seller, buyer=buyer, has_vat_id=has_vat_id, on=DAY)
    return found.treatment, found.rate_bp


def test_tax_follows_seller_and_buyer() -> None:
    assert decided() == (Treatment.DOMESTIC, 1900)
    assert decided(has_vat_id=True) == (Treatment.DOMESTIC, 1900)
    assert decided(buyer="FR") == (Treatment.DESTINATION, 2000)
    assert decided(buyer="FI") == (Treatment.DESTINATION, 2550)
    assert decided(buyer="FR", has_vat_id=True) == (Treatment.REVERSE_CHARGE, 0)
    assert decided(buyer="US") == (Treatment.OUTSIDE, 0)
    assert decided(seller="GB", buyer="DE") == (Treatment.OUTSIDE, 0)


def test_a_rate_is_that_of_the_day() -> None:
    assert [rates.rate("EE", day) for day in (date(2025, 6, 30), date(2025, 7, 1))] == [2200, 2400]
    with pytest.raises(rates.NoRate):
        rates.rate("US", DAY)


def test_the_table_knows_the_twenty_seven_states_and_each_rate_once() -> None:
    assert len(rates.UNION) == 27
    assert len({(country, since) for country, since, _ in rates.RATES}) == len(rates.RATES)


def test_a_vat_id_is_looked_at_by_its_form_and_check_digit() -> None:
    assert tax.vat_id(" de 136 695 976", "DE") == "DE136695976"
    assert tax.vat_id("EL094259216", "GR") == "EL094259216"
    for text, country in (
        ("DE136695977", "DE"), ("DE123", "DE"), ("136695976", "FR"), ("DE136695976", "FR"), ("x", "US"), ("", "DE")
    ):  # fmt: skip
        with pytest.raises(tax.UnfitVatId):
            tax.vat_id(text, country)


def test_one_course_in_germany() -> None:
    assert sums(quoting.quote([Wanted("c", 1, 129_000)], tax=GERMAN)) == (129_000, 24_510, 153_510)


def test_each_line_is_rounded_by_itself() -> None:
    wanted = [Wanted("a", 1, 105), Wanted("b", 1, 105)]
    assert sums(quoting.quote(wanted, tax=GERMAN)) == (210, 40, 250)  # 19.95 twice, not 39.90 once


def test_a_business_elsewhere_in_the_union_owes_the_tax_itself() -> None:
    assert sums(quoting.quote([Wanted("c", 1, 129_000)], tax=REVERSE)) == (129_000, 0, 129_000)


def test_a_price_that_includes_tax_is_what_people_pay() -> None:
    wanted = [Wanted("c", 1, 10_000, includes_tax=True)]
    assert sums(quoting.quote(wanted, tax=GERMAN)) == (8403, 1597, 10_000)
    assert sums(quoting.quote(wanted, tax=REVERSE)) == (8403, 0, 8403)
    assert sums(quoting.quote(wanted, tax=OUTSIDE)) == (10_000, 0, 10_000)


def test_twenty_five_places_reach_the_second_tier() -> None:
    wanted = [Wanted("c", 25, 129_000, tiers=((10, 1000), (25, 1500)))]
    assert sums(quoting.quote(wanted, tax=GERMAN)) == (2_741_250, 520_838, 3_262_088)
    assert [prices.tier(((10, 1000), (25, 1500)), count) for count in (9, 10, 24, 25)] == [
        0,
        1000,
        1000,
        1500,
    ]


def coupon(kind, value, **more) -> Coupon:
    return Coupon(kind=kind, value=value, valid_from=NOW, **more)


def test_a_coupon_takes_off_before_tax() -> None:
    wanted = [Wanted("c", 1, 129_000), Wanted("e", 1, 39_000)]
    ten = quoting.quote(wanted, tax=GERMAN, coupon=coupon(CouponKind.PERCENT, 1000))
    assert sums(ten) == (151_200, 28_728, 179_928)
    hundred = quoting.quote(wanted, tax=GERMAN, coupon=coupon(CouponKind.AMOUNT, 10_000, currency="EUR"))
    assert [line.off_minor for line in hundred.lines] == [7679, 2321]
    fixed = coupon(CouponKind.FIXED, 99_000, currency="EUR", product_key="c")
    assert [line.net_minor for line in quoting.quote(wanted, tax=GERMAN, coupon=fixed).lines] == [
        99_000,
        39_000,
    ]


def test_why_a_coupon_is_refused() -> None:
    pieces = quoting.pieces([Wanted("c", 1, 129_000)])

    def why(used=0, by_them=0, at=NOW, **more):
        kind = more.pop("kind", CouponKind.PERCENT)
        return coupons.refusal(
            coupon(kind, 1000, **more), pieces=pieces, currency="EUR", used=used, used_by_them=by_them, at=at
        )

    assert why() is None
    assert why(at=NOW - timedelta(seconds=1)) == Refusal.NOT_YET
    assert why(valid_until=NOW) == Refusal.EXPIRED
    assert why(valid_until=NOW + timedelta(seconds=1)) is None
    assert why(ended=True) == Refusal.ENDED
    assert why(limit=2, used=2) == Refusal.USED_UP
    assert why(limit_each=1, by_them=1) == Refusal.USED_BY_YOU
    assert why(kind=CouponKind.AMOUNT, currency="USD") == Refusal.OTHER_CURRENCY
    assert why(product_key="other") == Refusal.OTHER_PRODUCT


WANTED = st.builds(
    Wanted,
    st.sampled_from("abc"),
    st.integers(1, 50),
    st.integers(0, 500_000),
    st.booleans(),
    st.sampled_from([(), ((5, 500),), ((2, 100), (10, 10_000))]),
)
COUPONS = st.one_of(
    st.none(),
    st.integers(0, 10_000).map(lambda value: coupon(CouponKind.PERCENT, value)),
    st.integers(0, 10**6).map(lambda value: coupon(CouponKind.AMOUNT, value, currency="EUR")),
    st.integers(0, 10**6).map(lambda value: coupon(CouponKind.FIXED, value, currency="EUR", product_key="a")),
)
TAXES = st.sampled_from([GERMAN, REVERSE, OUTSIDE, Tax(Treatment.DESTINATION, 2550, 2550)])


@given(st.lists(WANTED, min_size=1, max_size=5), TAXES, COUPONS)
def test_no_line_is_below_nothing_or_above_its_price_and_sums_are_sums_of_lines(
    wanted, decided, given_coupon
) -> None:
    quote = quoting.quote(wanted, tax=decided, coupon=given_coupon)
    for line in quote.lines:
        assert 0 <= line.off_minor <= line.list_minor
        assert 0 <= line.net_minor <= line.list_minor
        assert line.tax_minor >= 0
    assert quote.gross_minor == quote.net_minor + quote.tax_minor


@given(st.lists(WANTED, min_size=1, max_size=5), COUPONS)
def test_no_tax_is_charged_where_none_is_owed(wanted, given_coupon) -> None:
    for decided in (REVERSE, OUTSIDE):
        assert quoting.quote(wanted, tax=decided, coupon=given_coupon).tax_minor == 0


def test_the_price_is_the_latest_begun() -> None:
    def version(number, amount, days):
        return prices.Version(amount, "EUR", NOW + timedelta(days=days), number)

    known = [version(1, 100, -2), version(2, 200, -1), version(3, 300, -1), version(4, 400, 1)]
    assert prices.standing(known, currency="EUR", at=NOW).amount_minor == 300
    assert prices.standing(known, currency="USD", at=NOW) is None
    assert prices.standing(known, currency="EUR", at=NOW + timedelta(days=1)).amount_minor == 400


def test_prices_are_read_in_words() -> None:
    assert [prices.words(n, "EUR") for n in (0, 5, 129_000)] == ["free", "€0.05", "€1,290.00"]
    assert prices.sum_words(-5, "CHF") == "−CHF 0.05"
