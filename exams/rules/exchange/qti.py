"""QTI items and packages, 2.1, 2.2 and 3.0: reading. https://www.imsglobal.org/spec/qti/v3p0

The three differ in spelling: choiceInteraction is qti-choice-interaction in 3.0, responseIdentifier
response-identifier. Here every name is read without qti-, hyphens and capitals.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

from exams.itemtypes.marks import choices, maps
from exams.rules.exchange import frame, left_out, markup, notes, scenarios
from exams.rules.exchange.frame import CannotRead, Raw, Reading, Refusal, Refused, Scenario
from exams.rules.exchange.package import Package
from exams.rules.exchange.qti_parts import as_html, as_text, attribute, bounds, correct, mapping, name
from lms.kit import xml
from lms.kit.archives import beside

NOTE = f"data-{frame.NOTE}"
VARIANT = "variant"  # the whole note of an item in another language, in files from before these were taken in
INLINE = {"textentryinteraction", "inlinechoiceinteraction"}
ESSAY = "extendedtextinteraction"


def read(data: bytes) -> Reading:
    """One item, or a package of them with the texts that they share. Raises CannotRead."""
    if not data.startswith(b"PK"):
        return _alone(data)
    package = Package(data)
    items: list[Raw] = []
    refused: list[Refusal] = []
    shared = _Shared(package)
    found: list[tuple[str, str, Element]] = []
    others: dict[str, dict[str, Raw | str]] = {}
    for identifier, path in package.items():
        if not path:
            refused.append(Refusal(identifier, 0, "its address leads out of the package"))
            continue
        try:
            root = _root(package.read(path))
        except CannotRead as fault:
            refused.append(Refusal(identifier or path, fault.line, f"{path}: {fault.reason}"))
            continue
        note = next((one.get(NOTE, "") for one in root if name(one) == "itembody"), "")
        if language := notes.language_of(note):
            others.setdefault(frame.line(attribute(root, "title")), {})[language] = _variant(root)
        elif note != VARIANT:
            found.append((_identifier(root, identifier), path, root))
    for named, path, root in found:
        try:
            raw = _with(item(named, root), others.pop(frame.line(attribute(root, "title")), {}))
            items.append(shared.hang(raw, path, root))
        except Refused as fault:
            refused.append(Refusal(named, 0, f"{path}: {fault}"))
    alone = "it is an item in another language, and its item is not in the file"
    refused += [Refusal(code, 0, f"{alone}: {', '.join(said)}") for code, said in others.items()]
    return Reading(tuple(items), tuple(refused), tuple(shared.scenarios), tuple(left_out.of(package)))


def _variant(root: Element) -> Raw | str:
    """What an item says in another language, or why it can't be read."""
    try:
        return item("", root)
    except Refused as fault:
        return str(fault)


def _with(raw: Raw, others: Mapping[str, Raw | str]) -> Raw:
    """The item with what files beside it say in other languages; where it was changed since, they say another item."""
    if not others:
        return raw
    if raw.losses:
        return replace(raw, losses=(*raw.losses, f"its texts in {', '.join(others)} are left out"))
    lost = [
        f"in {language}: {loss}"
        for language, said in others.items()
        if isinstance(said, Raw)
        for loss in said.losses
    ]
    words = {language: said.said if isinstance(said, Raw) else said for language, said in others.items()}
    return replace(raw, losses=tuple(lost), variants=words)


def _alone(data: bytes) -> Reading:
    root = _root(data)
    identifier = _identifier(root, "item")
    try:
        found = item(identifier, root)
    except Refused as fault:
        return Reading((), (Refusal(identifier, 0, str(fault)),))
    if _stimulus(root) is not None:
        found = replace(
            found, losses=(*found.losses, "the text that it shares with others is not in the file")
        )
    return Reading((found,))


def _root(data: bytes) -> Element:
    root = xml.parse(data, "a QTI item")
    if name(root) != "assessmentitem":
        raise CannotRead(f"the file is not a QTI item: it begins with <{xml.name(root)[:40]}>", 1)
    return root


def _identifier(root: Element, default: str) -> str:
    return frame.line(attribute(root, "identifier"))[:200] or default


def _stimulus(root: Element) -> Element | None:
    return next((one for one in root if name(one) == "assessmentstimulusref"), None)


