"""A machine is a table: what leads where, and nothing else."""

from enum import StrEnum

import pytest

from lms.kit.machine import IllegalMove, Machine


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    WALLED = "walled"


DOOR = Machine(
    name="door",
    start=Door.OPEN,
    moves={
        Door.OPEN: {"shut": Door.SHUT},
        Door.SHUT: {"open": Door.OPEN, "wall up": Door.WALLED},
        Door.WALLED: {},
    },
)


def test_an_event_leads_to_the_state_in_the_table():
    assert DOOR.after(Door.OPEN, "shut") is Door.SHUT


def test_a_state_read_from_the_database_as_plain_text_fits():
    assert DOOR.after("shut", "open") is Door.OPEN


def test_an_event_that_is_not_in_the_table_is_refused_by_name():
    with pytest.raises(IllegalMove) as refused:
        DOOR.after(Door.WALLED, "open")
    assert (refused.value.machine, refused.value.state, refused.value.event) == ("door", "walled", "open")


def test_an_unknown_state_has_no_moves():
    with pytest.raises(IllegalMove):
        DOOR.after("ajar", "shut")


def test_a_state_without_events_is_final():
    assert [state for state in DOOR.states() if DOOR.final(state)] == [Door.WALLED]


def test_the_diagram_names_every_move_and_every_end():
    assert DOOR.mermaid() == "\n".join(
        [
            "stateDiagram-v2",
            "    [*] --> open",
            "    open --> shut: shut",
            "    shut --> open: open",
            "    shut --> walled: wall up",
            "    walled --> [*]",
        ]
    )
