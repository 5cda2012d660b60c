"""Sums that add up, however they are divided."""

from hypothesis import given
from hypothesis import strategies as st

from lms.billing.rules import money

AMOUNTS = st.integers(0, 10**9)


def test_a_half_is_rounded_away_from_zero() -> None:
    assert [money.rounded(n, 10) for n in (4, 5, 15, 14, -5, -15, -4)] == [0, 1, 2, 1, -1, -2, 0]


def test_a_percentage_is_rounded_to_the_unit() -> None:
    assert money.percent(10_050, 1900) == 1910  # 1909.5
    assert money.percent(999, 810) == 81  # 80.919


def test_nineteen_per_cent_are_found_within_a_gross_price() -> None:
    assert money.without_tax(11_900, 1900) == 10_000
    assert money.without_tax(10_000, 1900) == 8403


def test_ten_are_shared_by_three() -> None:
    assert money.shares(1000, [1, 1, 1]) == [334, 333, 333]
    assert money.shares(1000, [0, 0]) == [0, 0]


@given(AMOUNTS, st.lists(st.integers(0, 10**7), min_size=1, max_size=8).filter(any))
def test_shares_add_up_and_nobody_is_a_whole_unit_off(amount, weights) -> None:
    parts = money.shares(amount, weights)
    assert sum(parts) == amount
    assert all(
        abs(part * sum(weights) - amount * weight) < sum(weights)
        for part, weight in zip(parts, weights, strict=True)
    )


@given(AMOUNTS, st.lists(st.integers(1, 5), min_size=1, max_size=6))
def test_parts_taken_one_after_the_other_come_to_the_whole(amount, counts) -> None:
    taken, parts = 0, []
    for count in counts:
        parts.append(money.part_of(amount, first=taken, count=count, of=sum(counts)))
        taken += count
    assert sum(parts) == amount
    assert min(parts) >= 0
