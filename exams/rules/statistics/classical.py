"""Classical test theory. All variances are divided by n, in items and in scores alike."""

import math
from dataclasses import dataclass

import numpy as np

from exams.rules.statistics import estimates
from exams.rules.statistics.estimates import Bytes, Estimate, Floats, Integers, Reason
from exams.rules.statistics.reading import Part, Responses

PARTS = 5  # of the trace lines, from the lowest scores to the highest


@dataclass(frozen=True)
class Option:
    """One code of one item. `r` correlates choosing it with the score on the other items.

    `trace` has the share that chose it in each fifth of the scores. Codes of one
    `group` stand against one another: of an item with one choice all do, of another those at the same part.
    """

    code: str
    is_key: bool
    count: int
    share: Estimate
    r: Estimate
    mean_score: Estimate
    trace: tuple[Estimate, ...]
    group: str = ""
    lumped: bool = False

    @property
    def label(self) -> str:
        """As it is shown: letters are capitals, and what was typed stays as it was."""
        return self.code if " " in self.code or "“" in self.code else self.code.upper()


@dataclass(frozen=True)
class Item:
    name: str
    p: Estimate
    r: Estimate  # point-biserial with the score
    r_corrected: Estimate  # with the score on the other items
    alpha_if_dropped: Estimate
    omitted: int
    not_reached: int
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Classical:
    """`conditional` has Lord's and Keats's standard error at each score from 0 to k; the first is exact, and
    None for a single item."""

    n: int
    k: int
    mean: Estimate
    sd: Estimate
    counts: tuple[int, ...]
    items: tuple[Item, ...]
    alpha: Estimate
    kr21: Estimate
    sem: Estimate
    conditional: tuple[tuple[float | None, Estimate], ...]


def analyse(responses: Responses) -> Classical:
    right, scores, n, k = responses.right, responses.scores, responses.n, responses.k
    counts = np.bincount(scores, minlength=k + 1)
    mean, variance = moments(counts)
    p = right.sum(0, dtype=np.int64) / n
    own = p * (1 - p)
    shared = np.array([float(scores @ right[:, column]) for column in range(k)]) / n - p * mean
    rest = variance - 2 * shared + own
    with np.errstate(invalid="ignore", divide="ignore"):
        r = shared / np.sqrt(own * variance)
        r_corrected = (shared - own) / np.sqrt(own * _positive(rest))
        dropped = _alpha(own.sum() - own, rest, k - 1)
        alpha = float(_alpha(np.array([own.sum()]), np.array([variance]), k)[0])
    fifths = _fifths(counts)
    items = tuple(
        Item(
            responses.items[column],
            estimates.proportion(p[column] * n, n),
            estimates.correlation(r[column], n),
            estimates.missing(Reason.ONE_ITEM) if k == 1 else estimates.correlation(r_corrected[column], n),
            estimates.reliability(float(dropped[column]), n, k - 1),
            responses.omitted[column],
            responses.not_reached[column],
            _of_parts(responses, column, fifths)
            or _options(responses, column, fifths, mean - p[column], float(rest[column])),
        )
        for column in range(k)
    )
    kr20 = estimates.reliability(alpha, n, k)
    kr21 = estimates.reliability(_kr21(mean, variance, k), n, k)
    error = math.sqrt(variance * n / (n - 1) / n) if n > 1 else math.nan
    return Classical(
        n, k, estimates.about(mean, error), spread(counts), tuple(counts.tolist()), items,
        kr20, kr21, estimates.measurement_error(kr20, variance), conditional(k, kr20, kr21),
    )  # fmt: skip


def moments(counts: Integers) -> tuple[float, float]:
    """Mean and variance, divided by n, of scores 0, 1, 2 … that occur `counts` times."""
    values, n = np.arange(len(counts)), counts.sum()
    mean = float(values @ counts / n)
    return mean, float((values - mean) ** 2 @ counts / n)


def _positive(values: Floats) -> Floats:
    """What is nothing but rounding becomes NaN, and the number that needs it is missing."""
    return np.where(values > 1e-12, values, np.nan)


def _alpha(within: Floats, total: Floats, k: int) -> Floats:
    """Cronbach (1951); with 0 and 1 it is Kuder and Richardson's formula 20."""
    return k / (k - 1) * (1 - within / _positive(total)) if k > 1 else np.full_like(total, np.nan)


def _kr21(mean: float, variance: float, k: int) -> float:
    """Kuder and Richardson (1937), formula 21: as if all items were equally hard."""
    if k < 2 or variance <= 0:
        return math.nan
    return k / (k - 1) * (1 - mean * (k - mean) / (k * variance))


