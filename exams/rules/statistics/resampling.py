"""Intervals of what has no formula for its error: persons are drawn again with replacement (Efron 1979)."""

from collections.abc import Callable, Sequence

import numpy as np

from exams.rules.statistics.estimates import LEVEL, Estimate, Floats, Integers, Reason, missing

DRAWS = 200
SEED = 20240229  # the same file gives the same interval


def intervals(
    tables: Sequence[Integers], statistic: Callable[..., Floats], draws: int = DRAWS
) -> tuple[Estimate, ...]:
    """`statistic` of the tables of counts gives some numbers, NaN for one that can't be found.

    Each table is drawn again as a multinomial of its own size. Percentiles of the draws are the interval.
    """
    values = statistic(*tables)
    again = drawn(tables, statistic, draws)
    found = []
    for place, value in enumerate(values):
        column = again[:, place][np.isfinite(again[:, place])]
        if not np.isfinite(value) or len(column) < draws / 2:
            found.append(missing(Reason.NOT_SETTLED))
            continue
        low, high = np.quantile(column, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        found.append(Estimate(float(value), float(min(low, value)), float(max(high, value))))
    return tuple(found)


def drawn(tables: Sequence[Integers], statistic: Callable[..., Floats], draws: int = DRAWS) -> Floats:
    """The numbers of each draw, one row a draw."""
    rng = np.random.default_rng(SEED)
    found: Floats = np.array([statistic(*(_again(table, rng) for table in tables)) for _ in range(draws)])
    return found


def _again(table: Integers, rng: np.random.Generator) -> Integers:
    n = int(table.sum())
    return rng.multinomial(n, (table / n).ravel()).reshape(table.shape)
