"""What a new version of a scheme changes, rule by rule, and which levels' holders each change touches."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

# Rules that bear on whoever holds a certificate, at whatever level.
OF_THE_SCHEME: Final = ("validity_years", "grace_days", "maintenance", "renewal", "appeals", "applications")
# Rules of a level: what is asked for at renewal by exam or upgrade, and to maintain it.
OF_A_LEVEL: Final = ("title", "decided_by", "cpd_hours", "requirements")


@dataclass(frozen=True)
class Change:
    """One rule that differs: at which level (empty: all), what was and what will be, as plain values.

    `levels` are the keys of the levels that it touches."""

    level: str
    rule: str
    before: Any
    after: Any
    levels: tuple[str, ...]


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """The rules that differ between two versions' data; texts for reading alone are left out, save the code of
    ethics, which everyone has to sign anew."""
    levels = tuple(level["key"] for level in old["levels"])
    found: list[Change] = []
    for rule in OF_THE_SCHEME:
        before, after = _ruling(old.get(rule)), _ruling(new.get(rule))
        if isinstance(before, dict) and isinstance(after, dict):
            found += _between(rule, before, after, levels)
        elif before != after:
            found.append(Change("", rule, before, after, levels))
    code = ("code_of_ethics", "version")
    if old[code[0]][code[1]] != new[code[0]][code[1]]:
        found.append(Change("", "code_of_ethics", old[code[0]][code[1]], new[code[0]][code[1]], levels))
    return tuple(found + _levels(old["levels"], new["levels"]) + _fees(old["fees"], new["fees"]))


def _between(
    rule: str, before: dict[str, Any], after: dict[str, Any], levels: tuple[str, ...]
) -> list[Change]:
    return [
        Change("", f"{rule}.{key}", before.get(key), after.get(key), levels)
        for key in dict.fromkeys([*before, *after])
        if before.get(key) != after.get(key)
    ]


def _ruling(value: Any) -> Any:
    """A group of rules without its words."""
    words = ("text", "sample", "unmet")
    return {key: one for key, one in value.items() if key not in words} if isinstance(value, dict) else value


def _levels(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[Change]:
    before, after = {one["key"]: one for one in old}, {one["key"]: one for one in new}
    found = []
    for key in dict.fromkeys([*before, *after]):
        if key not in before or key not in after:
            gone = key not in after
            found.append(
                Change(key, "level", "offered" if gone else None, None if gone else "offered", (key,))
            )
            continue
        for rule in OF_A_LEVEL:
            was, will = _asked(before[key][rule]), _asked(after[key][rule])
            if rule == "requirements":
                found += [
                    Change(key, kind, was.get(kind), will.get(kind), (key,))
                    for kind in dict.fromkeys([*was, *will])
                    if was.get(kind) != will.get(kind)
                ]
            elif was != will:
                found.append(Change(key, rule, was, will, (key,)))
    return found


def _asked(value: Any) -> Any:
    return {one["kind"]: one["amounts"] for one in value} if isinstance(value, list) else value


def _fees(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> list[Change]:
    def by_level(fees: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], tuple[int, str]]:
        return {
            (level, fee["key"]): (fee["amount"], fee["currency"]) for fee in fees for level in fee["levels"]
        }

    before, after = by_level(old), by_level(new)
    return [
        Change(level, f"fee.{key}", before.get((level, key)), after.get((level, key)), (level,))
        for level, key in dict.fromkeys([*before, *after])
        if before.get((level, key)) != after.get((level, key))
    ]
