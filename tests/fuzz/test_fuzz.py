"""No file makes a parser end by anything but its own refusal. The same files in every run; `make fuzz` tries others."""

import pytest

from tests.fuzz import trying
from tests.fuzz.parsers import PARSERS

FILES = {"verify-pdf": 25, "items-qti": 60, "items-moodle": 60}
pytestmark = pytest.mark.once


@pytest.mark.parametrize("name", PARSERS)
def test_what_is_spoiled_is_read_or_refused(name: str) -> None:
    found = [trying.tried(name, number) for number in range(FILES.get(name, 80))]
    assert [one for one in found if one] == []


def test_a_fault_that_is_no_refusal_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fuzzer itself: a parser that ends by something else is told apart from one that refuses."""
    known = PARSERS["bounce"]

    def breaks(data: bytes) -> object:
        raise KeyError(len(data))

    monkeypatch.setitem(PARSERS, "bounce", trying.Parser(breaks, known.seeds, (ValueError,)))
    found = trying.tried("bounce", 7)
    assert found is not None
    assert found.fault.startswith("KeyError")
    assert found.data == trying.file_of(known, 7)