class _Shared:
    """The shared texts of a package, each read once, with how many items hang on it so far."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self.found: dict[str, Scenario | str] = {}
        self.hanging: dict[str, int] = {}

    @property
    def scenarios(self) -> list[Scenario]:
        """With what the package has of them in other languages."""
        shared = [one for one in self.found.values() if isinstance(one, Scenario)]
        others = self._in_other_languages() if shared else {}
        return [
            # A text that was changed since is not the one that was translated.
            scenarios.with_variants(one, others[one.code]) if one.code in others and not one.losses else one
            for one in shared
        ]

    def _in_other_languages(self) -> dict[str, dict[str, dict[str, str]]]:
        """Titles and texts by the scenario's code and language, as far as they can be read."""
        others: dict[str, dict[str, dict[str, str]]] = {}
        for _, path in self.package.stimuli():
            try:
                root = xml.parse(self.package.read(path), "a QTI stimulus")
                note = next((one.get(NOTE, "") for one in root if name(one) == "stimulusbody"), "")
                if language := scenarios.language_of(note):
                    said = stimulus(root)
                    words = {"title": said.title, "text": said.text}
                    others.setdefault(said.code, {})[language] = words
            except (CannotRead, Refused):
                continue
        return others

    def hang(self, raw: Raw, path: str, root: Element) -> Raw:
        """The item with the text that it names, at the next place unless its note says another. Raises Refused."""
        reference = _stimulus(root)
        if reference is None:
            return raw
        address = beside(path, attribute(reference, "href"))
        if not address:
            raise Refused("the address of its shared text leads out of the package")
        if address not in self.found:
            self.found[address] = self._read(address)
        scenario = self.found[address]
        if isinstance(scenario, str):
            raise Refused(f"its shared text: {scenario}")
        self.hanging[address] = self.hanging.get(address, 0) + 1
        about = {"place": self.hanging[address], **raw.about, "scenario": scenario.code}
        return replace(raw, about=about)

    def _read(self, address: str) -> Scenario | str:
        """The scenario, or why it can't be read."""
        try:
            return stimulus(xml.parse(self.package.read(address), "a QTI stimulus"))
        except CannotRead as fault:
            return fault.reason
        except Refused as fault:
            return str(fault)


def stimulus(root: Element) -> Scenario:
    """A shared text. Raises Refused."""
    if name(root) != "assessmentstimulus":
        raise Refused(f"the file begins with <{xml.name(root)[:40]}>, which is no QTI stimulus")
    body = next((one for one in root if name(one) == "stimulusbody"), None)
    if body is None:
        raise Refused("it has no body")
    text, lost = markup.plain(f"<div>{as_html(body, lambda one: '')}</div>")
    identifier = frame.line(attribute(root, "identifier"))[:40]
    title = frame.line(attribute(root, "title")) or identifier
    return scenarios.restored(scenarios.Found(identifier, title, text, lost), body.get(NOTE, ""))


def item(identifier: str, root: Element) -> Raw:
    """Raises Refused."""
    found = _Item(root)
    said = found.said()
    note = found.body.get(NOTE, "")
    title = frame.line(attribute(root, "title"))
    named = title if note and title else identifier
    raw = Raw(named, 0, said, {}, tuple(found.lost))
    return notes.restored(raw, note) if note else raw


