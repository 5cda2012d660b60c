"""What is said of an item that is tried out. Explained in docs/algorithms/form-statistics.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exams.rules import keys as key_rules
from exams.rules import matrices
from exams.rules.matrices import Answered
from exams.rules.scoring import Placed
from exams.rules.statistics import classical, estimates, validation
from exams.rules.statistics.classical import Item
from exams.rules.statistics.validation import Flag


@dataclass(frozen=True)
class Piloted:
    """What was found of the pilot at a position; `item` is None below 30 sittings."""

    position: int
    item: Item | None = None
    flags: tuple[Flag, ...] = ()


def look(
    placed: Sequence[Placed], keys: Mapping[str, Any], answered: Sequence[Answered]
) -> tuple[Piloted, ...]:
    """Each pilot of a form beside the items that count, as if it were one of them and the other pilots were not there.

    So its corrected point-biserial is the correlation with the score that counts.
    """
    tried = [one for one in matrices.by_rule(placed) if one.pilot]
    if len(answered) < estimates.FEWEST:
        return tuple(Piloted(one.position) for one in tried)
    counted = [
        one
        for one in matrices.by_rule(placed)
        if not one.pilot and key_rules.treatment(keys[str(one.position)]) is None
    ]
    return tuple(_looked(one, counted, keys, answered) for one in tried)


def _looked(
    pilot: Placed, counted: Sequence[Placed], keys: Mapping[str, Any], answered: Sequence[Answered]
) -> Piloted:
    # In the order of the form: what was not reached is told by what follows.
    columns = sorted([*counted, pilot], key=lambda one: one.position)
    found, name = classical.analyse(matrices.matrix(columns, keys, answered)), str(pilot.position)
    return Piloted(
        pilot.position,
        next(item for item in found.items if item.name == name),
        tuple(flag for flag in validation.flags(found) if flag.item == name),
    )
