"""Refunds, seats, and what the ledger entitles to."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from lms.billing.rules import ledger, numbers, refunds, seats
from lms.billing.rules.ledger import Account, Sold, Standing
from lms.billing.rules.refunds import Refusal
from lms.billing.rules.seats import RowVerdict

NOW = datetime(2026, 11, 28, tzinfo=UTC)
DAY = timedelta(days=1)


def account(paid=(), *, refunded=0, quantity=1, **more) -> Account:
    line = Sold("line:1", "course", quantity, refunded, 365)
    holder = {} if "organisation_id" in more else {"person_id": 7}
    payments = tuple((NOW + n * DAY, amount) for n, amount in enumerate(paid))
    return Account((line,), 1000, NOW, payments, **holder, **more)


def test_an_order_stands_as_its_money_does() -> None:
    assert ledger.standing(account()) == Standing.OPEN
    assert ledger.standing(account([400])) == Standing.PART_PAID
    assert ledger.standing(account([400, 600])) == Standing.PAID
    assert ledger.standing(account([1000], refunded=1, refunded_minor=1000)) == Standing.REFUNDED
    assert ledger.standing(account([1000], refunded_minor=1000)) == Standing.REFUNDED  # charged back
    assert ledger.standing(account([1500], returned_minor=500)) == Standing.PAID
    assert ledger.standing(account([400], cancelled=True)) == Standing.CANCELLED


def test_what_is_due_and_what_was_paid_beyond() -> None:
    def both(given):
        return ledger.due(given), ledger.over(given)

    assert both(account([400])) == (600, 0)
    assert both(account([1000, 200])) == (0, 200)
    assert both(account([1000, 200], returned_minor=200)) == (0, 0)
    assert both(account([1000], refunded=1, refunded_minor=1000)) == (0, 0)
    assert both(account([400], cancelled=True)) == (0, 400)


def test_rights_come_with_the_last_payment_and_go_with_the_refund() -> None:
    assert ledger.entitlements_of([account([999])]) == {}
    right = ledger.entitlements_of([account([999, 1])])["line:1"]
    assert (right.quantity, right.person_id, right.expires_at) == (1, 7, None)
    assert ledger.entitlements_of([account([1000], refunded=1, refunded_minor=1000)]) == {}
    assert ledger.entitlements_of([account([1000], cancelled=True)]) == {}


def test_places_of_an_organisation_last_from_their_payment_on() -> None:
    pool = ledger.entitlements_of([account([500, 500], quantity=3, refunded=1, organisation_id="o")])[
        "line:1"
    ]
    assert (pool.quantity, pool.expires_at) == (2, NOW + DAY + 365 * DAY)


@given(st.lists(st.integers(1, 800), max_size=5), st.integers(0, 3), st.booleans(), st.integers(0, 1200))
def test_nobody_has_a_right_without_the_money(paid, refunded, cancelled, back) -> None:
    given_account = account(paid, quantity=3, refunded=refunded, refunded_minor=back, cancelled=cancelled)
    rights = ledger.entitlements_of([given_account])
    assert bool(rights) == (sum(paid) >= 1000 and refunded < 3 and not cancelled and back < 1000)
    assert sum(right.quantity for right in rights.values()) in (0, 3 - refunded)


def sold(**more) -> refunds.Sold:
    facts = {"quantity": 3, "gross_minor": 1000, "net_minor": 840, "refunded": 0, "in_use": 0, "paid_at": NOW}
    return refunds.Sold(**facts | more)


def why(given_sold, count=1, at=NOW):
    return refunds.refusal(given_sold, count=count, at=at, window_days=14)


def test_one_of_three_seats_goes_back() -> None:
    assert why(sold(seats=True, in_use=2)) is None
    assert why(sold(seats=True, in_use=2), 2) == Refusal.SEATS_TAKEN
    assert [refunds.amount(sold(refunded=n), 1).gross_minor for n in range(3)] == [333, 334, 333]
    assert refunds.amount(sold(), 3) == refunds.Amount(840, 160)


def test_what_has_begun_is_not_refunded_and_the_window_closes() -> None:
    one = sold(quantity=1)
    assert why(sold(quantity=1, in_use=1)) == Refusal.BEGUN
    assert why(one, at=NOW + 14 * DAY) is None
    assert why(one, at=NOW + 14 * DAY + timedelta(seconds=1)) == Refusal.TOO_LATE
    assert why(sold(quantity=1, refunded=1)) == Refusal.NOTHING_LEFT
    assert why(sold(paid_at=None)) == Refusal.NOT_PAID


def test_numbers_are_printed_and_their_gaps_found() -> None:
    assert numbers.printed("AI", numbers.Series.INVOICE, 2026, 7) == "AI-2026-00007"
    assert numbers.printed("AI", numbers.Series.CREDIT_NOTE, 2026, 7) == "AI-C2026-00007"
    assert numbers.gaps([1, 2, 5]) == [3, 4]
    assert numbers.gaps([]) == []


def test_each_row_of_a_list_is_answered() -> None:
    texts = ["a@x.org", "no address", "A@x.org ", "b@x.org", "c@x.org", "d@x.org"]
    rows = seats.answered(
        list(enumerate(texts, 2)),
        is_address=["@" in text for text in texts],
        has_one=frozenset({"b@x.org"}),
        free=2,
    )
    assert [row.verdict for row in rows] == [
        RowVerdict.OFFERED, RowVerdict.NO_ADDRESS, RowVerdict.TWICE, RowVerdict.HAS_ONE, RowVerdict.OFFERED,
        RowVerdict.NO_SEAT_LEFT,
    ]  # fmt: skip
    assert [row.line for row in rows] == [2, 3, 4, 5, 6, 7]