class _Item:
    """One item while it is read: its declarations by identifier, and what is lost on the way."""

    def __init__(self, root: Element) -> None:
        self.lost: dict[str, None] = {}
        self.declared = {
            attribute(one, "identifier"): one for one in root if name(one) == "responsedeclaration"
        }
        body = next((one for one in root if name(one) == "itembody"), None)
        if body is None:
            raise Refused("the item has no body")
        self.body = body
        self.processing = next((one for one in root if name(one) == "responseprocessing"), None)
        self.interactions = [one for one in body.iter() if name(one).endswith("interaction")]

    def said(self) -> dict[str, Any]:
        if not self.interactions:
            raise Refused("the item has nothing to answer")
        kinds = [name(one) for one in self.interactions]
        if set(kinds) <= INLINE:
            return self._gaps() if len(kinds) > 1 or kinds[0] != "textentryinteraction" else self._entry()
        if len(kinds) > 1:
            raise Refused("several interactions in one item have no equal here")
        if kinds[0] not in READERS:
            raise Refused(f"the interaction <{xml.name(self.interactions[0])[:60]}> has no equal here")
        return READERS[kinds[0]](self, self.interactions[0])

    def text(self, *elements: Element, mark: Callable[[Element], str] = lambda one: "") -> str:
        """The plain text of elements, without interactions and feedback; `mark` stands for an interaction."""
        found, lost = markup.plain("<div>" + "<br/>".join(as_html(one, mark) for one in elements) + "</div>")
        self.lost.update(dict.fromkeys(lost))
        return found

    def stem(self, interaction: Element) -> str:
        prompts = [one for one in interaction if name(one) == "prompt"]
        return "\n".join(filter(None, [self.text(self.body), self.text(*prompts)]))

    def declaration(self, interaction: Element) -> Element:
        found = self.declared.get(attribute(interaction, "responseidentifier"))
        if found is None:
            raise Refused("the response is not declared")
        return found

    def template(self) -> str:
        """match, map, or nothing for a processing of its own."""
        said = (
            attribute(self.processing, "template").lower() if self.processing is not None else "match_correct"
        )
        if "map_response" in said:
            return "map"
        if "match_correct" in said:
            return "match"
        inner = [name(one) for one in self.processing.iter()] if self.processing is not None else []
        return "map" if "mapresponse" in inner else ""

    def rule(self) -> str:
        """map-response, or all-or-nothing; what is neither is named as lost."""
        found = self.template()
        if not found:
            self.lost["its own way of marking is left out: all or nothing stands in"] = None
        return maps.MAP_RESPONSE if found == "map" else choices.ALL_OR_NOTHING

    def why(self, element: Element) -> dict[str, str]:
        feedback = [one for one in element.iter() if name(one) == "feedbackinline"]
        said = self.text(*(as_text(one) for one in feedback)) if feedback else ""
        return {"why": said} if said else {}

    def _entry(self) -> dict[str, Any]:
        """One text or number to be typed."""
        declaration = self.declaration(self.interactions[0])
        stem = self.text(self.body, mark=lambda one: " _____ ").removesuffix("_____").strip()
        if attribute(declaration, "basetype") in ("float", "integer"):
            return {"kind": "numeric", "scoring": "nominal", "stem": stem, "unit": ""} | self._number(
                declaration
            )
        key = self._accepted(declaration)
        return {"kind": "text", "stem": stem} | key

    def _number(self, declaration: Element) -> dict[str, Any]:
        right = correct(declaration)
        if len(right) != 1:
            raise Refused(f"a number has {len(right)} right answers, and needs one")
        inner = self.processing.iter() if self.processing is not None else iter(())
        equal = next((one for one in inner if name(one) == "equal"), None)
        tolerance = "0"
        if equal is not None and attribute(equal, "tolerancemode") == "absolute":
            said = attribute(equal, "tolerance").split()
            tolerance = said[0] if said else "0"
            if len(set(said)) > 1:
                self.lost["the tolerance above is left out: that below holds for both sides"] = None
        elif equal is not None and attribute(equal, "tolerancemode") == "relative":
            self.lost["its relative tolerance is left out: the number has to be exact"] = None
        return {"answer": right[0], "tolerance": tolerance}

    def _accepted(self, declaration: Element) -> dict[str, Any]:
        entries = mapping(declaration)
        positive = {key: points for key, (points, _) in entries.items() if points > 0}
        case = any(sensitive for _, sensitive in entries.values()) if entries else True
        if self.rule() != maps.MAP_RESPONSE or not entries:
            return {"scoring": choices.ALL_OR_NOTHING, "accepted": correct(declaration), "case": case}
        if set(positive.values()) == {Fraction(1)} and len(positive) == len(entries):
            return {"scoring": choices.ALL_OR_NOTHING, "accepted": list(positive), "case": case}
        accepted = [{"text": key, "points": str(points)} for key, (points, _) in entries.items()]
        return {"scoring": maps.MAP_RESPONSE, "accepted": accepted, "case": case} | bounds(declaration)

    def _gaps(self) -> dict[str, Any]:
        gaps = [self._gap(one) for one in self.interactions]
        numbers = {id(one): number for number, one in enumerate(self.interactions, 1)}
        text = self.text(self.body, mark=lambda one: f"[[{numbers[id(one)]}]]")
        return {"kind": "gap", "scoring": "per-gap", "stem": "Fill the gaps.", "text": text, "gaps": gaps}

    def _gap(self, interaction: Element) -> dict[str, Any]:
        declaration = self.declaration(interaction)
        right = correct(declaration) or [
            max(found, key=lambda key: found[key][0]) for found in [mapping(declaration)] if found
        ]
        if name(interaction) == "inlinechoiceinteraction":
            options = {
                attribute(one, "identifier"): self.text(one)
                for one in interaction
                if name(one) == "inlinechoice"
            }
            if len(right) != 1 or right[0] not in options:
                raise Refused("a gap needs one of its choices as the right one")
            return {"options": list(options.values()), "right": options[right[0]]}
        if attribute(declaration, "basetype") in ("float", "integer") and right:
            return {"answer": right[0], "tolerance": "0", "unit": ""}
        entries = {key: found for key, found in mapping(declaration).items() if found[0] > 0}
        case = any(sensitive for _, sensitive in entries.values()) if entries else True
        return {"accepted": list(dict.fromkeys([*right, *entries])), "case": case}


