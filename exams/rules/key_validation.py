"""Whether the key of a form may be trusted, and what another key would change. Explained in
docs/algorithms/key-validation.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from typing import Any

import numpy as np

from exams import itemtypes
from exams.rules import keys as key_rules
from exams.rules import matrices, outcome, pilots, runs
from exams.rules.matrices import Answered
from exams.rules.outcome import Outcome
from exams.rules.pilots import Piloted
from exams.rules.runs import Paper
from exams.rules.scoring import Placed
from exams.rules.statistics import classical, estimates, validation
from exams.rules.statistics.classical import Item
from exams.rules.statistics.estimates import Reason
from exams.rules.statistics.reading import Responses
from exams.rules.statistics.validation import Flag, Times


@dataclass(frozen=True)
class Look:
    """What was found at one position; `item` is None where nothing is said of it."""

    position: int
    item: Item | None
    flags: tuple[Flag, ...] = ()
    treatment: key_rules.Treatment | None = None


@dataclass(frozen=True)
class Found:
    """`suppressed` says why nothing is said of any item. `times` are of whole sittings. `pilots` are looked at
    apart: nothing is decided about them here."""

    sittings: int
    suppressed: Reason | None
    looks: tuple[Look, ...]
    times: Times
    pilots: tuple[Piloted, ...] = ()

    @property
    def flagged(self) -> tuple[int, ...]:
        return tuple(look.position for look in self.looks if look.flags)


class Decision(StrEnum):
    ACCEPT = "accept"  # the key stands as it is
    REKEY = "rekey"  # another response is right
    CREDIT = "credit"  # everybody gets all the points
    DROP = "drop"  # it counts nowhere


@dataclass(frozen=True)
class Verdict:
    """What is to become of the item at a position; `key` has the members of its key that are others from now on."""

    position: int
    decision: Decision
    reason: str
    key: Mapping[str, Any] = field(default_factory=dict)


class Effect(StrEnum):
    SAME = "same"
    PASSES = "passes"  # a fail becomes a pass
    FAILS = "fails"  # a pass becomes a fail


@dataclass(frozen=True)
class Worth:
    """What a sitting would come to by another key."""

    raw: Fraction
    maximum: Fraction
    outcome: Outcome


class BadVerdict(ValueError):
    """A new key that the item's kind refuses, or that leaves nothing to count. `position` is 0 for the whole form."""

    def __init__(self, position: int, fault: str) -> None:
        super().__init__(fault)
        self.position, self.fault = position, fault


def look(placed: Sequence[Placed], keys: Mapping[str, Any], answered: Sequence[Answered]) -> Found:
    """Classical statistics of every item that is not credited or dropped already, and their flags.

    An item is right where it has all of its points. Below 30 sittings nothing is said, and never anything of an item
    that people mark.
    """
    tried = pilots.look(placed, keys, answered)
    placed = [item for item in placed if not item.pilot]
    treatments = {item.position: key_rules.treatment(keys[str(item.position)]) for item in placed}
    few = len(answered) < estimates.FEWEST
    counted = [item for item in matrices.by_rule(placed) if treatments[item.position] is None]
    times = _times(answered, few)
    if few or not counted:
        looks = [Look(item.position, None, (), treatments[item.position]) for item in placed]
        return Found(
            len(answered), Reason.FEW_PERSONS if few else Reason.FEW_ITEMS, tuple(looks), times, tried
        )
    found = classical.analyse(matrices.matrix(counted, keys, answered))
    flags = validation.flags(found)
    items = {int(item.name): item for item in found.items}
    return Found(
        len(answered),
        None,
        tuple(
            Look(
                item.position,
                items.get(item.position),
                tuple(flag for flag in flags if flag.item == str(item.position)),
                treatments[item.position],
            )
            for item in placed
        ),
        times,
        tried,
    )


def rekeyed(
    contents: Mapping[int, Mapping[str, Any]], keys: Mapping[str, Any], verdicts: Sequence[Verdict]
) -> dict[str, Any]:
    """The key set that the verdicts make of `keys`; equal to it where all are accepted. `contents` has what the
    items say that count, by position. Raises BadVerdict."""
    made = {position: dict(key) for position, key in keys.items()}
    for verdict in verdicts:
        place = str(verdict.position)
        if place not in made or verdict.position not in contents:
            raise BadVerdict(verdict.position, "the form has no such position")
        if verdict.decision in {Decision.CREDIT, Decision.DROP}:
            made[place][key_rules.TREATMENT] = verdict.decision.value
        elif verdict.decision == Decision.REKEY:
            made[place] = _another(contents[verdict.position], made[place], verdict)
    if not any(key_rules.treatment(key) is None for place, key in made.items() if int(place) in contents):
        raise BadVerdict(0, "no item would be left that tells one candidate from another")
    return made


def may_rekey(content: Mapping[str, Any], key: Mapping[str, Any]) -> bool:
    """Whether the item has a key of which another can be given, and no marker says what a response is worth."""
    return bool(itemtypes.of(content["kind"]).key_fields(content, key))


def told(content: Mapping[str, Any], key: Mapping[str, Any], verdict: Verdict) -> tuple[itemtypes.Line, ...]:
    """What the new key says of each part of an item, in words for staff; nothing where it keeps its key."""
    if verdict.decision != Decision.REKEY:
        return ()
    return itemtypes.of(content["kind"]).lines(content, {**key, **verdict.key})


def worth(
    paper: Paper, keys: Mapping[str, Any], answered: Answered, cut: Fraction, minima: Mapping[int, Fraction]
) -> Worth:
    """What a sitting comes to by a key set; `cut` is a share of the maximum, and `minima` are shares of domains'."""
    worked = runs.work_out(paper, keys, answered.events, answered.admitted, answered.given)
    decided = outcome.decide(
        raw=worked.raw, maximum=worked.maximum, cut=cut, domains=worked.score.domains, minima=minima
    )
    return Worth(worked.raw, worked.maximum, decided)


def effect(before: str, after: str) -> Effect:
    if before == after:
        return Effect.SAME
    return Effect.PASSES if after == Outcome.PASSED else Effect.FAILS


def _another(content: Mapping[str, Any], key: Mapping[str, Any], verdict: Verdict) -> dict[str, Any]:
    if not may_rekey(content, key):
        raise BadVerdict(verdict.position, "an item of this kind can't be given another key here")
    kept = {name: value for name, value in key.items() if name != key_rules.TREATMENT}
    fresh = kept | dict(verdict.key)
    if not set(fresh) <= set(kept):
        raise BadVerdict(verdict.position, "the key of this item has no such part")
    faults = itemtypes.of(content["kind"]).faults(content, fresh)
    if faults:
        raise BadVerdict(verdict.position, faults[0])
    if itemtypes.deducts(fresh) and not content.get("deducts"):
        raise BadVerdict(
            verdict.position, "a wrong answer would take points away, and the paper did not say so"
        )
    if fresh == key:
        raise BadVerdict(verdict.position, "this is the key that it has")
    return fresh


def _times(answered: Sequence[Answered], few: bool) -> Times:
    if few:
        return Times(None, reason=Reason.FEW_PERSONS)
    seconds = np.array([np.nan if one.seconds is None else one.seconds for one in answered])
    nothing = np.zeros((len(answered), 0), np.uint8)
    names = np.array([one.name.encode() for one in answered], "S")
    return validation.times(
        Responses((), nothing, np.zeros(len(answered), np.int64), nothing, persons=names, total_time=seconds)
    )
