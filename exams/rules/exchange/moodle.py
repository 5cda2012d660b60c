"""Moodle XML: reading. https://docs.moodle.org/en/Moodle_XML_format"""

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

from exams.itemtypes.marks import numbers
from exams.rules.exchange import cloze, frame, markup, notes, scenarios, weights
from exams.rules.exchange.frame import Raw, Reading, Refusal, Refused, Scenario
from lms.kit import xml

ORDERS = {
    "-1": "all-or-nothing", "0": "absolute-position", "1": "relative-next-without-last",
    "2": "relative-next-with-last", "3": "relative-neighbours-one", "4": "relative-neighbours-all",
    "5": "longest-ordered-run", "6": "longest-contiguous-run", "7": "relative-to-correct",
}  # fmt: skip
TAGS = ("pool", "domain", "level", "clause", "control")


class _Question:
    """One <question>, its texts made plain; what is lost on the way is kept in `lost`."""

    def __init__(self, element: Element) -> None:
        self.element = element
        self.lost: dict[str, None] = {}

    def value(self, name: str, default: str = "") -> str:
        found = self.element.find(name)
        return default if found is None else xml.all_text(found).strip()

    def text(self, element: Element | None) -> str:
        """The <text> of an element, by its format; HTML is Moodle's own where none is named."""
        if element is None:
            return ""
        inner = element.find("text")
        said = (xml.all_text(inner) if inner is not None else element.text or "").strip()
        if element.find("file") is not None:
            self.lost["a picture or other file is left out"] = None
        if element.get("format") in ("plain_text", "markdown"):
            return said
        found, lost = markup.plain(said)
        self.lost.update(dict.fromkeys(lost))
        return found

    @property
    def stem(self) -> str:
        return self.text(self.element.find("questiontext"))

    @property
    def answers(self) -> list[Element]:
        return self.element.findall("answer")

    def why(self, element: Element, name: str = "feedback") -> dict[str, str]:
        said = self.text(element.find(name))
        return {"why": said} if said else {}

    @property
    def general(self) -> dict[str, str]:
        return self.why(self.element, "generalfeedback")

    def share(self, answer: Element) -> Fraction:
        found = weights.share(answer.get("fraction", "0"))
        if found is None:
            raise Refused(f"'{answer.get('fraction', '')[:20]}' is no share of the points")
        return found


def read(data: bytes) -> Reading:
    """Raises CannotRead."""
    root = xml.parse(data, "Moodle XML")
    if xml.name(root) != "quiz":
        raise frame.CannotRead(
            f"the file is not Moodle XML: it begins with <{xml.name(root)[:40]}>, and not <quiz>", 1
        )
    items: list[Raw] = []
    refused: list[Refusal] = []
    shared: list[Scenario] = []
    for place, element in enumerate(_questions(root), 1):
        identifier = _identifier(element) or f"question {place}"
        try:
            if scenarios.is_note(element.findtext(frame.NOTE) or ""):
                shared.append(_scenario(identifier, element))
            else:
                items.append(item(identifier, element))
        except Refused as fault:
            refused.append(Refusal(identifier, 0, str(fault)))
    return Reading(tuple(items), tuple(refused), tuple(shared))


def description(identifier: str, element: Element) -> scenarios.Found:
    """A question without answers as the text of a scenario. Raises Refused."""
    question = _Question(element)
    return scenarios.Found(
        identifier, frame.line(element.findtext("name/text") or ""), question.stem, tuple(question.lost)
    )


def _scenario(identifier: str, element: Element) -> Scenario:
    return scenarios.restored(description(identifier, element), element.findtext(frame.NOTE) or "")


def item(identifier: str, element: Element) -> Raw:
    """One question. Raises Refused."""
    kind = element.get("type", "")
    if kind not in READERS:
        raise Refused(f"a question of the type '{kind[:40]}' has no equal here")
    question = _Question(element)
    said = READERS[kind](question)
    raw = Raw(identifier, 0, said, _about(element), tuple(question.lost))
    note = element.find(frame.NOTE)
    return notes.restored(raw, note.text or "") if note is not None else raw


def _questions(root: Element) -> Iterator[Element]:
    return (one for one in root.findall("question") if one.get("type") != "category")


def _identifier(element: Element) -> str:
    """Moodle's own id number, or the question's name."""
    for path in ("idnumber", "name/text"):
        found = element.find(path)
        if found is not None and (said := frame.line(xml.all_text(found))):
            return said[:200]
    return ""


def _about(element: Element) -> dict[str, Any]:
    """Tags such as `domain:3`, `level:apply`, `clause:6.1.2`."""
    found: dict[str, Any] = {}
    for tag in element.findall("tags/tag"):
        name, colon, value = frame.line(xml.all_text(tag)).partition(":")
        name, value = name.strip().lower(), value.strip()
        if not colon or name not in TAGS:
            continue
        if name in ("clause", "control"):
            found.setdefault(f"{name}s", []).append(value)
        else:
            found[name] = int(value) if name == "domain" and value in map(str, range(1, 100)) else value
    return found


