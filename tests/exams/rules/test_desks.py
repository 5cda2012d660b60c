import pytest

from exams.rules import desks
from exams.rules.desks import NotADesk

POSITIONS = frozenset({1, 2, 3})


def test_marks_are_kept_by_position_and_empty_ones_left_out() -> None:
    said = {"flags": {"1": True, "2": False}, "strikes": {"1": "ac", "3": ""}, "notes": {"2": "see 9.2"}}
    assert desks.clean(said, positions=POSITIONS) == {
        "flags": {"1": True},
        "strikes": {"1": "ac"},
        "notes": {"2": "see 9.2"},
    }
    assert desks.clean({}, positions=POSITIONS) == {"flags": {}, "strikes": {}, "notes": {}}


@pytest.mark.parametrize(
    "said",
    [
        None,
        [],
        "flags",
        {"answers": {}},
        {"flags": []},
        {"flags": {"4": True}},
        {"flags": {"x": True}},
        {"flags": {"1": "yes"}},
        {"strikes": {"1": 3}},
        {"notes": {"1": "a\x00b"}},
        {"notes": {"1": "half an emoji \ud83d"}},
        {"strikes": {"1": "a" * 11}},
        {"notes": {"1": "a" * 2001}},
        {"notes": {"99999": "a"}},
    ],
)
def test_anything_else_is_refused(said) -> None:
    with pytest.raises(NotADesk):
        desks.clean(said, positions=POSITIONS)
