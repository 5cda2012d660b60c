"""What is said of an item that is tried out. Explained in docs/algorithms/form-statistics.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exams import itemtypes
from exams.rules import keys as key_rules
from exams.rules import matrices, responses
from exams.rules.matrices import Answered
from exams.rules.scoring import Placed
from exams.rules.statistics import classical, estimates, validation
from exams.rules.statistics.classical import Item
from exams.rules.statistics.validation import Flag


@dataclass(frozen=True)
class Piloted:
    """What was found of the pilot at a position; `item` is None below 30 sittings, and of what people mark: nobody marks
    what does not count. Of that `written` has what was answered, for people to read."""

    position: int
    item: Item | None = None
    flags: tuple[Flag, ...] = ()
    written: tuple[str, ...] = ()


def look(
    placed: Sequence[Placed], keys: Mapping[str, Any], answered: Sequence[Answered]
) -> tuple[Piloted, ...]:
    """Each pilot of a form beside the items that count, as if it were one of them and the other pilots were not there.

    So its corrected point-biserial is the correlation with the score that counts.
    """
    tried = [one for one in placed if one.pilot]
    read = {one.position: _written(one, answered) for one in tried if itemtypes.of(one.kind).NEEDS_MARKER}
    if len(answered) < estimates.FEWEST:
        return tuple(Piloted(one.position, written=read.get(one.position, ())) for one in tried)
    counted = [
        one
        for one in matrices.by_rule(placed)
        if not one.pilot and key_rules.treatment(keys[str(one.position)]) is None
    ]
    return tuple(
        Piloted(one.position, written=read[one.position])
        if one.position in read
        else _looked(one, counted, keys, answered)
        for one in tried
    )


def _written(pilot: Placed, answered: Sequence[Answered]) -> tuple[str, ...]:
    """What was answered, without the names of sittings; the shortest first, so that no order tells whose it is."""
    values = (responses.current([*one.events, *one.admitted]).get(pilot.position) for one in answered)
    return tuple(sorted((str(value) for value in values if value), key=lambda text: (len(text), text)))


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
