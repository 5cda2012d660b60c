"""A state machine as a frozen table: which event leads from which state to which."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class IllegalMove(Exception):
    """The event is not open to a thing in this state.

    Carries `machine` (its name), `state` and `event`, so that an edge can find words for a person.
    """

    def __init__(self, machine: str, state: str, event: str) -> None:
        super().__init__(f"{machine}: no '{event}' from '{state}'")
        self.machine = machine
        self.state = state
        self.event = event


@dataclass(frozen=True)
class Machine[S: str]:
    """A table of moves.

    `start` is the state of a new thing; `moves` maps each state to its events and where they lead.
    A state that has no entry, or an empty one, is final. States are plain strings or members of a
    text enumeration; they are compared as strings, so a value read from the database fits.
    """

    name: str
    start: S
    moves: Mapping[S, Mapping[str, S]]

    def after(self, state: str, event: str) -> S:
        """The state that `event` leads to from `state`; raises IllegalMove where there is none."""
        for known, events in self.moves.items():
            if known == state and event in events:
                return events[event]
        raise IllegalMove(self.name, str(state), event)

    def may(self, state: str, event: str) -> bool:
        """Whether `event` is open in `state`."""
        return event in self.events(state)

    def events(self, state: str) -> tuple[str, ...]:
        """The events open in `state`, in the order of the table."""
        return tuple(e for known, events in self.moves.items() if known == state for e in events)

    def final(self, state: str) -> bool:
        """Whether nothing leads on from `state`."""
        return not self.events(state)

    def states(self) -> tuple[S, ...]:
        """Every state that the table names, the start first."""
        seen: dict[S, None] = {self.start: None}
        for state, events in self.moves.items():
            seen[state] = None
            for target in events.values():
                seen[target] = None
        return tuple(seen)

    def mermaid(self) -> str:
        """The table as a Mermaid state diagram, the same text for the same table."""
        lines = ["stateDiagram-v2", f"    [*] --> {_plain(self.start)}"]
        for state, events in self.moves.items():
            for event, target in events.items():
                lines.append(f"    {_plain(state)} --> {_plain(target)}: {event}")
        lines += [f"    {_plain(state)} --> [*]" for state in self.states() if self.final(state)]
        return "\n".join(lines)


def _plain(state: str) -> str:
    return str(state.value) if isinstance(state, StrEnum) else str(state)
