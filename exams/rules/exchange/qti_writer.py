"""QTI 3.0: writing a package of items. What QTI has no place for stands in a data attribute of the item's body."""

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree as Xml

from exams.itemtypes.marks import choices, maps
from exams.rules.exchange import notes, package, qti, scenarios, weights
from exams.rules.exchange.frame import Outgoing, Refusal, Refused, Scenario, Writing
from exams.rules.languages import OWN
from lms.kit import archives, xml

SPACE = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
TEMPLATES = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/"
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
RESPONSE, TEST = "RESPONSE", "test.xml"
Texts = Mapping[
    str, tuple[str, Xml.Element | None]
]  # the file of a shared text and what is in it, by language
UNFIT = "QTI has no place for a text with a character that XML can't hold"


def write(items: Sequence[Outgoing], shared: Sequence[Scenario] = ()) -> Writing:
    """A package. A scenario is a stimulus that its items name, and a section that keeps them together in order."""
    files = _Files()
    for scenario, hanging in scenarios.in_order(items, shared):
        if scenario is None:
            files.add_items(hanging)
        elif not hanging:
            continue
        elif _unfit(root := _stimulus(scenario, len(files.sections) + 1)):
            files.left_out += [Refusal(one.code, 0, f"{UNFIT} in its scenario") for one in hanging]
        else:
            files.add_set(scenario, root, hanging)
    held = {name: _bytes(root) for name, root in files.roots.items()}
    if files.sections:
        held[TEST] = _bytes(_test(files.sections))
    data = archives.pack({package.MANIFEST: _bytes(_manifest(list(held), files.rests_on)), **held})
    return Writing(data, tuple(files.left_out), tuple(files.degraded))


class _Files:
    """The files of a package while it is written."""

    def __init__(self) -> None:
        self.roots: dict[str, Xml.Element] = {}
        self.rests_on: dict[str, str] = {}
        self.sections: list[tuple[str, list[str]]] = []
        self.left_out: list[Refusal] = []
        self.degraded: list[Refusal] = []
        self.items = 0

    def add_set(self, scenario: Scenario, root: Xml.Element, items: Sequence[Outgoing]) -> None:
        number = len(self.sections) + 1
        texts: dict[str, tuple[str, Xml.Element | None]] = {OWN: (f"scenarios/{number:04}.xml", root)}
        self.roots[texts[OWN][0]] = root
        for language, said in sorted(scenario.variants.items()):
            other = _stimulus(Scenario(scenario.code, said["title"], said["text"]), number, language)
            if _unfit(other):
                self.degraded += [
                    Refusal(one.code, 0, f"{UNFIT} in its scenario in {language}") for one in items
                ]
                continue
            texts[language] = f"scenarios/{number:04}.{language}.xml", other
            self.roots[texts[language][0]] = other
        self.sections.append((scenario.title, self.add_items(items, texts)))

    def add_items(self, items: Sequence[Outgoing], texts: Texts | None = None) -> list[str]:
        """The names of the files of these items; `texts` are those that they share, by language."""
        path, stimulus = (texts or {}).get(OWN, ("", None))
        names = []
        for one in items:
            self.items += 1
            try:
                root, lost = _item(one, self.items, path, stimulus)
            except Refused as fault:
                self.left_out.append(Refusal(one.code, 0, str(fault)))
                continue
            name = f"items/{self.items:04}.xml"
            self.roots[name] = root
            names.append(name)
            self.degraded += [Refusal(one.code, 0, reason) for reason in lost]
            if path:
                self.rests_on[name] = path
            self.add_variants(one, name, texts or {})
        return names

    def add_variants(self, one: Outgoing, name: str, texts: Texts) -> None:
        """A file beside the item for each other language; its note says that it is no item of its own."""
        for language, written in sorted(one.variants.items()):
            other = f"{name.removesuffix('.xml')}.{language}.xml"
            path, stimulus = texts.get(language) or texts.get(OWN, ("", None))
            try:
                root, _ = _item(Outgoing(one.code, written, {}), self.items, path, stimulus, language)
            except Refused as fault:
                self.degraded.append(Refusal(one.code, 0, f"its text in {language} is left out: {fault}"))
                continue
            self.roots[other] = root
            self.rests_on[other] = name


