"""What stands in a note of ours beside an item, since its format has no place for it, and how it comes back."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from exams.rules.exchange import frame, nodes
from exams.rules.exchange.frame import Outgoing, Raw
from lms.kit import digests

WORDS = {
    "why": "rationales",
    "why_true": "rationales",
    "why_false": "rationales",
    "scoring": "the scoring rule",
}


def note(
    outgoing: Outgoing, native: Mapping[str, Any], *, variants_apart: bool = False, language: str = ""
) -> str:
    """What the format leaves out, as one line of JSON; `native` is what a reader finds without it. With `language` it is
    the note of what an item says in that language; with `variants_apart` the file has such things in places of their
    own."""
    said = _filled(outgoing.said)
    found = _filled(native)
    differs = {name: value for name, value in said.items() if name not in found or found[name] != value}
    gone = {name: None for name in found if name not in said}
    held: dict[str, Any] = {"of": _mark(native), "said": differs | gone, "about": dict(outgoing.about)}
    if outgoing.variants and not variants_apart:
        held["variants"] = {name: frame.said_of(one) for name, one in outgoing.variants.items()}
    if language:
        held["language"] = language
    return json.dumps(held, sort_keys=True, ensure_ascii=True)


def language_of(note: str) -> str:
    """The language whose words an item with this note has; nothing for an item of its own."""
    try:
        held = json.loads(note)
    except (ValueError, RecursionError):
        return ""
    said = held.get("language") if isinstance(held, dict) else None
    return said if isinstance(said, str) else ""


def behind(outgoing: Outgoing, native: Mapping[str, Any]) -> tuple[str, ...]:
    """What of an item only its note holds, so that other programs do not see it; in words."""
    said, found = _filled(outgoing.said), _filled(native)
    names = dict.fromkeys(
        inner
        for name, value in said.items()
        if found.get(name) != value
        for inner in _apart(name, value, found.get(name))
    )
    return (f"only our own note holds of it: {', '.join(names)}",) if names else ()


def _apart(name: str, value: Any, other: Any) -> Iterator[str]:
    """The member itself, or where it is a list of parts the names in which they differ."""
    if not isinstance(value, list) or not isinstance(other, list) or len(value) != len(other):
        yield WORDS.get(name, name)
        return
    for one, two in zip(value, other, strict=True):
        if isinstance(one, Mapping) and isinstance(two, Mapping):
            yield from (str(WORDS.get(part, part)) for part in one if one[part] != two.get(part))
        elif one != two:
            yield WORDS.get(name, name)


def restored(raw: Raw, text: str) -> Raw:
    """The item with what its note says. A note that does not fit the item any more is named as a loss."""
    try:
        held = json.loads(text)
    except (ValueError, RecursionError):
        held = None
    if not isinstance(held, dict) or not isinstance(held.get("said"), dict):
        return _without(raw, "the note beside the item can't be read")
    about = held["about"] if isinstance(held.get("about"), dict) else {}
    known = Raw(raw.identifier, raw.line, raw.said, {**raw.about, **about}, raw.losses)
    if held.get("of") != _mark(raw.said):
        lost = "the item was changed since it was exported: what only its note says is left out"
        return _without(known, f"{lost}, and what it says in other languages")
    merged = {**raw.said, **held["said"]}
    said = {name: value for name, value in merged.items() if value is not None}
    noted = held["variants"] if isinstance(held.get("variants"), dict) else {}
    return Raw(raw.identifier, raw.line, said, known.about, (), noted)


def _without(raw: Raw, loss: str) -> Raw:
    return Raw(raw.identifier, raw.line, raw.said, raw.about, (*raw.losses, loss))


def _mark(said: Mapping[str, Any]) -> str:
    return digests.digest(_textual(_filled(said)))[:16]


def _textual(value: Any) -> Any:
    """Plain data that has a canonical form: floats as text."""
    if isinstance(value, Mapping):
        return {str(name): _textual(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_textual(one) for one in value]
    return repr(value) if isinstance(value, float) else value


def _filled(value: Any) -> Any:
    """What is said, less rationales that are empty: a missing one and an empty one are the same."""
    if isinstance(value, Mapping):
        return {
            name: _filled(one)
            for name, one in value.items()
            if not (name in frame.WHYS and one in ("", nodes.NO_RATIONALE))
        }
    return [_filled(one) for one in value] if isinstance(value, list | tuple) else value
