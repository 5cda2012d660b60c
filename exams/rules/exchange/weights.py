"""Shares of an item's points for each option, as Moodle and GIFT write them, and the scoring rules that say the same."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from exams.itemtypes.marks import choices, maps

CLOSE = Fraction(1, 10_000)


def share(percent: str) -> Fraction | None:
    """A percentage as a share of one: 33.33333 is a third. None for what is no number."""
    try:
        said = Fraction(percent.strip().replace(",", "."))
    except (ValueError, ZeroDivisionError):
        return None
    if abs(said) > 1_000_000:
        return None
    near = (said / 100).limit_denominator(20)
    return near if abs(near - said / 100) < CLOSE else said / 100


def single(shares: Sequence[Fraction]) -> tuple[str, int]:
    """The rule, and the place of the right option: the one that earns most."""
    best = max(range(len(shares)), key=lambda place: shares[place])
    rest = [one for place, one in enumerate(shares) if place != best]
    if shares[best] == 1 and not any(rest):
        return choices.ALL_OR_NOTHING, best
    if shares[best] == 1 and rest and set(rest) == {Fraction(-1, len(rest))}:
        return choices.RIGHT_MINUS_WRONG, best
    return maps.MAP_RESPONSE, best


def multiple(shares: Sequence[Fraction]) -> str:
    """The rule; an option is right where it earns something."""
    hits = [one for one in shares if one > 0]
    rest = [one for one in shares if one <= 0]
    if hits and rest and set(hits) == {Fraction(1, len(hits))} and set(rest) == {Fraction(-1, len(rest))}:
        return choices.HITS_MINUS_FALSE
    return maps.MAP_RESPONSE


def said(
    kind: str, stem: str, options: Sequence[Mapping[str, Any]], shares: Sequence[Fraction]
) -> dict[str, Any]:
    """The item as the library says it. `options` have text and why, in the order of `shares`."""
    if kind == "single":
        rule, best = single(shares)
        right = {best}
    else:
        rule = multiple(shares)
        right = {place for place, one in enumerate(shares) if one > 0}
    found = [
        dict(option)
        | ({"right": True} if place in right else {})
        | ({"points": str(one)} if rule == maps.MAP_RESPONSE else {})
        for place, (option, one) in enumerate(zip(options, shares, strict=True))
    ]
    bounds = {"lower": "0", "upper": "1"} if rule == maps.MAP_RESPONSE and kind == "multiple" else {}
    return {"kind": kind, "scoring": rule, "stem": stem, "options": found} | bounds


def of(said: Mapping[str, Any]) -> list[Fraction]:
    """The shares that come nearest to the item's own rule."""
    options = said["options"]
    right = [bool(option.get("right")) for option in options]
    hits, rest = sum(right), len(right) - sum(right)
    rule = said["scoring"]
    if rule == maps.MAP_RESPONSE:
        points = [Fraction(option.get("points", said.get("default", "0"))) for option in options]
        return points if max(map(abs, points)) <= 1 else [one / max(map(abs, points)) for one in points]
    loses = rule in (choices.RIGHT_MINUS_WRONG, choices.HITS_MINUS_FALSE)
    # All or nothing has no equal among shares: any wrong choice takes all.
    wrong = Fraction(-1, rest) if loses and rest else Fraction(-1 if said["kind"] == "multiple" else 0)
    return [Fraction(1, hits) if one else wrong for one in right]


def percent(share: Fraction) -> str:
    """As Moodle writes it: five digits after the point, and none that say nothing."""
    return f"{float(share * 100):.5f}".rstrip("0").rstrip(".")
