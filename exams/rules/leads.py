"""Leads of one form for people: items that treat groups unlike, and pairs whose answers are more alike than chance. Nothing is
decided by them. Explained in docs/algorithms/form-statistics.md."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from exams.rules import keys as key_rules
from exams.rules import matrices
from exams.rules.matrices import Answered
from exams.rules.scoring import Placed
from exams.rules.statistics import dif, estimates, similarity
from exams.rules.statistics.dif import Dif
from exams.rules.statistics.estimates import Integers, Reason
from exams.rules.statistics.similarity import Similarity


@dataclass(frozen=True)
class Leads:
    """`unlike` has for each way of grouping what was found item by item, empty where everybody is in one group."""

    unlike: Mapping[str, tuple[Dif, ...]]
    alike: Similarity


def look(
    placed: Sequence[Placed],
    keys: Mapping[str, Any],
    answered: Sequence[Answered],
    groups: Mapping[str, Sequence[str]],
    *,
    within: str,
) -> Leads | None:
    """`groups` names, for each way of grouping, the group of each of `answered`, "" for none; above 5,000 sittings only pairs
    within a group of `within` are compared. None below 30 sittings, or where no item counts."""
    counted = [
        one
        for one in matrices.by_rule(placed)
        if not one.pilot and key_rules.treatment(keys[str(one.position)]) is None
    ]
    if len(answered) < estimates.FEWEST or not counted:
        return None
    said = matrices.matrix(counted, keys, answered)
    grouped = {way: _numbered(names) for way, names in groups.items()}
    unlike = {
        way: dif.analyse(replace(said, groups=numbers, group_names=names))
        for way, (numbers, names) in grouped.items()
    }
    numbers, names = grouped[within]
    persons = np.array([one.name.encode() for one in answered])
    if not said.chosen.any():
        return Leads(unlike, Similarity(similarity.Scope.ALL, 0, (), reason=Reason.OTHER_METHOD))
    alike = similarity.analyse(replace(said, persons=persons, groups=numbers, group_names=names))
    return Leads(unlike, alike)


def _numbered(names: Sequence[str]) -> tuple[Integers, tuple[str, ...]]:
    known = sorted(set(names))
    place = {name: number for number, name in enumerate(known)}
    return np.array([place[name] for name in names], np.int64), tuple(known)
