"""What every format of exchange shares: what a reader finds, how that becomes drafts, and what a format can't say.

A reader turns bytes into `Raw` items, said as a file of the library says them (`ItemType.written` reads that and
`ItemType.said` is the way back). A writer turns them into bytes. What a format has no place for stands in a note of
ours beside the item; it counts only as long as the rest of the item is what it was when the note was written.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from exams import itemtypes
from exams.itemtypes.parts import Written
from exams.rules import languages
from exams.rules.exchange import nodes
from exams.rules.items import key_digest, scenario_digest, version_digest
from exams.rules.library.banks import LEVELS, POOLS, read_kind
from lms.kit.content import Problems
from lms.kit.refusing import CannotRead as CannotRead  # every reader here says it of its files

MOST_BYTES = 20 * 1024 * 1024
MOST_ITEMS = 5_000
MOST_TEXT = 20_000  # characters in one text of an item
MOST_TITLE, MOST_CODE = 200, 40
PROVENANCE = {"author": 200, "source": 300, "edition": 100, "aids": 300}  # characters of each
NOTE = "auditorium"
WHYS = {"why", "why_true", "why_false", "looks_for"}


class Refused(Exception):
    """One item is refused. The text is the reason."""


@dataclass(frozen=True)
class Scenario:
    """A text that several items hang on, in the order of their places."""

    code: str
    title: str
    text: str
    losses: tuple[str, ...] = ()
    variants: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Its title and text in other languages, by language."""

    @property
    def digest(self) -> str:
        return scenario_digest(self.title, self.text)


@dataclass(frozen=True)
class Raw:
    """An item as a reader found it: `said` as in the library, `about` its pool, domain, level, clauses, controls, the
    code of its scenario with its place there, the identifiers of its enemies and its provenance, `variants` the same item in other
    languages, by language, each said whole."""

    identifier: str
    line: int
    said: Mapping[str, Any]
    about: Mapping[str, Any] = field(default_factory=dict)
    losses: tuple[str, ...] = ()
    variants: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Refusal:
    identifier: str
    line: int
    reason: str