def conditional(k: int, alpha: Estimate, kr21: Estimate) -> tuple[tuple[float | None, Estimate], ...]:
    """At each score x: Lord's √(x(k − x)/(k − 1)) and, by Keats, the same × √((1 − α)/(1 − KR-21)), with the interval that
    α's gives. Lord's needs no sample."""
    if k < 2:
        return ((None, estimates.missing(Reason.ONE_ITEM)),) * (k + 1)
    lord = [math.sqrt(x * (k - x) / (k - 1)) for x in range(k + 1)]
    if (
        alpha.value is None
        or alpha.low is None
        or alpha.high is None
        or kr21.value is None
        or kr21.value >= 1
    ):
        nothing = estimates.missing(alpha.reason or Reason.NO_RELIABILITY)
        return tuple((error, nothing) for error in lord)
    value, low, high = (
        math.sqrt(max(0.0, 1 - one) / (1 - kr21.value)) for one in (alpha.value, alpha.high, alpha.low)
    )
    return tuple((error, Estimate(error * value, error * low, error * high)) for error in lord)


def spread(counts: Integers) -> Estimate:
    """The standard deviation of scores."""
    mean, variance = moments(counts)
    n = int(counts.sum())
    fourth = float((np.arange(len(counts)) - mean) ** 4 @ counts / n)
    return estimates.deviation(variance, fourth, n)


def _fifths(counts: Integers) -> Bytes:
    """For each score, the fifth of the persons to which the middle of its persons belongs."""
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    return np.minimum(PARTS - 1, middle * PARTS).astype(np.uint8)


def _options(
    responses: Responses, column: int, fifths: Bytes, rest_mean: float, rest_variance: float
) -> tuple[Option, ...]:
    """Nothing is known of options where the file has 0 and 1 only."""
    if not responses.keys:
        return ()
    many, n, chosen, scores = len(responses.codes), responses.n, responses.chosen[:, column], responses.scores
    cells = np.bincount(chosen * np.int64(responses.k + 1) + scores, minlength=many * (responses.k + 1))
    by_score = cells.reshape(many, responses.k + 1)
    in_fifths = np.array([by_score[:, fifths == part].sum(1) for part in range(PARTS)])
    sizes = in_fifths.sum(1)
    found = []
    for number in np.flatnonzero(by_score.sum(1)):
        count, is_key = int(by_score[number].sum()), int(number) in responses.keys[column]
        total = float(np.arange(responses.k + 1) @ by_score[number])
        share, rest = count / n, total / count - is_key
        spread = math.sqrt(share * (1 - share) * max(0.0, rest_variance))
        r = share * (rest - rest_mean) / spread if spread > 1e-9 else math.nan
        trace = tuple(_share(part[number], size) for part, size in zip(in_fifths, sizes, strict=True))
        found.append(
            Option(
                responses.codes[number], is_key, count, estimates.proportion(count, n),
                estimates.correlation(r, n), _mean(by_score[number]), trace,
            )
        )  # fmt: skip
    return tuple(found)


def _share(many: int, of: int) -> Estimate:
    return estimates.proportion(int(many), int(of)) if of else estimates.missing(Reason.TOO_FEW)


def _mean(counts: Integers) -> Estimate:
    """Of scores; one person's score is no estimate of anything."""
    mean, variance = moments(counts)
    n = int(counts.sum())
    if n < 2:
        return estimates.missing(Reason.TOO_FEW)
    return estimates.about(mean, math.sqrt(variance / (n - 1)))


def _of_parts(responses: Responses, column: int, fifths: Bytes) -> tuple[Option, ...]:
    """What was chosen at each part of an item whose response has several, then who gave none."""
    found = responses.parts[column] if responses.parts else ()
    if not found:
        return ()
    n, scores, right = responses.n, responses.scores, responses.right[:, column]
    rest, part_of = scores - right.astype(np.int64), fifths[scores]
    sizes = np.bincount(part_of, minlength=PARTS)
    answered = np.unique(np.concatenate([one.rows for one in found]))
    none = np.setdiff1d(np.arange(n), answered)
    if none.size:
        found = (*found, Part("", "", False, none))
    return tuple(_of_part(one, n, scores, rest, part_of, sizes) for one in found)


def _of_part(part: Part, n: int, scores: Integers, rest: Integers, part_of: Bytes, sizes: Integers) -> Option:
    chose = np.zeros(n)
    chose[part.rows] = 1.0
    count = len(part.rows)
    spread = float(chose.std() * rest.std())
    r = float(np.mean(chose * rest) - chose.mean() * rest.mean()) / spread if spread > 1e-9 else math.nan
    inside = np.bincount(part_of[part.rows], minlength=PARTS)
    trace = tuple(_share(many, size) for many, size in zip(inside.tolist(), sizes.tolist(), strict=True))
    return Option(
        part.code, part.is_key, count, estimates.proportion(count, n), estimates.correlation(r, n),
        _mean(np.bincount(scores[part.rows])), trace, part.group, part.lumped,
    )  # fmt: skip