def _bytes(root: Xml.Element) -> bytes:
    return bytes(Xml.tostring(root, encoding="utf-8", xml_declaration=True))


def _unfit(root: Xml.Element) -> bool:
    return any(
        xml.unfit(text) for text in [*root.itertext(), *(v for e in root.iter() for v in e.attrib.values())]
    )


def _manifest(names: list[str], rests_on: Mapping[str, str]) -> Xml.Element:
    root = Xml.Element("manifest", {"xmlns": PACKAGE, "identifier": "MANIFEST"})
    metadata = Xml.SubElement(root, "metadata")
    Xml.SubElement(metadata, "schema").text = "QTI Package"
    Xml.SubElement(metadata, "schemaversion").text = "3.0.0"
    Xml.SubElement(root, "organizations")
    resources = Xml.SubElement(root, "resources")
    known = {name: f"R{number:04}" for number, name in enumerate(names, 1)}
    for name, identifier in known.items():
        kind = {"items": "item", "scenarios": "stimulus"}.get(name.partition("/")[0], "test")
        said = {"identifier": identifier, "type": f"imsqti_{kind}_xmlv3p0", "href": name}
        resource = Xml.SubElement(resources, "resource", said)
        Xml.SubElement(resource, "file", {"href": name})
        rests = [rests_on[name]] if name in rests_on else [] if kind != "test" else list(rests_on)
        for other in rests:
            Xml.SubElement(resource, "dependency", {"identifierref": known[other]})
    return root


def _test(sections: Sequence[tuple[str, list[str]]]) -> Xml.Element:
    root = Xml.Element("qti-assessment-test", {"xmlns": SPACE, "identifier": "TEST", "title": "Scenarios"})
    part = {"identifier": "PART", "navigation-mode": "nonlinear", "submission-mode": "simultaneous"}
    parts = Xml.SubElement(root, "qti-test-part", part)
    for number, (title, names) in enumerate(sections, 1):
        said = {"identifier": f"S{number:04}", "title": title, "visible": "true", "keep-together": "true"}
        section = Xml.SubElement(parts, "qti-assessment-section", said)
        for name in names:
            said = {"identifier": f"I{name[6:10]}", "href": name}
            Xml.SubElement(section, "qti-assessment-item-ref", said)
    return root


def _stimulus(scenario: Scenario, number: int, language: str = OWN) -> Xml.Element:
    identifier = scenario.code if IDENTIFIER.fullmatch(scenario.code) else f"scenario-{number:04}"
    said = {"xmlns": SPACE, "identifier": identifier, "title": scenario.title, LANG: language}
    root = Xml.Element("qti-assessment-stimulus", said)
    body = Xml.SubElement(root, "qti-stimulus-body")
    _fill(Xml.SubElement(body, "p"), scenario.text)
    apart = Scenario(scenario.code, scenario.title, scenario.text)  # other languages have files of their own
    other = language if language != OWN else ""
    body.set(qti.NOTE, scenarios.note(apart, qti.stimulus(root).text, language=other))
    return root