@dataclass(frozen=True)
class Reading:
    items: tuple[Raw, ...] = ()
    refused: tuple[Refusal, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    left_out: tuple[Refusal, ...] = ()
    """What of the file is no item and no scenario, and goes unread."""


@dataclass(frozen=True)
class Incoming:
    """An item that may enter a bank as a draft. What `about` leaves out the importer has to say. What it says in other
    languages has its key, and differs in words alone."""

    identifier: str
    line: int
    written: Written
    about: Mapping[str, Any]
    losses: tuple[str, ...]
    variants: Mapping[str, Written] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """Canonical: of content, rationales and key, and of nothing else."""
        return digest(self.written)


@dataclass(frozen=True)
class Batch:
    items: tuple[Incoming, ...]
    refused: tuple[Refusal, ...]
    scenarios: tuple[Scenario, ...] = ()
    left_out: tuple[Refusal, ...] = ()


@dataclass(frozen=True)
class Outgoing:
    """An item that leaves a bank, and what it says in other languages, by language. They have its key."""

    code: str
    written: Written
    about: Mapping[str, Any]
    variants: Mapping[str, Written] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        return digest(self.written)

    @property
    def said(self) -> dict[str, Any]:
        return said_of(self.written)


@dataclass(frozen=True)
class Writing:
    """A file; the items that its format has no place for; and what of the others only our own note holds."""

    data: bytes
    left_out: tuple[Refusal, ...] = ()
    degraded: tuple[Refusal, ...] = ()


def digest(written: Written) -> str:
    return key_digest(version_digest(written.content, written.rationales), written.key)


def text_of(data: bytes, what: str) -> str:
    """The text of a file, its ends of line as \\n. Raises CannotRead where it is none, or is a page."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise CannotRead(
            "the file is not UTF-8 text: save it as UTF-8 and try again", data[: fault.start].count(b"\n") + 1
        ) from None
    if text.lstrip()[:200].lower().startswith(("<!doctype html", "<html")):
        raise CannotRead(f"the file is an HTML page, and not {what}", 1)
    if "\0" in text:
        raise CannotRead(
            f"the file is not {what}: it has null characters", text[: text.find("\0")].count("\n") + 1
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def batch(reading: Reading) -> Batch:
    """Every item that its kind finds without fault; the others are refused with what is wrong with them."""
    refuse_more(len(reading.items) + len(reading.refused))
    faults = _scenario_faults(reading.scenarios)
    known = {one.code: one for one in reading.scenarios}
    taken, refused = [], list(reading.refused)
    for raw in reading.items:
        try:
            taken.append(_hung(incoming(raw), known, faults))
        except Refused as fault:
            refused.append(Refusal(raw.identifier, raw.line, str(fault)))
    hung = {one.about.get("scenario") for one in taken}
    shared = tuple(one for one in known.values() if one.code in hung)
    return Batch(tuple(taken), tuple(refused), shared, reading.left_out)


def _scenario_faults(scenarios: Sequence[Scenario]) -> dict[str, str]:
    """Why the items of a scenario can't be taken, by its code."""
    faults: dict[str, str] = {}
    seen: dict[str, str] = {}
    for one in scenarios:
        if not one.text.strip() or not one.title.strip():
            faults[one.code] = "its scenario has no title or no text"
        if len(one.title) > MOST_TITLE or len(one.code) > MOST_CODE:
            faults[one.code] = (
                f"the title of its scenario is longer than {MOST_TITLE} characters, or its code than {MOST_CODE}"
            )
        if seen.setdefault(one.code, one.digest) != one.digest:
            faults[one.code] = f"two scenarios of the file have the code {one.code[:MOST_CODE]}"
        try:
            _refuse_odd_text([one.code, one.title, one.text])
        except Refused as fault:
            faults[one.code] = f"its scenario: {fault}"
    return faults


def _hung(item: Incoming, known: Mapping[str, Scenario], faults: Mapping[str, str]) -> Incoming:
    """The item on its scenario, with what was lost of that; by itself where the file has no such scenario."""
    code = item.about.get("scenario")
    if code is None:
        return item
    if code in faults:
        raise Refused(faults[code])
    if code in known:
        return replace(item, losses=(*item.losses, *known[code].losses))
    alone = {name: value for name, value in item.about.items() if name not in ("scenario", "place")}
    lost = f"its scenario {code} is not in the file: it stands by itself"
    return replace(item, about=alone, losses=(*item.losses, lost))


def incoming(raw: Raw) -> Incoming:
    """Raises Refused with every fault that the kind finds."""
    _refuse_odd_text(raw.about)
    if raw.said.get("kind") == "essay" and not raw.said.get("criteria"):
        raise Refused("an essay here needs a rubric, and the file has none for it")
    written = _written(raw.said, raw.line)
    about, strange = _about(raw.about)
    variants, lost = _variants(raw, written)
    return Incoming(raw.identifier, raw.line, written, about, (*raw.losses, *strange, *lost), variants)


def _written(said: Mapping[str, Any], line: int) -> Written:
    """What the kind makes of what is said; raises Refused with every fault that it finds."""
    _refuse_odd_text(said)
    problems = Problems()
    written = read_kind(nodes.of(said, line, problems), "note")
    if problems:
        raise Refused("; ".join(dict.fromkeys(problem.message for problem in problems)))
    whys = {name: "" if why == nodes.NO_RATIONALE else why for name, why in written.rationales.items()}
    return Written(written.content, written.key, whys)


def _variants(raw: Raw, of: Written) -> tuple[dict[str, Written], tuple[str, ...]]:
    """Those that may stand beside the item, by language, and why others do not."""
    found: dict[str, Written] = {}
    lost = []
    for language, said in raw.variants.items():
        try:
            if language not in languages.OTHERS:
                raise Refused("the language is unknown here")
            found[language] = _variant(said, raw.line, of)
        except Refused as fault:
            lost.append(f"its text in {line(str(language))[:20]} is left out: {fault}")
    return found, tuple(lost)


def _variant(said: Any, number: int, of: Written) -> Written:
    if not isinstance(said, Mapping):
        raise Refused(said if isinstance(said, str) else "it can't be read")
    made = _written(said, number)
    faults = languages.variant_faults(of.content, of.key, of.rationales, made.content, made.rationales)
    if faults:
        raise Refused("; ".join(faults))
    if made.key != of.key or not languages.fits(of.content, made.content):
        raise Refused("more than its words differs from the item")
    return made


def as_pairs(said: Mapping[str, Any]) -> Mapping[str, Any]:
    """A matrix as the pairs that other programs know: a partner, which may be another row's too, for each row."""
    if said["kind"] != "matrix":
        return said
    prompts = [{"text": row["text"], "match": row["right"], "why": row["why"]} for row in said["rows"]]
    return {"kind": "matching", "stem": said["stem"], "partners": said["columns"], "prompts": prompts}


def refuse_more(items: int) -> None:
    """Raises CannotRead as soon as a file has more items than a batch may have, and not after reading all of it."""
    if items > MOST_ITEMS:
        raise CannotRead(f"the file has more than {MOST_ITEMS} items: split it")


def line(text: str) -> str:
    """A text on one line, for names and identifiers."""
    return " ".join(text.split())


def said_of(written: Written) -> dict[str, Any]:
    return itemtypes.of(written.content["kind"]).said(written.content, written.key, written.rationales)


def odd(value: Any) -> bool:
    """Whether some text in it is one that no page shows and no table keeps."""
    try:
        _refuse_odd_text(value)
    except Refused:
        return True
    return False


def _refuse_odd_text(value: Any, depth: int = 0) -> None:
    """What no page shows and no table keeps: control characters, halves of characters, texts without end."""
    if depth > 8:
        raise Refused("the item is nested too deeply")
    if isinstance(value, Mapping):
        for name, one in value.items():
            _refuse_odd_text(name, depth + 1)
            _refuse_odd_text(one, depth + 1)
    elif isinstance(value, list | tuple):
        for one in value:
            _refuse_odd_text(one, depth + 1)
    elif isinstance(value, str):
        if len(value) > MOST_TEXT:
            raise Refused(f"a text has {len(value)} characters, and may have {MOST_TEXT}")
        if any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t" for one in value):
            raise Refused("a text has control characters")


def _about(said: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[str, ...]]:
    """What is known of pool, domain, level, clauses, controls, scenario, place and enemies, and what was said and is none."""
    known: dict[str, Any] = {}
    losses = []
    domain, place = said.get("domain"), said.get("place")
    fits = {
        "pool": said.get("pool") in POOLS,
        "level": said.get("level") in LEVELS,
        "domain": isinstance(domain, int) and not isinstance(domain, bool) and 1 <= domain <= 99,
        "clauses": _texts(said.get("clauses")),
        "controls": _texts(said.get("controls")),
        "scenario": isinstance(said.get("scenario"), str) and bool(said["scenario"]),
        "place": isinstance(place, int) and not isinstance(place, bool) and 0 <= place <= 32_767,
        "enemies": _texts(said.get("enemies")),
        "provenance": _is_provenance(said.get("provenance")),
    }
    for name, value in said.items():
        if fits.get(name):
            known[name] = value
        elif name in fits:
            losses.append(f"the {name} of the item is unknown here, and is left out")
    if _texts(said.get("variants")) and said["variants"]:
        named = ", ".join(said["variants"])[:80]
        losses.append(
            f"its texts in other languages ({named}) are left out: they are written and approved here"
        )
    return known, tuple(losses)


def _is_provenance(value: Any) -> bool:
    return (
        isinstance(value, Mapping)
        and set(value) <= PROVENANCE.keys()
        and all(isinstance(one, str) and len(one) <= PROVENANCE[name] for name, one in value.items())
    )


def _texts(value: Any) -> bool:
    return (
        isinstance(value, Sequence)
        and not isinstance(value, str)
        and all(isinstance(one, str) for one in value)
    )
