"""A bundle's price among its parts."""

from hypothesis import given
from hypothesis import strategies as st

from lms.billing.rules import bundles
from lms.billing.rules.quoting import Line


def test_the_worked_numbers_of_the_documentation() -> None:
    line = Line("whole-way", 1, 149_900, 149_900, 0, 149_900, 28_481, 1900)
    course, exam, fee = bundles.split(line, [("course", 129_000), ("exam", 39_000), ("fee", 15_000)])
    assert (course.net_minor, exam.net_minor, fee.net_minor) == (105_667, 31_946, 12_287)
    assert (course.tax_minor, exam.tax_minor, fee.tax_minor) == (20_077, 6_070, 2_334)


def test_what_is_free_alone_bears_nothing_and_parts_that_all_are_share_equally() -> None:
    line = Line("whole-way", 1, 100, 100, 0, 100, 19, 1900)
    assert [part.net_minor for part in bundles.split(line, [("a", 0), ("b", 5)])] == [0, 100]
    assert [part.net_minor for part in bundles.split(line, [("a", 0), ("b", 0), ("c", 0)])] == [34, 33, 33]


@given(
    amounts=st.tuples(*[st.integers(0, 10**9)] * 5),
    count=st.integers(1, 1000),
    alone=st.lists(st.integers(0, 10**7), min_size=2, max_size=8),
)
def test_the_parts_add_up_to_the_bundle(amounts: tuple[int, ...], count: int, alone: list[int]) -> None:
    unit, listed, off, net, tax = amounts
    parts = bundles.split(
        Line("b", count, unit, listed, off, net, tax, 1900), [(str(n), one) for n, one in enumerate(alone)]
    )
    assert [part.product_key for part in parts] == [str(n) for n in range(len(alone))]
    assert {part.quantity for part in parts} == {count}
    for name, whole in zip(
        ("unit_minor", "list_minor", "off_minor", "net_minor", "tax_minor"), amounts, strict=True
    ):
        shares = [getattr(part, name) for part in parts]
        assert sum(shares) == whole
        assert min(shares) >= 0
