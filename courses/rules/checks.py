"""Checks: small questions inside a lesson, marked at once and counted nowhere else."""

from collections.abc import Iterable
from dataclasses import dataclass

SINGLE = "single"
MULTIPLE = "multiple"


@dataclass(frozen=True)
class Option:
    id: str
    text: str
    right: bool
    why: str


@dataclass(frozen=True)
class Check:
    key: str
    kind: str
    question: str
    options: tuple[Option, ...]

    @property
    def multiple(self) -> bool:
        return self.kind == MULTIPLE

    @property
    def right_count(self) -> int:
        return sum(option.right for option in self.options)


class NothingChosen(Exception):
    """No option was chosen."""


class UnknownOption(Exception):
    """An option was named that the check does not have."""


class TooManyChosen(Exception):
    """More than one option was chosen where one is right."""


def mark(check: Check, chosen: Iterable[str]) -> bool:
    """Whether exactly the right options were chosen.

    Raises NothingChosen, UnknownOption or TooManyChosen for an answer that cannot be marked.
    """
    picked = frozenset(chosen)
    if not picked:
        raise NothingChosen
    if picked - {option.id for option in check.options}:
        raise UnknownOption
    if not check.multiple and len(picked) > 1:
        raise TooManyChosen
    return picked == {option.id for option in check.options if option.right}


def faults(kind: str, rights: Iterable[bool]) -> tuple[str, ...]:
    """What is wrong with the options of a check of this kind, as sentences for its author."""
    marks = tuple(rights)
    found = []
    if len(marks) < 2:
        found.append("a check needs at least two options")
    if not any(marks):
        found.append("a check needs a right option")
    if kind == SINGLE and sum(marks) > 1:
        found.append("a check of kind 'single' has exactly one right option")
    return tuple(found)