def _item(
    one: Outgoing, number: int, path: str, stimulus: Xml.Element | None, language: str = OWN
) -> tuple[Xml.Element, tuple[str, ...]]:
    """The item with its note, and what only that holds; `path` is the file of the text that it shares."""
    said = one.said
    identifier = one.code if IDENTIFIER.fullmatch(one.code) else f"item-{number:04}"
    root = Xml.Element(
        "qti-assessment-item",
        {
            "xmlns": SPACE,
            "identifier": identifier,
            "title": one.code,
            LANG: language,
            "adaptive": "false",
            "time-dependent": "false",
        },
    )
    made = _Made()
    WRITERS[said["kind"]](made, said)
    root.extend(made.declarations)
    outcome = {"cardinality": "single", "base-type": "float", "identifier": "SCORE"}
    Xml.SubElement(root, "qti-outcome-declaration", outcome)
    if made.feedback:
        # No rule ever sets it: a rationale travels with its option, and no candidate sees it.
        outcome = {"cardinality": "single", "base-type": "identifier", "identifier": "RATIONALE"}
        Xml.SubElement(root, "qti-outcome-declaration", outcome)
    if stimulus is not None:
        shared = {"identifier": stimulus.attrib["identifier"], "href": f"../{path}"}
        Xml.SubElement(root, "qti-assessment-stimulus-ref", shared)
    root.append(made.body)
    root.append(made.processing)
    if _unfit(root):
        raise Refused(UNFIT)
    try:
        native = qti.item(one.code, root)
    except Refused as fault:
        raise Refused(f"QTI has no place for it: {fault}") from None
    other = language if language != OWN else ""
    made.body.set(qti.NOTE, notes.note(one, native.said, variants_apart=True, language=other))
    return root, notes.behind(one, native.said)


class _Made:
    """The parts of an item while it is written."""

    def __init__(self) -> None:
        self.declarations: list[Xml.Element] = []
        self.body = Xml.Element("qti-item-body")
        self.processing = _template("match_correct")
        self.feedback = False

    def declare(
        self,
        right: Sequence[str],
        base: str,
        cardinality: str,
        points: Mapping[str, Fraction] | None = None,
        **said: str,
    ) -> str:
        """A response with its right values, and a mapping where there are points; gives its identifier."""
        identifier = RESPONSE + (str(len(self.declarations) + 1) if self.declarations else "")
        declaration = Xml.Element(
            "qti-response-declaration",
            {"identifier": identifier, "cardinality": cardinality, "base-type": base},
        )
        correct = Xml.SubElement(declaration, "qti-correct-response") if right else declaration
        for one in right:
            Xml.SubElement(correct, "qti-value").text = one
        if points:
            case = said.pop("case", "")
            table = Xml.SubElement(
                declaration,
                "qti-mapping",
                {"default-value": "0"} | {k.replace("_", "-"): v for k, v in said.items()},
            )
            for key, value in points.items():
                entry = {"map-key": key, "mapped-value": _decimal(value)}
                Xml.SubElement(table, "qti-map-entry", entry | ({"case-sensitive": case} if case else {}))
            self.processing = _template("map_response")
        self.declarations.append(declaration)
        return identifier

    def interaction(self, name: str, stem: str, identifier: str, **said: str) -> Xml.Element:
        """A block interaction with its prompt."""
        attributes = {"response-identifier": identifier} | {k.replace("_", "-"): v for k, v in said.items()}
        found = Xml.SubElement(self.body, name, attributes)
        _fill(Xml.SubElement(found, "qti-prompt"), stem)
        return found

    def option(self, parent: Xml.Element, identifier: str, text: str, why: str = "") -> None:
        option = Xml.SubElement(parent, "qti-simple-choice", {"identifier": identifier})
        _fill(option, text)
        if why:
            self.feedback = True
            said = {"outcome-identifier": "RATIONALE", "identifier": identifier, "show-hide": "show"}
            _fill(Xml.SubElement(option, "qti-feedback-inline", said), why)


def _template(name: str) -> Xml.Element:
    return Xml.Element("qti-response-processing", {"template": f"{TEMPLATES}{name}.xml"})


def _decimal(value: Fraction) -> str:
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def _fill(element: Xml.Element, text: str) -> None:
    """Plain text with <br/> at the ends of its lines."""
    first, *rest = text.split("\n")
    element.text = first
    for line in rest:
        Xml.SubElement(element, "br").tail = line