def _choice(question: _Question) -> dict[str, Any]:
    several = question.value("single", "true").lower() not in ("true", "1")
    options = [{"text": question.text(one)} | question.why(one) for one in question.answers]
    if not options:
        raise Refused("the question has no answers")
    shares = [question.share(one) for one in question.answers]
    if question.general:
        question.lost["the general feedback is left out"] = None
    return weights.said("multiple" if several else "single", question.stem, options, shares)


def _choice_set(question: _Question) -> dict[str, Any]:
    """All or nothing, by the plugin of that name."""
    options = [
        {"text": question.text(one)}
        | question.why(one)
        | ({"right": True} if question.share(one) > 0 else {})
        for one in question.answers
    ]
    return {"kind": "multiple", "scoring": "all-or-nothing", "stem": question.stem, "options": options}


def _true_false(question: _Question) -> dict[str, Any]:
    by_text = {(one.findtext("text") or "").strip().lower(): one for one in question.answers}
    if set(by_text) != {"true", "false"}:
        raise Refused("the answers are not true and false")
    said = {
        "kind": "true-false", "scoring": "all-or-nothing", "stem": question.stem,
        "right": question.share(by_text["true"]) > question.share(by_text["false"]),
    }  # fmt: skip
    whys = {f"why_{name}": question.text(one.find("feedback")) for name, one in by_text.items()}
    return said | {name: why for name, why in whys.items() if why}


def _matching(question: _Question) -> dict[str, Any]:
    partners: dict[str, None] = {}
    prompts = []
    for pair in question.element.findall("subquestion"):
        answer = pair.find("answer")
        if answer is None:
            raise Refused("a pair has no answer")
        partner = (answer.findtext("text") or "").strip()
        partners[partner] = None
        if prompt := question.text(pair):
            prompts.append({"text": prompt, "match": partner})
    return {
        "kind": "matching", "scoring": "per-pair", "stem": question.stem, "partners": list(partners), "prompts": prompts
    }  # fmt: skip


def _text(question: _Question) -> dict[str, Any]:
    found = [((one.findtext("text") or "").strip(), question.share(one)) for one in question.answers]
    if any("*" in text.replace(r"\*", "") for text, _ in found):
        raise Refused("an answer with a wildcard * has no equal here")
    found = [(text.replace(r"\*", "*"), share) for text, share in found if share]
    whys = [question.text(one.find("feedback")) for one in question.answers]
    why = "\n".join(one for one in whys if one) or question.general.get("why", "")
    said: dict[str, Any] = {"kind": "text", "stem": question.stem, "case": question.value("usecase") == "1"}
    said |= accepted(found)
    return said | ({"why": why} if why else {})


def accepted(found: Sequence[tuple[str, Fraction]]) -> dict[str, Any]:
    """The rule and the texts that are accepted, by their shares of the points."""
    if all(share == 1 for _, share in found):
        return {"scoring": "all-or-nothing", "accepted": [text for text, _ in found]}
    points = [{"text": text, "points": str(share)} for text, share in found]
    return {"scoring": "map-response", "accepted": points}


def _numeric(question: _Question) -> dict[str, Any]:
    found = [one for one in question.answers if question.share(one) > 0]
    if len(found) != 1 or question.share(found[0]) != 1:
        raise Refused("a number with several answers or partial points has no equal here")
    units = [xml.all_text(one).strip() for one in question.element.findall("units/unit/unit_name")]
    if len(units) > 1:
        question.lost["other units than the first are left out"] = None
    value = (found[0].findtext("text") or "").strip()
    tolerance = (found[0].findtext("tolerance") or "").strip() or "0"
    # Moodle writes a very small tolerance where none is meant.
    given = numbers.number(tolerance)
    if given is None and _is_tiny(tolerance):
        tolerance = "0"
    why = question.why(found[0]) or question.general
    said = {"kind": "numeric", "scoring": "nominal", "stem": question.stem}
    return said | {"answer": value, "tolerance": tolerance, "unit": units[0] if units else ""} | why


def _is_tiny(said: str) -> bool:
    try:
        return 0 <= float(said) < 1e-9
    except ValueError:
        return False


def _ordering(question: _Question) -> dict[str, Any]:
    """The answers stand in their right order; they are shown from the last to the first."""
    steps = [{"text": question.text(one)} | question.why(one) for one in question.answers]
    rule = ORDERS.get(question.value("gradingtype", "0"))
    if rule is None:
        raise Refused(f"the way of marking '{question.value('gradingtype')[:20]}' is unknown here")
    shown = list(range(len(steps), 0, -1))
    return {"kind": "ordering", "scoring": rule, "stem": question.stem, "steps": steps, "shown": shown}


def _cloze(question: _Question) -> dict[str, Any]:
    return cloze.said(question.stem, question.general.get("why", ""))


def _essay(question: _Question) -> dict[str, Any]:
    """Its rubric stands only in our own note: an essay of another program has none, and is refused by its kind."""
    return {"kind": "essay", "scoring": "rubric", "stem": question.stem, "criteria": []}


READERS: dict[str, Callable[[_Question], dict[str, Any]]] = {
    "multichoice": _choice,
    "multichoiceset": _choice_set,
    "truefalse": _true_false,
    "matching": _matching,
    "match": _matching,
    "shortanswer": _text,
    "numerical": _numeric,
    "ordering": _ordering,
    "cloze": _cloze,
    "multianswer": _cloze,
    "essay": _essay,
}
