"""Choice questions of cartridges (QTI 1.2), in and out, as checks of lessons."""

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from courses.rules import checks
from courses.rules.exchange import markup
from courses.rules.library.lessons import id_of
from courses.rules.library.texts import Block
from lms.kit import xml

SINGLE = ("cc.multiple_choice", "cc.true_false", "multiple_choice_question", "true_false_question")
MULTIPLE = ("cc.multiple_response", "multiple_answers_question")
MOST_OPTIONS = 8
NO_WHY = "its options have no explanations, or not all: an author must write them"


class NotTaken(Exception):
    """A question that is refused. The text is the reason."""


def check(
    lesson: str, key: str, kind: str, question: str, options: list[tuple[str, bool, str]]
) -> dict[str, Any]:
    """The value of a check's block. Raises NotTaken for one that can't be a check."""
    if len(options) > MOST_OPTIONS:
        raise NotTaken(f"it has {len(options)} options, and a check has {MOST_OPTIONS} at most")
    for fault in checks.faults(kind, [right for _, right, _ in options]):
        raise NotTaken(fault)
    if not question or not all(text for text, _, _ in options):
        raise NotTaken("its question or one of its options has no text")
    rows = [
        {
            "type": "item",
            "value": {"text": text[:1000], "right": right, "why": why[:2000]},
            "id": id_of(lesson, f"{key} {place}"),
        }
        for place, (text, right, why) in enumerate(options)
    ]
    return {"key": key, "kind": kind, "question": question[:2000], "options": rows}


def items(root: Element) -> Iterator[Element]:
    return (one for one in root.iter() if xml.name(one) == "item")


def read(item: Element, lesson: str, key: str) -> dict[str, Any]:
    """One item as a check. Raises NotTaken."""
    kind = _kind(item)
    lid = _first(item, "response_lid")
    presentation = _first(item, "presentation")
    if kind is None or lid is None or presentation is None:
        raise NotTaken("only single and multiple choice become checks of a lesson")
    asked = next((one for one in presentation.iter() if xml.name(one) == "mattext"), None)
    rights = _rights(item, kind)
    whys = _whys(item)
    options = [
        (_words(label), label.get("ident", "") in rights, whys.get(label.get("ident", ""), ""))
        for label in lid.iter()
        if xml.name(label) == "response_label"
    ]
    return check(lesson, key, kind, _plain(asked), options)


def lacks_whys(value: Mapping[str, Any]) -> bool:
    return not all(option["value"]["why"] for option in value["options"])


def _kind(item: Element) -> str | None:
    said = [(one.text or "").strip() for one in item.iter() if xml.name(one) in ("fieldentry", "fieldlabel")]
    if any(word.startswith(MULTIPLE) for word in said):
        return checks.MULTIPLE
    return checks.SINGLE if any(word.startswith(SINGLE) for word in said) else None


def _rights(item: Element, kind: str) -> set[str]:
    """The options that must be chosen for the points: of the condition that gives the most."""
    best, found = 0.0, set[str]()
    for condition in item.iter():
        if xml.name(condition) != "respcondition":
            continue
        points = max(
            (_number(one.text) for one in condition.iter() if xml.name(one) == "setvar"), default=0.0
        )
        if points > best:
            refused = {id(one) for no in condition.iter() if xml.name(no) == "not" for one in no.iter()}
            best, found = points, {
                (one.text or "").strip()
                for one in condition.iter()
                if xml.name(one) == "varequal" and id(one) not in refused
            }  # fmt: skip
    return found


def _whys(item: Element) -> dict[str, str]:
    """The feedback of each option, by the option's identifier."""
    says = {one.get("ident", ""): _words(one) for one in item.iter() if xml.name(one) == "itemfeedback"}
    found: dict[str, str] = {}
    for condition in item.iter():
        if xml.name(condition) != "respcondition":
            continue
        named = [(one.text or "").strip() for one in condition.iter() if xml.name(one) == "varequal"]
        shown = [one.get("linkrefid", "") for one in condition.iter() if xml.name(one) == "displayfeedback"]
        for ident in named if len(named) == 1 else ():
            for link in shown:
                if says.get(link):
                    found.setdefault(ident, says[link])
    return found


def _number(text: str | None) -> float:
    try:
        return float((text or "").strip())
    except ValueError:
        return 0.0


def _first(element: Element, name: str) -> Element | None:
    return next((one for one in element.iter() if xml.name(one) == name), None)


def _words(element: Element) -> str:
    return " ".join(_plain(one) for one in element.iter() if xml.name(one) == "mattext").strip()


def _plain(element: Element | None) -> str:
    if element is None:
        return ""
    text = xml.all_text(element)
    return (
        markup.tree(text).text
        if element.get("texttype", "").lower() == "text/html"
        else " ".join(text.split())
    )


def block(lesson: str, place: int, value: Mapping[str, Any]) -> Block:
    return {"type": "check", "value": dict(value), "id": id_of(lesson, f"block {place}")}
