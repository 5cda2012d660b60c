"""The chain holds, and shows where it was touched."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules import chain
from exams.rules.chain import Link

BOUND: dict[str, Any] = {"sitting": "7b0c1c7e-0000-4000-8000-000000000001", "form_digest": "f" * 64}
TEN = datetime(2026, 11, 23, 10, tzinfo=UTC)
ROOT = "0cbc2fdbf1e2023ef204e9fbbae238f2c98884f12c696715ebcec03cd2eda391"
FIRST = "efe563f50d903d674958f4b7fbb0e7d9261183c0940aae03e999cf9b06e7bc73"


def links(count: int) -> list[Link]:
    before, made = chain.root(**BOUND), []
    for number in range(1, count + 1):
        said: dict[str, Any] = {
            "number": number, "epoch": 1, "seq": number, "position": number % 5 + 1, "value": "a",
            "at": TEN + timedelta(seconds=number), "stamped_at": None,
        }  # fmt: skip
        before = chain.link(before, **said)
        made.append(Link(**said, digest=before))
    return made


def test_the_first_link_is_this() -> None:
    # Worked out by hand with sha256sum from the canonical JSON; it must never change.
    assert chain.root(**BOUND).hex() == ROOT
    assert links(1)[0].digest.hex() == FIRST


def test_an_untouched_chain_holds() -> None:
    made = links(4)
    assert chain.first_break(made, **BOUND, head=made[-1].digest.hex(), length=4) is None
    assert chain.first_break([], **BOUND, head=chain.root(**BOUND).hex(), length=0) is None


@pytest.mark.parametrize(
    "change",
    [
        {"value": "b"},
        {"value": None},
        {"position": 5},
        {"epoch": 2},
        {"seq": 9},
        {"at": TEN},
        {"stamped_at": TEN},
        {"digest": b"0" * 32},
    ],
)
def test_a_changed_event_is_named(change: dict[str, Any]) -> None:
    made = links(5)
    made[2] = replace(made[2], **change)
    found = chain.first_break(made, **BOUND)
    assert found is not None and found.number == 3


def test_a_removed_event_is_named_in_the_middle_and_at_the_end() -> None:
    made = links(5)
    found = chain.first_break([*made[:2], *made[3:]], **BOUND)
    assert found is not None and (found.number, found.says) == (3, "event 3 is missing; event 4 follows")
    cut = chain.first_break(made[:4], **BOUND, head=made[-1].digest.hex(), length=5)
    assert cut is not None and cut.number == 5


def test_a_chain_that_was_made_anew_does_not_end_as_the_receipt_says() -> None:
    made = links(3)
    found = chain.first_break(made, **BOUND, head="0" * 64, length=3)
    assert found is not None and found.says == "the last event is not the one on the receipt"


def test_another_sitting_or_form_has_another_root() -> None:
    assert chain.first_break(links(1), sitting="other", form_digest=BOUND["form_digest"]) is not None
    assert chain.first_break(links(1), sitting=BOUND["sitting"], form_digest="0" * 64) is not None


@given(st.integers(1, 12), st.data())
def test_any_two_events_changed_over_break_it(count: int, data: st.DataObject) -> None:
    made = links(count + 1)
    first = data.draw(st.integers(0, count - 1))
    made[first], made[first + 1] = (
        replace(made[first + 1], number=first + 1),
        replace(made[first], number=first + 2),
    )
    found = chain.first_break(made, **BOUND)
    assert found is not None and found.number == first + 1
