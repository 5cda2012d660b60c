"""What the marked sittings of one form say of its items and of its scores. Explained in docs/algorithms/form-statistics.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Any

import numpy as np

from exams import itemtypes
from exams.rules import keys as key_rules
from exams.rules import matrices, pilots, points, written
from exams.rules.keys import Treatment
from exams.rules.matrices import Answered
from exams.rules.pilots import Piloted
from exams.rules.points import OnPoints
from exams.rules.scoring import Placed
from exams.rules.statistics import analysis, classical, estimates, rasch, twopl, validation
from exams.rules.statistics.analysis import Abilities, Decisions
from exams.rules.statistics.classical import Classical
from exams.rules.statistics.estimates import Reason
from exams.rules.statistics.rasch import Rasch
from exams.rules.statistics.reading import Responses
from exams.rules.statistics.twopl import TwoParameter
from exams.rules.statistics.validation import Flag
from exams.rules.written import Essay

WHOLE = "all-or-nothing"


@dataclass(frozen=True)
class FormStatistics:
    """Scores are numbers of items with all their points, among `positions`; those in `left_out` are marked by people, were
    credited to all, or dropped. `suppressed` says why there is nothing else; where people mark all that counts, there is
    `on_points` and what stands in `essays` all the same.

    `cut` is the least score that passes, None where points can't be counted in items: then decisions are looked at
    `on_points`.
    `able` says how many persons stand at each of the scores for which `abilities` has one.
    `pilots` are what is tried out on the form: it is in nothing else.
    """

    sittings: int
    positions: tuple[int, ...] = ()
    left_out: tuple[int, ...] = ()
    suppressed: Reason | None = None
    classical: Classical | None = None
    flags: tuple[Flag, ...] = ()
    cut: int | None = None
    decisions: Decisions | None = None
    on_points: OnPoints | None = None
    essays: tuple[Essay, ...] = ()
    rasch: Rasch | None = None
    abilities: Abilities | None = None
    able: tuple[int, ...] = ()
    two_parameter: TwoParameter | None = None  # from 500 sittings on
    pilots: tuple[Piloted, ...] = ()


def analyse(
    placed: Sequence[Placed], keys: Mapping[str, Any], answered: Sequence[Answered], cut: Fraction
) -> FormStatistics:
    """Everything that the statistics of responses say of one form; `cut` is a share of its points.

    Below 30 sittings nothing is said, below 500 nothing of slopes.
    """
    counted = [one for one in matrices.by_rule(placed) if _treatment(keys, one) is None and not one.pilot]
    positions = tuple(one.position for one in counted)
    left_out = tuple(one.position for one in placed if one not in counted and not one.pilot)
    tried = pilots.look(placed, keys, answered)
    few = len(answered) < estimates.FEWEST
    if few or not counted:
        why = Reason.FEW_PERSONS if few else Reason.FEW_ITEMS
        scored = None if few else points.look(placed, keys, answered, cut)
        essays = written.look(placed, keys, answered)
        return FormStatistics(
            len(answered), positions, left_out, why, on_points=scored, essays=essays, pilots=tried
        )
    said = matrices.matrix(counted, keys, answered)
    found, fitted = classical.analyse(said), rasch.marginal(said.right)
    enough = said.n >= estimates.FEWEST_FOR_SLOPES
    two = twopl.fit(said.right) if enough else None
    least = score_to_pass(placed, keys, cut)
    return FormStatistics(
        said.n, positions, left_out, None, found, validation.flags(found), least,
        None if least is None else analysis.decisions(found, least),
        points.look(placed, keys, answered, cut) if least is None else None,
        written.look(placed, keys, answered),
        fitted, analysis.rasch_abilities(said, fitted), _able(said, fitted), two, tried,
    )  # fmt: skip


def score_to_pass(placed: Sequence[Placed], keys: Mapping[str, Any], cut: Fraction) -> int | None:
    """The least number of items right that reaches the cut; what is credited to all counts for everybody.

    None where the counted items are not worth the same, or one of them can give a part of its points.
    """
    placed = [one for one in placed if not one.pilot]
    counted = [one for one in placed if _treatment(keys, one) is None]
    worth = {_maximum(keys, one) for one in counted}
    if len(worth) != 1 or not all(_is_whole(keys, one) for one in counted):
        return None
    (each,) = worth
    credited = sum(
        (_maximum(keys, one) for one in placed if _treatment(keys, one) == Treatment.CREDIT), Fraction(0)
    )
    needed = cut * (each * len(counted) + credited) - credited
    return min(len(counted), max(0, ceil(needed / each)))


def _treatment(keys: Mapping[str, Any], one: Placed) -> Treatment | None:
    return key_rules.treatment(keys[str(one.position)])


def _maximum(keys: Mapping[str, Any], one: Placed) -> Fraction:
    return one.weight * itemtypes.of(one.kind).maximum(keys[str(one.position)])


def _is_whole(keys: Mapping[str, Any], one: Placed) -> bool:
    # A number is right or wrong whatever its tolerance.
    return one.kind == "numeric" or keys[str(one.position)].get("rule") == WHOLE


def _able(said: Responses, fitted: Rasch) -> tuple[int, ...]:
    columns = [place for place, one in enumerate(fitted.easiness) if one.value is not None]
    scores = said.right[:, columns].sum(1, dtype=np.int64)
    return tuple(np.bincount(scores, minlength=len(columns) + 1).tolist())
