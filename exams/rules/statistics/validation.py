"""Signs that a key may be wrong, and times that are odd. Leads for people; nothing is decided by them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from exams.rules.statistics.classical import Classical, Item
from exams.rules.statistics.estimates import Reason
from exams.rules.statistics.reading import Responses

HARD, EASY, WEAK = 0.2, 0.95, 0.05
FAR = 3.5  # of the modified z, by Iglewicz and Hoaglin (1993)
LISTED = 100


class Sign(StrEnum):
    HARD = "hard"  # p < .2
    EASY = "easy"  # p > .95
    WEAK = "weak"  # corrected point-biserial < .05
    DISTRACTOR = "distractor"  # a distractor that correlates above the key


@dataclass(frozen=True)
class Flag:
    item: str
    sign: Sign
    value: float
    option: str = ""


@dataclass(frozen=True)
class Times:
    """Persons whose time is far from the median, in logarithms."""

    median: float | None
    quick: tuple[str, ...] = ()
    slow: tuple[str, ...] = ()
    many: int = 0
    reason: Reason | None = None


def flags(found: Classical) -> tuple[Flag, ...]:
    return tuple(flag for item in found.items for flag in _of(item))


def _of(item: Item) -> Sequence[Flag]:
    signs = []
    if item.p.known < HARD:
        signs.append(Flag(item.name, Sign.HARD, item.p.known))
    if item.p.known > EASY:
        signs.append(Flag(item.name, Sign.EASY, item.p.known))
    if item.r_corrected.value is not None and item.r_corrected.value < WEAK:
        signs.append(Flag(item.name, Sign.WEAK, item.r_corrected.value))
    # No answer is no distractor, though it has a line in the table of options.
    keys: dict[str, float] = {}
    for option in item.options:
        if option.is_key and option.r.value is not None:
            keys[option.group] = max(option.r.value, keys.get(option.group, option.r.value))
    for option in item.options:
        r = option.r.value
        is_distractor = option.code and not option.is_key and not option.lumped
        if is_distractor and r is not None and r > keys.get(option.group, 0.0):
            signs.append(Flag(item.name, Sign.DISTRACTOR, r, option.code))
    return signs


def times(responses: Responses) -> Times:
    """.6745 (log t − median) / MAD beyond ±3.5; a time of 0 is as quick as can be."""
    given = responses.total_time
    if given is None or not np.isfinite(given).any():
        return Times(None, reason=Reason.NO_TIMES)
    logs = np.log(np.maximum(given, 1e-9))
    median = float(np.nanmedian(logs))
    spread = float(np.nanmedian(np.abs(logs - median)))
    if not spread:
        return Times(float(np.exp(median)), reason=Reason.CONSTANT)
    z = 0.6745 * (logs - median) / spread
    quick, slow = np.flatnonzero(z < -FAR), np.flatnonzero(z > FAR)
    quick, slow = quick[np.argsort(z[quick], kind="stable")], slow[np.argsort(-z[slow], kind="stable")]
    return Times(
        float(np.exp(median)),
        tuple(responses.person(int(row)) for row in quick[:LISTED]),
        tuple(responses.person(int(row)) for row in slow[:LISTED]),
        len(quick) + len(slow),
    )
