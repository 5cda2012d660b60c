"""Points for an order, by nine strategies that are known by these names. Each gives 0 to 1, and 1 to the right order.

`given` holds what stands at each place, or None at a place that was left open; `right` the same for the right
order, of at least two. Source: Moodle's ordering question type, whose names and numbers these follow.
"""

from bisect import bisect_left
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import combinations, pairwise

type Order = Sequence[str | None]
type Strategy = Callable[[Order, Sequence[str]], Fraction]

END = object()  # what stands before the first place and after the last


def all_or_nothing(given: Order, right: Sequence[str]) -> Fraction:
    return Fraction(list(given) == list(right))


def absolute_position(given: Order, right: Sequence[str]) -> Fraction:
    """A part for each that stands at its own place."""
    return Fraction(sum(one == other for one, other in zip(given, right, strict=True)), len(right))


def relative_next_without_last(given: Order, right: Sequence[str]) -> Fraction:
    """A part for each that is followed by what follows it; the last has nothing to be followed by."""
    return Fraction(len(set(pairwise(given)) & set(pairwise(right))), len(right) - 1)


def relative_next_with_last(given: Order, right: Sequence[str]) -> Fraction:
    """The same, and a part for the last if it stands last."""
    after = set(pairwise([*given, END])) & set(pairwise([*right, END]))
    return Fraction(len(after), len(right))


def relative_neighbours_one(given: Order, right: Sequence[str]) -> Fraction:
    """Two parts for each: one for the neighbour before it, one for the neighbour after it; the ends are neighbours."""
    after = set(pairwise([*given, END])) & set(pairwise([*right, END]))
    before = set(pairwise([END, *given])) & set(pairwise([END, *right]))
    return Fraction(len(after) + len(before), 2 * len(right))


def relative_neighbours_all(given: Order, right: Sequence[str]) -> Fraction:
    """For each a part for every other that stands on the right side of it."""
    placed = [one for one in given if one is not None]
    kept = set(combinations(placed, 2)) & set(combinations(right, 2))
    return Fraction(2 * len(kept), len(right) * (len(right) - 1))


def longest_ordered_run(given: Order, right: Sequence[str]) -> Fraction:
    """The most of them that stand in their order, whatever stands between; at least two."""
    ends: list[int] = []  # the least end of a run of each length: patience sorting
    for place in (right.index(one) for one in given if one is not None):
        at = bisect_left(ends, place)
        ends[at : at + 1] = [place]
    return _run(len(ends), len(right))


def longest_contiguous_run(given: Order, right: Sequence[str]) -> Fraction:
    """The most of them that follow one another without a gap, in either order; at least two."""
    follows = set(pairwise(right))
    longest = run = 1
    for pair in pairwise(given):
        run = run + 1 if pair in follows else 1
        longest = max(longest, run)
    return _run(longest, len(right))


def relative_to_correct(given: Order, right: Sequence[str]) -> Fraction:
    """For each n − 1 parts, less one for every place that it stands off its own."""
    most = len(right) - 1
    near = sum(most - abs(place - right.index(one)) for place, one in enumerate(given) if one is not None)
    return Fraction(near, len(right) * most)


def _run(length: int, of: int) -> Fraction:
    return Fraction(length, of) if length >= 2 else Fraction(0)


STRATEGIES: dict[str, Strategy] = {
    "all-or-nothing": all_or_nothing,
    "absolute-position": absolute_position,
    "relative-next-without-last": relative_next_without_last,
    "relative-next-with-last": relative_next_with_last,
    "relative-neighbours-one": relative_neighbours_one,
    "relative-neighbours-all": relative_neighbours_all,
    "longest-ordered-run": longest_ordered_run,
    "longest-contiguous-run": longest_contiguous_run,
    "relative-to-correct": relative_to_correct,
}