def _choice(found: _Item, interaction: Element) -> dict[str, Any]:
    declaration = found.declaration(interaction)
    simple = {attribute(one, "identifier"): one for one in interaction if name(one) == "simplechoice"}
    right, entries = correct(declaration), mapping(declaration)
    several = attribute(declaration, "cardinality") == "multiple"
    if not right and entries:
        best = sorted(entries, key=lambda key: -entries[key][0])
        right = [key for key in best if entries[key][0] > 0] if several else best[:1]
    rule = found.rule() if entries else choices.ALL_OR_NOTHING
    if not entries:
        found.rule()
    texts = {key: found.text(one) for key, one in simple.items()}
    if not several and sorted(text.casefold() for text in texts.values()) == ["false", "true"]:
        return _true_false(found, simple, texts, right)
    options = [
        {"text": texts[key]}
        | found.why(one)
        | ({"right": True} if key in right else {})
        | ({"points": str(entries[key][0])} if rule == maps.MAP_RESPONSE and key in entries else {})
        for key, one in simple.items()
    ]
    kind = "multiple" if several else "single"
    said = {"kind": kind, "scoring": rule, "stem": found.stem(interaction), "options": options}
    return said | (bounds(declaration) if rule == maps.MAP_RESPONSE else {})


def _true_false(
    found: _Item, simple: dict[str, Element], texts: dict[str, str], right: list[str]
) -> dict[str, Any]:
    keys = {text.casefold(): key for key, text in texts.items()}
    whys = {f"why_{word}": found.why(simple[key]).get("why", "") for word, key in keys.items()}
    said = {
        "kind": "true-false",
        "scoring": choices.ALL_OR_NOTHING,
        "stem": found.stem(found.interactions[0]),
    }
    return said | {"right": right == [keys["true"]]} | {word: why for word, why in whys.items() if why}


def _match(found: _Item, interaction: Element) -> dict[str, Any]:
    sets = [one for one in interaction if name(one) == "simplematchset"]
    if len(sets) != 2:
        raise Refused("a match needs two sets")
    first, second = ({attribute(one, "identifier"): found.text(one) for one in part} for part in sets)
    declaration = found.declaration(interaction)
    entries = mapping(declaration)
    right = correct(declaration) or [key for key, (points, _) in entries.items() if points > 0]
    pairs = [pair.split() for pair in right]
    if any(len(pair) != 2 or pair[0] not in first or pair[1] not in second for pair in pairs):
        raise Refused("the key names a pair that is not there")
    partner = dict(pairs)
    if len(pairs) != len(partner) or set(partner) != set(first):
        raise Refused("each of the first set needs one partner in the second")
    rule = found.rule()
    if rule == maps.MAP_RESPONSE:
        rule = "per-pair"
        if len({entries[key][0] for key in right if key in entries}) != 1 or set(entries) != set(right):
            found.lost["the points of single pairs are left out: each pair earns the same"] = None
    prompts = [{"text": text, "match": second[partner[key]]} for key, text in first.items()]
    stem = found.stem(interaction)
    return {
        "kind": "matching",
        "scoring": rule,
        "stem": stem,
        "partners": list(second.values()),
        "prompts": prompts,
    }


def _order(found: _Item, interaction: Element) -> dict[str, Any]:
    texts = {
        attribute(one, "identifier"): found.text(one) for one in interaction if name(one) == "simplechoice"
    }
    right = correct(found.declaration(interaction))
    if sorted(right) != sorted(texts):
        raise Refused("the key must name each step once")
    found.rule()
    shown = [right.index(key) + 1 for key in texts]
    whys = {
        attribute(one, "identifier"): found.why(one) for one in interaction if name(one) == "simplechoice"
    }
    steps = [{"text": texts[key]} | whys[key] for key in right]
    said = {"kind": "ordering", "scoring": choices.ALL_OR_NOTHING, "stem": found.stem(interaction)}
    return said | {"steps": steps, "shown": shown}


def _essay(found: _Item, interaction: Element) -> dict[str, Any]:
    """Without its rubric, which QTI has no place for, its kind refuses it."""
    return {"kind": "essay", "scoring": "rubric", "stem": found.stem(interaction), "criteria": []}


READERS: dict[str, Callable[[_Item, Element], dict[str, Any]]] = {
    "choiceinteraction": _choice,
    "matchinteraction": _match,
    "orderinteraction": _order,
    ESSAY: _essay,
}
