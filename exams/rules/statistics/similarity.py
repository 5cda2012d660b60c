"""Pairs whose answers are more alike than two people's who worked apart. Leads for people; nothing follows by itself.

The number of same answers of a pair is compared with what local independence lets expect: the generalised
binomial test of van der Linden and Sotaridona (2006). The probability to be right on an item, given the score,
is the Rasch model's; among those who are wrong, options are chosen as all who were wrong chose (Bellezza and
Bellezza 1989). So what is expected depends on the two scores only.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from exams.rules.statistics import rasch
from exams.rules.statistics.estimates import Floats, Integers, Reason
from exams.rules.statistics.reading import Responses

MOST = 5_000  # persons of whom all pairs are compared
BLOCK = 500
SUSPECT = 3.0  # standard deviations, from which the exact probability is worked out
LISTED = 100
LEVEL = 0.05  # for all pairs together


class Scope(StrEnum):
    ALL = "all"
    WITHIN_GROUPS = "within_groups"


@dataclass(frozen=True)
class Pair:
    """`p_value` is already multiplied by the number of pairs (Bonferroni)."""

    first: str
    second: str
    same: int
    same_wrong: int
    expected: float
    p_value: float


@dataclass(frozen=True)
class Similarity:
    """`skipped` groups were too large. `reason` says why no pair was compared."""

    scope: Scope
    pairs: int
    leads: tuple[Pair, ...]
    skipped: tuple[str, ...] = ()
    reason: Reason | None = None


def analyse(responses: Responses) -> Similarity:
    """All pairs up to 5,000 persons; of more only those within a group."""
    scope = Scope.ALL if responses.n <= MOST else Scope.WITHIN_GROUPS
    parts, skipped = _parts(responses, scope)
    pairs = sum(len(part) * (len(part) - 1) // 2 for part in parts)
    if not pairs:
        return Similarity(scope, 0, (), skipped, Reason.TOO_MANY_PAIRS)
    chances = _Chances(responses)
    if not chances.same.any():
        return Similarity(scope, 0, (), skipped, Reason.CONSTANT)
    suspects = [suspect for part in parts for suspect in _suspects(responses, chances, part)]
    found = sorted(
        (pair for pair in _tested(responses, chances, suspects, pairs) if pair.p_value < LEVEL),
        key=lambda pair: (pair.p_value, pair.first, pair.second),
    )
    return Similarity(scope, pairs, tuple(found[:LISTED]), skipped)


def _parts(responses: Responses, scope: Scope) -> tuple[list[Integers], tuple[str, ...]]:
    """The rows to compare with each other, and the groups that are too large for it."""
    if scope is Scope.ALL:
        return [np.arange(responses.n)], ()
    if responses.groups is None:
        return [], ()
    members = [np.flatnonzero(responses.groups == place) for place in range(len(responses.group_names))]
    named = [(name, rows) for name, rows in zip(responses.group_names, members, strict=True) if name]
    return (
        [rows for _, rows in named if 1 < len(rows) <= MOST],
        tuple(name for name, rows in named if len(rows) > MOST),
    )


class _Chances:
    """`right[score, item]`; `same[item]`, the probability that two who are both wrong chose the same."""

    def __init__(self, responses: Responses) -> None:
        n, k = responses.right.shape
        self.items, sums = rasch.usable(responses.right)
        always = int((sums == n).sum())
        self.right = np.zeros((k + 1, len(self.items)))
        self.same = np.zeros(len(self.items))
        # Of other kinds than those with one answer nothing was chosen: on them no two are the same.
        self.shown = responses.chosen[:, self.items].any(axis=0)
        if len(self.items) < 2:
            return
        easiness = [estimate.value for estimate in rasch.conditional(responses.right).easiness]
        known = np.array([0.0 if value is None else value for value in easiness])[self.items]
        by_score = rasch.given_score(known)
        # Items that all had right or wrong tell nothing of a pair: scores are counted without them.
        self.right = by_score[np.clip(np.arange(k + 1) - always, 0, len(self.items))]
        for place, column in enumerate(self.items):
            wrong = np.bincount(responses.chosen[responses.right[:, column] == 0, column])
            self.same[place] = ((wrong[1:] / wrong.sum()) ** 2).sum()

    def matches(self, first: Integers, second: Integers) -> Floats:
        """For pairs of scores, the probability of the same answer on each item."""
        p, q = self.right[first], self.right[second]
        result: Floats = (p * q + (1 - p) * (1 - q) * self.same) * self.shown
        return result

    def tables(self) -> tuple[Floats, Floats]:
        """For each two scores, how many same answers are expected, and their variance."""
        many = len(self.right)
        expected, variance = np.empty((many, many)), np.empty((many, many))
        for score in range(many):
            m = self.matches(np.full(many, score), np.arange(many))
            expected[score], variance[score] = m.sum(1), (m * (1 - m)).sum(1)
        return expected, variance


Suspects = tuple[Integers, Integers, Integers]


def _suspects(responses: Responses, chances: _Chances, rows: Integers) -> Iterator[Suspects]:
    """Pairs with far more same answers than expected: first and second row, and how many."""
    expected, variance = (table.astype(np.float32) for table in chances.tables())
    bound = expected + SUSPECT * np.sqrt(variance)
    scores, shown = responses.scores[rows], _shown(responses, chances, rows)
    for start in range(0, len(rows), BLOCK):
        same = shown[start : start + BLOCK] @ shown[start:].T
        over = same > bound[np.ix_(scores[start : start + BLOCK], scores[start:])]
        first, second = np.nonzero(np.triu(over, 1))
        if first.size:
            yield rows[start + first], rows[start + second], same[first, second].astype(np.int64)


def _shown(responses: Responses, chances: _Chances, rows: Integers) -> NDArray[np.float32]:
    """A column for each option of each item: 1 where it was chosen. Products of rows count same answers."""
    columns: list[NDArray[np.bool_]] = []
    for column in chances.items:
        chosen = responses.chosen[rows, column]
        columns.extend(chosen == code for code in np.unique(responses.chosen[:, column]) if code)
    return np.array(columns, np.float32).T.copy()


def _tested(responses: Responses, chances: _Chances, suspects: list[Suspects], pairs: int) -> Iterator[Pair]:
    for firsts, seconds, sames in suspects:
        m = chances.matches(responses.scores[firsts], responses.scores[seconds])
        tails = tail(m, sames)
        for place in np.flatnonzero(tails * pairs < LEVEL):
            a, b = int(firsts[place]), int(seconds[place])
            both_wrong = (responses.right[a] == 0) & (responses.right[b] == 0)
            alike = (responses.chosen[a] == responses.chosen[b]) & (responses.chosen[a] > 0)
            yield Pair(
                responses.person(a), responses.person(b), int(sames[place]), int((both_wrong & alike).sum()),
                float(m[place].sum()), float(min(1.0, tails[place] * pairs)),
            )  # fmt: skip


def tail(m: Floats, least: Integers) -> Floats:
    """P(at least so many successes) of independent trials with unlike chances, one row of `m` each."""
    if not len(m):
        return np.zeros(0)
    spread = np.zeros((len(m), m.shape[1] + 1))
    spread[:, 0] = 1.0
    for chance in m.T:
        spread[:, 1:] = spread[:, 1:] * (1 - chance[:, None]) + spread[:, :-1] * chance[:, None]
        spread[:, 0] *= 1 - chance
    counted = np.arange(spread.shape[1]) >= least[:, None]
    result: Floats = (spread * counted).sum(1)
    return result
