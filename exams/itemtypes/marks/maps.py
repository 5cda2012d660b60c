"""QTI's map_response: points for each value by a table, and bounds to their sum."""

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from exams.itemtypes.marks import numbers

MAP_RESPONSE = "map-response"
FINEST, LARGEST = 1_000_000, 10_000


def mapped(key: Mapping[str, Any], values: Iterable[str]) -> Fraction:
    """The sum of the points of the values, each counted once; what the table does not name gets the default.

    `key` has `map` (value to points as text), and perhaps `default`, `lower`, `upper`. Source: IMS QTI 2.2, mapResponse.
    """
    table, default = key["map"], key.get("default", "0")
    total = sum((_points(table.get(value, default)) for value in set(values)), Fraction(0))
    return bounded(key, total)


def bounded(key: Mapping[str, Any], total: Fraction) -> Fraction:
    """Within the bounds that the key has."""
    if "lower" in key:
        total = max(total, _points(key["lower"]))
    return min(total, _points(key["upper"])) if "upper" in key else total


def most(key: Mapping[str, Any], groups: Iterable[Iterable[str]]) -> Fraction:
    """The most that a response can earn that takes one value, or none, of each group."""
    table, default = key["map"], key.get("default", "0")
    best = (max([Fraction(0), *(_points(table.get(value, default)) for value in group)]) for group in groups)
    return bounded(key, sum(best, Fraction(0)))


def least(key: Mapping[str, Any]) -> Fraction:
    """What a response earns that takes everything below zero, and nothing else."""
    said = [*key["map"].values(), key.get("default", "0")]
    return bounded(key, sum((min(_points(one), Fraction(0)) for one in said), Fraction(0)))


def faults(key: Mapping[str, Any], known: Iterable[str] | None) -> list[str]:
    """What is wrong with the table and the bounds, in words for the author; `known` are the values that may stand
    in the table, None for any."""
    found = []
    names = set(known) if known is not None else set(key["map"])
    if not key["map"]:
        found.append("no answer has points")
    if not set(key["map"]) <= names:
        found.append("the points name an answer that is not there")
    said = [*key["map"].values(), *(key[name] for name in ("default", "lower", "upper") if name in key)]
    if any(numbers.points(one) is None for one in said):
        return [*found, 'points and bounds are numbers such as "1", "0.5" or "-1/3"']
    # Sums of them are stored as numerator and denominator, in eight bytes each.
    if any(_points(one).denominator > FINEST or abs(_points(one)) > LARGEST for one in said):
        found.append(f"points and bounds are at most {LARGEST:,}, and no finer than a millionth")
    if _points(key.get("default", "0")) > 0:
        found.append("what the table does not name must not earn points: the default is at most 0")
    if "lower" in key and "upper" in key and _points(key["lower"]) > _points(key["upper"]):
        found.append("the lower bound lies above the upper one")
    if "upper" in key and _points(key["upper"]) <= 0:
        found.append("the upper bound must be above 0")
    return found


def _points(said: str) -> Fraction:
    read = numbers.points(said)
    assert read is not None, "an item with such a key has faults, and can't go live"
    return read