def _choice(made: _Made, said: Mapping[str, Any]) -> None:
    several = said["kind"] == "multiple"
    letters = dict(zip("abcdefgh", said["options"], strict=False))
    right = [letter for letter, option in letters.items() if option.get("right")]
    points = None
    bounds: dict[str, str] = {}
    if said["scoring"] == maps.MAP_RESPONSE:
        points = {
            letter: Fraction(option["points"]) for letter, option in letters.items() if "points" in option
        }
        names = {"lower": "lower_bound", "upper": "upper_bound", "default": "default_value"}
        bounds = {theirs: _decimal(Fraction(said[ours])) for ours, theirs in names.items() if ours in said}
    elif said["scoring"] in (choices.RIGHT_MINUS_WRONG, choices.HITS_MINUS_FALSE, choices.PER_KEY):
        shares = weights.of(said)
        points = {
            letter: share
            for letter, share in zip(letters, shares, strict=True)
            if share > 0 or said["scoring"] != choices.PER_KEY
        }
        bounds = {"lower_bound": "0"} if several else {}
    identifier = made.declare(right, "identifier", "multiple" if several else "single", points, **bounds)
    most = "1" if not several else str(len(right)) if said["scoring"] == choices.PER_KEY else "0"
    found = made.interaction("qti-choice-interaction", said["stem"], identifier, max_choices=most)
    for letter, option in letters.items():
        made.option(found, letter, option["text"], option["why"])


def _true_false(made: _Made, said: Mapping[str, Any]) -> None:
    identifier = made.declare(["true" if said["right"] else "false"], "identifier", "single")
    found = made.interaction("qti-choice-interaction", said["stem"], identifier, max_choices="1")
    for word in ("true", "false"):
        made.option(found, word, word.title(), said[f"why_{word}"])


def _pairs(
    made: _Made, stem: str, prompts: Sequence[tuple[str, str]], partners: Sequence[str], rule: str
) -> None:
    right = [f"P{number} {chr(97 + partners.index(match))}" for number, (_, match) in enumerate(prompts, 1)]
    even = dict.fromkeys(right, Fraction(1, len(right))) if rule.startswith("per-") else None
    identifier = made.declare(right, "directedPair", "multiple", even)
    found = made.interaction("qti-match-interaction", stem, identifier, max_associations=str(len(prompts)))
    for texts, letters, most in (
        ([text for text, _ in prompts], [f"P{n}" for n in range(1, len(prompts) + 1)], "1"),
        (partners, [chr(97 + place) for place in range(len(partners))], "0"),
    ):
        held = Xml.SubElement(found, "qti-simple-match-set")
        for text, letter in zip(texts, letters, strict=True):
            said = {"identifier": letter, "match-max": most}
            _fill(Xml.SubElement(held, "qti-simple-associable-choice", said), text)


def _matching(made: _Made, said: Mapping[str, Any]) -> None:
    pairs = [(prompt["text"], prompt["match"]) for prompt in said["prompts"]]
    _pairs(made, said["stem"], pairs, said["partners"], said["scoring"])


def _matrix(made: _Made, said: Mapping[str, Any]) -> None:
    pairs = [(row["text"], row["right"]) for row in said["rows"]]
    _pairs(made, said["stem"], pairs, said["columns"], said["scoring"])


def _ordering(made: _Made, said: Mapping[str, Any]) -> None:
    letters = dict(zip(said["shown"], "abcdefgh", strict=False))
    right = [letters[place] for place in range(1, len(said["steps"]) + 1)]
    identifier = made.declare(right, "identifier", "ordered")
    found = made.interaction("qti-order-interaction", said["stem"], identifier)
    for place, letter in letters.items():
        made.option(found, letter, said["steps"][place - 1]["text"], said["steps"][place - 1]["why"])


def _entry(made: _Made, stem: str, identifier: str) -> None:
    paragraph = Xml.SubElement(made.body, "p")
    _fill(paragraph, stem)
    Xml.SubElement(
        Xml.SubElement(made.body, "p"), "qti-text-entry-interaction", {"response-identifier": identifier}
    )


def _numeric(made: _Made, said: Mapping[str, Any]) -> None:
    identifier = made.declare([said["answer"].replace(",", ".")], "float", "single")
    _entry(made, said["stem"], identifier)
    if said["scoring"] == "nominal":
        made.processing = _within(identifier, said["tolerance"].replace(",", "."))


