"""Scenarios in the exchange: the shared text, the items in their order, and the digest of all that a file says."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from exams.rules import items as item_rules
from exams.rules.exchange.frame import Outgoing, Scenario
from lms.kit import digests

GONE = "the note beside the scenario can't be read: its code and title are those of the file"
CHANGED = "the scenario's text was changed since it was exported: it is taken as the file has it"


@dataclass(frozen=True)
class Found:
    """A scenario as a format says it by itself, before its note is read."""

    code: str
    title: str
    text: str
    losses: tuple[str, ...] = ()


def in_order(
    items: Sequence[Outgoing], scenarios: Sequence[Scenario]
) -> Iterator[tuple[Scenario | None, list[Outgoing]]]:
    """First the items that stand by themselves, then each scenario with its own, in their places."""
    known = {one.code for one in scenarios}
    yield None, [one for one in items if one.about.get("scenario") not in known]
    for scenario in scenarios:
        hanging = [one for one in items if one.about.get("scenario") == scenario.code]
        yield scenario, sorted(hanging, key=lambda one: int(one.about.get("place", 0)))


def note(scenario: Scenario, native: str) -> str:
    """What a format leaves out of a scenario, as one line of JSON; `native` is the text that a reader finds."""
    held: dict[str, Any] = {"scenario": {"code": scenario.code, "title": scenario.title}, "of": _mark(native)}
    if native != scenario.text:
        held["scenario"]["text"] = scenario.text
    return json.dumps(held, sort_keys=True, ensure_ascii=True)


def restored(found: Found, text: str) -> Scenario:
    """The scenario with what its note says; a note that does not fit its text any more is named as a loss."""
    held = _held(text) if text else {}
    if held is None:
        return Scenario(found.code, found.title, found.text, (*found.losses, GONE))
    said = held.get("scenario", {})
    code, title = said.get("code") or found.code, said.get("title") or found.title
    if not held:
        return Scenario(code, title, found.text, found.losses)
    if held.get("of") != _mark(found.text):
        return Scenario(code, title, found.text, (*found.losses, CHANGED))
    return Scenario(code, title, said.get("text") or found.text)


def is_note(text: str) -> bool:
    """Whether a note is that of a scenario."""
    return _held(text) is not None


def canonical(items: Iterable[tuple[str, str, Mapping[str, Any]]], scenarios: Iterable[Scenario]) -> str:
    """One digest of identifiers' items: what each says and how it is described, which text it hangs on at which
    place, and who its enemies are. Codes count for nothing: an item can have another one in another bank.

    `items` are identifier, digest and description, as `Outgoing` and `Incoming` have them.
    """
    said = {identifier: (digest, about) for identifier, digest, about in items}
    texts = {one.code: item_rules.scenario_digest(one.title, one.text) for one in scenarios}
    lines = [
        {
            "item": digest,
            "about": {name: about[name] for name in OWN if name in about},
            "scenario": texts.get(about.get("scenario", ""), ""),
            "place": about.get("place", 0) if about.get("scenario") in texts else 0,
            "enemies": sorted(said[code][0] for code in about.get("enemies", ()) if code in said),
        }
        for digest, about in said.values()
    ]
    whole = sorted(lines, key=digests.digest)
    return digests.digest({"items": whole, "scenarios": sorted(texts.values())})


OWN = ("pool", "domain", "level", "clauses", "controls")


def _held(text: str) -> dict[str, Any] | None:
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        return None
    said = held.get("scenario") if isinstance(held, dict) else None
    if not isinstance(said, dict) or not all(isinstance(one, str) for one in said.values()):
        return None
    return dict(held)


def _mark(text: str) -> str:
    return digests.digest(text)[:16]
