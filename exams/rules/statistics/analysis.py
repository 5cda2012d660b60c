"""All that can be said of one file of responses."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from exams.rules.statistics import (
    ability,
    classical,
    consistency,
    dif,
    estimates,
    rasch,
    similarity,
    twopl,
    validation,
)
from exams.rules.statistics.ability import Ability, Summary
from exams.rules.statistics.classical import Classical
from exams.rules.statistics.consistency import Consistency
from exams.rules.statistics.dif import Dif
from exams.rules.statistics.estimates import Estimate, Floats, Reason
from exams.rules.statistics.rasch import Rasch
from exams.rules.statistics.reading import Responses
from exams.rules.statistics.similarity import Similarity
from exams.rules.statistics.twopl import TwoParameter
from exams.rules.statistics.validation import Flag, Times

LISTED = 5_000  # persons whose ability is listed one by one


class Model(StrEnum):
    CTT = "ctt"
    RASCH = "rasch"
    TWO_PL = "2pl"


@dataclass(frozen=True)
class Abilities:
    """`by_score`, for the Rasch model, has one for each score on the items with an easiness; `by_person`, for the
    2PL, one for each person, in the order of the file."""

    summary: Summary
    by_score: tuple[Ability, ...] = ()
    by_person: tuple[tuple[str, Ability], ...] = ()


@dataclass(frozen=True)
class Decisions:
    """Of a cut at `cut` right answers or more."""

    cut: int
    passed: Estimate
    livingston_lewis: Consistency
    subkoviak: Consistency


@dataclass(frozen=True)
class Analysis:
    """`suppressed` says why nothing but the numbers of persons and items is here."""

    persons: int
    items: int
    model: Model
    suppressed: Reason | None = None
    classical: Classical | None = None
    flags: tuple[Flag, ...] = ()
    times: Times | None = None
    rasch: Rasch | None = None
    conditional: Rasch | None = None
    two_parameter: TwoParameter | None = None
    abilities: Abilities | None = None
    decisions: Decisions | None = None
    dif: tuple[Dif, ...] = ()
    similarity: Similarity | None = None


def analyse(responses: Responses, model: Model = Model.CTT, cut: int | None = None) -> Analysis:
    """`cut` is a number of right answers from 0 to k; without it nothing is said of decisions."""
    if responses.n < estimates.FEWEST:
        return Analysis(responses.n, responses.k, model, Reason.FEW_PERSONS)
    found = classical.analyse(responses)
    marginal = rasch.marginal(responses.right) if model is Model.RASCH else None
    two = twopl.fit(responses.right) if model is Model.TWO_PL else None
    abilities = None
    if marginal:
        abilities = rasch_abilities(responses, marginal)
    elif two:
        abilities = _two_abilities(responses, two)
    return Analysis(
        responses.n, responses.k, model, None, found, validation.flags(found), validation.times(responses),
        marginal, rasch.conditional(responses.right) if marginal else None, two, abilities,
        None if cut is None else decisions(found, cut), dif.analyse(responses), similarity.analyse(responses),
    )  # fmt: skip


def decisions(found: Classical, cut: int) -> Decisions:
    """How often a second sitting would be decided alike, with a cut at `cut` right answers or more."""
    counts = np.array(found.counts)
    return Decisions(
        cut,
        estimates.proportion(int(counts[cut:].sum()), found.n),
        consistency.livingston_lewis(counts, cut, found.alpha),
        consistency.subkoviak(counts, cut, found.alpha),
    )


def _known(values: tuple[Estimate, ...]) -> tuple[list[int], Floats]:
    """The columns that have an estimate, and these."""
    columns = [column for column, estimate in enumerate(values) if estimate.value is not None]
    return columns, np.array([values[column].known for column in columns])


def rasch_abilities(responses: Responses, found: Rasch) -> Abilities | None:
    """None where no item has an easiness, or the abilities no variance."""
    columns, easiness = _known(found.easiness)
    if not columns or found.variance.value is None:
        return None
    slopes, spread = np.ones(len(columns)), found.variance.value**0.5
    return Abilities(
        ability.summary(responses.right[:, columns], slopes, easiness, spread),
        by_score=ability.of_scores(np.arange(len(columns) + 1.0), slopes, easiness, spread),
    )


def _two_abilities(responses: Responses, found: TwoParameter) -> Abilities | None:
    columns, slopes = _known(found.slopes)
    if not columns:
        return None
    intercepts = np.array([found.intercepts[column].known for column in columns])
    right = responses.right[:, columns]
    persons: tuple[tuple[str, Ability], ...] = ()
    if responses.n <= LISTED:
        each = ability.of_scores(right @ slopes, slopes, intercepts)
        persons = tuple((responses.person(row), one) for row, one in enumerate(each))
    return Abilities(
        ability.summary(right, slopes, intercepts),
        by_person=persons,
    )