def _within(identifier: str, tolerance: str) -> Xml.Element:
    """Right within the tolerance to both sides."""
    root = Xml.Element("qti-response-processing")
    condition = Xml.SubElement(Xml.SubElement(root, "qti-response-condition"), "qti-response-if")
    said = {"tolerance-mode": "absolute", "tolerance": f"{tolerance} {tolerance}"}
    equal = Xml.SubElement(condition, "qti-equal", said)
    Xml.SubElement(equal, "qti-variable", {"identifier": identifier})
    Xml.SubElement(equal, "qti-correct", {"identifier": identifier})
    outcome = Xml.SubElement(condition, "qti-set-outcome-value", {"identifier": "SCORE"})
    Xml.SubElement(outcome, "qti-base-value", {"base-type": "float"}).text = "1"
    return root


def _text(made: _Made, said: Mapping[str, Any]) -> None:
    points = {
        one if isinstance(one, str) else one["text"]: Fraction(1 if isinstance(one, str) else one["points"])
        for one in said["accepted"]
    }
    case = "true" if said["case"] else "false"
    identifier = made.declare(list(points)[:1], "string", "single", points, case=case)
    _entry(made, said["stem"], identifier)


def _gaps(made: _Made, said: Mapping[str, Any]) -> None:
    """The stem is a paragraph of its own; the gaps earn even parts, summed up."""
    part = Fraction(1, len(said["gaps"]))
    _fill(Xml.SubElement(made.body, "p"), said["stem"])
    paragraph = Xml.SubElement(made.body, "p")
    runs = re.split(r"\[\[[1-9]\]\]", said["text"])
    _fill(paragraph, runs[0])
    for gap, after in zip(said["gaps"], runs[1:], strict=False):
        element = _gap(made, paragraph, gap, part)
        first, *rest = after.split("\n")
        element.tail = first
        for line in rest:
            Xml.SubElement(paragraph, "br").tail = line
    made.processing = Xml.Element("qti-response-processing")
    total = Xml.SubElement(
        Xml.SubElement(made.processing, "qti-set-outcome-value", {"identifier": "SCORE"}), "qti-sum"
    )
    for declaration in made.declarations:
        Xml.SubElement(total, "qti-map-response", {"identifier": declaration.attrib["identifier"]})


def _gap(made: _Made, paragraph: Xml.Element, gap: Mapping[str, Any], part: Fraction) -> Xml.Element:
    if "options" not in gap:
        number = "answer" in gap
        right = [gap["answer"].replace(",", ".")] if number else list(gap["accepted"])
        case = {} if number else {"case": "true" if gap["case"] else "false"}
        points = dict.fromkeys(right, part)
        identifier = made.declare(right[:1], "float" if number else "string", "single", points, **case)
        return Xml.SubElement(paragraph, "qti-text-entry-interaction", {"response-identifier": identifier})
    letters = dict(zip("abcdefgh", gap["options"], strict=False))
    key = [letter for letter, text in letters.items() if text == gap["right"]]
    identifier = made.declare(key, "identifier", "single", dict.fromkeys(key, part))
    choice = Xml.SubElement(paragraph, "qti-inline-choice-interaction", {"response-identifier": identifier})
    for letter, text in letters.items():
        Xml.SubElement(choice, "qti-inline-choice", {"identifier": letter}).text = text
    return choice


def _essay(made: _Made, said: Mapping[str, Any]) -> None:
    identifier = made.declare([], "string", "single")
    made.interaction("qti-extended-text-interaction", said["stem"], identifier)
    made.processing = Xml.Element("qti-response-processing")


WRITERS: dict[str, Callable[[_Made, Mapping[str, Any]], None]] = {
    "single": _choice,
    "multiple": _choice,
    "true-false": _true_false,
    "matching": _matching,
    "matrix": _matrix,
    "ordering": _ordering,
    "numeric": _numeric,
    "text": _text,
    "gap": _gaps,
    "essay": _essay,
}
