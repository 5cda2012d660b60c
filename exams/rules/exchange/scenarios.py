"""Scenarios in the exchange: the shared text, the items in their order, and the digest of all that a file says."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from exams.itemtypes.parts import Written
from exams.rules import items as item_rules
from exams.rules import languages
from exams.rules.exchange.frame import Outgoing, Scenario, odd
from exams.rules.exchange.frame import digest as digest_of
from lms.kit import digests

GONE = "the note beside the scenario can't be read: its code and title are those of the file"
CHANGED = "the scenario's text was changed since it was exported: it is taken as the file has it, without other languages"


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


def note(scenario: Scenario, native: str, *, language: str = "") -> str:
    """What a format leaves out of a scenario, as one line of JSON; `native` is the text that a reader finds. With
    `language` it is the note of what a scenario says in that language."""
    held: dict[str, Any] = {"scenario": {"code": scenario.code, "title": scenario.title}, "of": _mark(native)}
    if native != scenario.text:
        held["scenario"]["text"] = scenario.text
    if scenario.variants:
        held["variants"] = {name: dict(said) for name, said in scenario.variants.items()}
    if language:
        held["language"] = language
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
    variants, lost = _variants(held.get("variants"))
    return Scenario(code, title, said.get("text") or found.text, lost, variants)


def language_of(text: str) -> str:
    """The language whose words a scenario with this note has; nothing for a scenario of its own."""
    said = (_held(text) or {}).get("language") if text else None
    return said if isinstance(said, str) else ""


def with_variants(scenario: Scenario, said: Mapping[str, Mapping[str, str]]) -> Scenario:
    """The scenario with what it says in these languages, as its file has it."""
    variants, lost = _variants(said)
    return replace(scenario, variants={**scenario.variants, **variants}, losses=(*scenario.losses, *lost))


def is_note(text: str) -> bool:
    """Whether a note is that of a scenario."""
    return _held(text) is not None


def canonical(
    items: Iterable[tuple[str, str, Mapping[str, Any], Mapping[str, Written]]], scenarios: Iterable[Scenario]
) -> str:
    """One digest of identifiers' items: what each says and how it is described, which text it hangs on at which
    place, who its enemies are, and what items and scenarios say in other languages. Codes count for nothing: an item can
    have another one in another bank.

    `items` are identifier, digest, description and variants, as `Outgoing` and `Incoming` have them.
    """
    said = {identifier: (digest, about, variants) for identifier, digest, about, variants in items}
    shared = list(scenarios)
    texts = {one.code: item_rules.scenario_digest(one.title, one.text) for one in shared}
    lines = [
        {
            "item": digest,
            "about": {name: about[name] for name in OWN if name in about},
            "scenario": texts.get(about.get("scenario", ""), ""),
            "place": about.get("place", 0) if about.get("scenario") in texts else 0,
            "enemies": sorted(said[code][0] for code in about.get("enemies", ()) if code in said),
        }
        | _languages({name: digest_of(one) for name, one in variants.items()})
        for digest, about, variants in said.values()
    ]
    whole = sorted(lines, key=digests.digest)
    told: dict[str, Any] = {"items": whole, "scenarios": sorted(texts.values())}
    translated = [
        {"scenario": texts[one.code]}
        | _languages({name: dict(words) for name, words in one.variants.items()})
        for one in shared
        if one.variants
    ]
    return digests.digest(
        told | ({"translated": sorted(translated, key=digests.digest)} if translated else {})
    )


def _languages(said: Mapping[str, Any]) -> dict[str, Any]:
    """What is said in other languages; nothing for what has none, whose digest is as it was before there were any."""
    return {"languages": dict(said)} if said else {}


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


def _variants(said: Any) -> tuple[dict[str, dict[str, str]], tuple[str, ...]]:
    """Titles and texts by language, and what of them is left out."""
    found, lost = {}, []
    for language, words in said.items() if isinstance(said, Mapping) else ():
        whole = isinstance(words, Mapping) and all(
            isinstance(words.get(name), str) and words[name].strip() for name in ("title", "text")
        )
        if whole and language in languages.OTHERS and not odd(words):
            found[language] = {"title": words["title"], "text": words["text"]}
        else:
            lost.append(
                f"its scenario's text in {str(language)[:20]} is left out: it is none that can be taken"
            )
    return found, tuple(lost)


def _mark(text: str) -> str:
    return digests.digest(text)[:16]
