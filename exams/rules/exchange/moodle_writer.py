"""Moodle XML: writing. Texts are marked as plain, and what Moodle has no place for stands in a note of ours."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree as Xml

from exams.rules.exchange import cloze, frame, moodle, notes, scenarios, weights
from exams.rules.exchange.frame import Outgoing, Refusal, Refused, Scenario, Writing
from lms.kit import xml

TYPES = {
    "single": "multichoice", "multiple": "multichoice", "true-false": "truefalse", "matching": "matching",
    "text": "shortanswer", "numeric": "numerical", "ordering": "ordering", "gap": "cloze",
    "matrix": "matching", "essay": "essay",
}  # fmt: skip


def write(items: Sequence[Outgoing], shared: Sequence[Scenario] = ()) -> Writing:
    """A scenario is a description before its items."""
    root = Xml.Element("quiz")
    left_out: list[Refusal] = []
    degraded: list[Refusal] = []
    for scenario, hanging in scenarios.in_order(items, shared):
        try:
            if scenario is not None:
                root.append(_description(scenario))
        except Refused as fault:
            left_out += [Refusal(one.code, 0, str(fault)) for one in hanging]
            continue
        for one in hanging:
            try:
                question, lost = _question(one)
            except Refused as fault:
                left_out.append(Refusal(one.code, 0, str(fault)))
            else:
                root.append(question)
                degraded += [Refusal(one.code, 0, reason) for reason in lost]
    Xml.indent(root)
    data = Xml.tostring(root, encoding="utf-8", xml_declaration=True)
    return Writing(data, tuple(left_out), tuple(degraded))


def _description(scenario: Scenario) -> Xml.Element:
    question = Xml.Element("question", type="description")
    _put(question, "name", scenario.title)
    _put(question, "questiontext", scenario.text, format="plain_text")
    if any(xml.unfit(text) for text in question.itertext()):
        raise Refused("Moodle has no place for a scenario with a character that XML can't hold")
    native = moodle.description(scenario.code, question)
    Xml.SubElement(question, "idnumber").text = scenario.code
    Xml.SubElement(question, frame.NOTE).text = scenarios.note(scenario, native.text)
    return question


def _question(one: Outgoing) -> tuple[Xml.Element, tuple[str, ...]]:
    """The question with its note, and what only that holds."""
    said = one.said
    if said["kind"] not in TYPES:
        raise Refused(f"Moodle has no place for an item of the kind {said['kind']}")
    question = Xml.Element("question", type=TYPES[said["kind"]])
    _put(question, "name", one.code)
    _put(question, "questiontext", _stem(said), format="plain_text")
    WRITERS[said["kind"]](question, said)
    Xml.SubElement(question, "idnumber").text = one.code
    _tags(question, one.about)
    if any(xml.unfit(text) for text in question.itertext()):
        raise Refused("Moodle has no place for a text with a character that XML can't hold")
    try:
        native = moodle.item(one.code, question)
    except Refused as fault:
        raise Refused(f"Moodle has no place for its text: {fault}") from None
    Xml.SubElement(question, frame.NOTE).text = notes.note(one, native.said)
    return question, notes.behind(one, native.said)


def _stem(said: Mapping[str, Any]) -> str:
    if said["kind"] != "gap":
        return str(said["stem"])
    text = f"{said['stem']}\n{said['text']}"
    for number, gap in enumerate(said["gaps"], 1):
        text = text.replace(f"[[{number}]]", cloze.field(gap))
    return text


def _put(parent: Xml.Element, name: str, text: str, **attributes: str) -> Xml.Element:
    element = Xml.SubElement(parent, name, attributes)
    Xml.SubElement(element, "text").text = text
    return element


def _answer(
    question: Xml.Element, text: str, share: Fraction, why: str = "", **attributes: str
) -> Xml.Element:
    answer = _put(question, "answer", text, fraction=weights.percent(share), **attributes)
    if why:
        _put(answer, "feedback", why, format="plain_text")
    return answer


def _tags(question: Xml.Element, about: Mapping[str, Any]) -> None:
    tags = Xml.SubElement(question, "tags")
    found = [f"{name}:{about[name]}" for name in ("pool", "domain", "level") if name in about]
    found += [f"{name}:{ref}" for name in ("clause", "control") for ref in about.get(f"{name}s", ())]
    for tag in found:
        _put(tags, "tag", tag)


def _choice(question: Xml.Element, said: Mapping[str, Any]) -> None:
    Xml.SubElement(question, "single").text = "true" if said["kind"] == "single" else "false"
    Xml.SubElement(question, "shuffleanswers").text = "false"
    for option, share in zip(said["options"], weights.of(said), strict=True):
        _answer(question, option["text"], share, option["why"], format="plain_text")


def _true_false(question: Xml.Element, said: Mapping[str, Any]) -> None:
    for name in ("true", "false"):
        right = said["right"] is (name == "true")
        _answer(question, name, Fraction(right), said[f"why_{name}"], format="plain_text")


def _matching(question: Xml.Element, said: Mapping[str, Any]) -> None:
    said = frame.as_pairs(said)
    used = {prompt["match"] for prompt in said["prompts"]}
    pairs = [(prompt["text"], prompt["match"]) for prompt in said["prompts"]]
    for prompt, partner in pairs + [("", one) for one in said["partners"] if one not in used]:
        _put(_put(question, "subquestion", prompt, format="plain_text"), "answer", partner)


def _text(question: Xml.Element, said: Mapping[str, Any]) -> None:
    Xml.SubElement(question, "usecase").text = "1" if said["case"] else "0"
    for one in said["accepted"]:
        text, points = (one, "1") if isinstance(one, str) else (one["text"], one["points"])
        _answer(question, text.replace("*", r"\*"), Fraction(points))
    _put(question, "generalfeedback", said["why"], format="plain_text")


def _numeric(question: Xml.Element, said: Mapping[str, Any]) -> None:
    answer = _answer(question, said["answer"], Fraction(1), said["why"])
    Xml.SubElement(answer, "tolerance").text = said["tolerance"]
    if said["unit"]:
        unit = Xml.SubElement(Xml.SubElement(question, "units"), "unit")
        Xml.SubElement(unit, "multiplier").text = "1"
        Xml.SubElement(unit, "unit_name").text = said["unit"]


def _ordering(question: Xml.Element, said: Mapping[str, Any]) -> None:
    numbers = {rule: number for number, rule in moodle.ORDERS.items()}
    Xml.SubElement(question, "gradingtype").text = numbers[said["scoring"]]
    for step in said["steps"]:
        _answer(question, step["text"], Fraction(1), step["why"], format="plain_text")


def _gaps(question: Xml.Element, said: Mapping[str, Any]) -> None:
    """All of it stands in the text."""


def _essay(question: Xml.Element, said: Mapping[str, Any]) -> None:
    """The rubric is what Moodle shows to those who mark."""
    Xml.SubElement(question, "responseformat").text = "plain"
    Xml.SubElement(question, "responserequired").text = "1"
    Xml.SubElement(question, "attachments").text = "0"
    lines = [f"About {said['words']} words."]
    for one in said["criteria"]:
        lines.append(f"{one['name']}: {one['looks_for']}")
        lines += [f"  {level['points']}: {level['says']}" for level in one["levels"]]
    _put(question, "graderinfo", "\n".join(lines), format="plain_text")


WRITERS: dict[str, Callable[[Xml.Element, Mapping[str, Any]], None]] = {
    "single": _choice,
    "multiple": _choice,
    "true-false": _true_false,
    "matching": _matching,
    "matrix": _matching,
    "essay": _essay,
    "text": _text,
    "numeric": _numeric,
    "ordering": _ordering,
    "gap": _gaps,
}
