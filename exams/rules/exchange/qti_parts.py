"""The parts of a QTI item: names in every spelling, declarations, and texts as HTML without namespaces."""

import html
import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from xml.etree.ElementTree import Element

from exams.rules.exchange import weights
from exams.rules.exchange.frame import Refused
from lms.kit import xml

LEFT = {
    "feedbackinline", "feedbackblock", "modalfeedback", "rubricblock", "templateblock", "templateinline", "stylesheet"
}  # fmt: skip


def name(element: Element) -> str:
    return _bare(xml.name(element))


def attribute(element: Element, wanted: str, default: str = "") -> str:
    """An attribute by its bare name."""
    return next((value for key, value in element.items() if _bare(key) == wanted), default)


def _bare(said: str) -> str:
    return said.removeprefix("qti-").replace("-", "").lower()


def amount(said: str) -> Fraction:
    """Points as a fraction; thirds that were written as decimals are thirds again."""
    found = weights.share(said)
    if found is None:
        raise Refused(f"'{said[:20]}' is no number of points")
    near = (found * 100).limit_denominator(20)
    return near if abs(near - found * 100) < weights.CLOSE else found * 100


def correct(declaration: Element) -> list[str]:
    response = (one for one in declaration if name(one) == "correctresponse")
    return [xml.all_text(value).strip() for one in response for value in one if name(value) == "value"]


def mapping(declaration: Element) -> dict[str, tuple[Fraction, bool]]:
    """Points and whether capitals count, for each value of the mapping."""
    return {
        attribute(entry, "mapkey"): (
            amount(attribute(entry, "mappedvalue", "0")),
            attribute(entry, "casesensitive", "true") != "false",
        )
        for one in _mappings(declaration)
        for entry in one
        if name(entry) == "mapentry"
    }


def bounds(declaration: Element) -> dict[str, str]:
    names = {"default": "defaultvalue", "lower": "lowerbound", "upper": "upperbound"}
    return {
        ours: str(amount(attribute(one, theirs)))
        for one in _mappings(declaration)
        for ours, theirs in names.items()
        if attribute(one, theirs) not in ("", "0" if ours == "default" else "")
    }


def _mappings(declaration: Element) -> Iterator[Element]:
    return (one for one in declaration if name(one) == "mapping")


def as_text(feedback: Element) -> Element:
    """Feedback as an element that is read as text."""
    copy = Element("span")
    copy.text = feedback.text
    copy.extend(list(feedback))
    return copy


def as_html(element: Element, mark: Callable[[Element], str], depth: int = 0) -> str:
    """An element as HTML without namespaces. Depth is bounded by what `xml.parse` lets in."""
    found = name(element)
    if found.endswith("interaction"):
        inner = html.escape(mark(element))
    elif found in LEFT or (found == "prompt" and depth):
        inner = ""
    else:
        inner = html.escape(element.text or "") + "".join(
            as_html(one, mark, depth + 1) + html.escape(one.tail or "") for one in element
        )
    return _tagged(element, inner)


def _tagged(element: Element, inner: str) -> str:
    said = xml.name(element).lower()
    if (
        said.startswith("qti-")
        or name(element)
        in {"itembody", "stimulusbody", "simplechoice", "inlinechoice", "prompt", "simpleassociablechoice"}
        | LEFT
        or name(element).endswith("interaction")
    ):
        return inner
    if not re.fullmatch(r"[a-z][a-z0-9]*", said):
        said = "span"
    attributes = "".join(
        f' {xml_name.rpartition("}")[2]}="{html.escape(value)}"' for xml_name, value in element.items()
    )
    return (
        f"<{said}{attributes}>{inner}</{said}>"
        if said not in ("br", "img", "hr")
        else f"<{said}{attributes}>"
    )
