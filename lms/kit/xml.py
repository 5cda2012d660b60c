"""Reading XML of strangers: no document type, no entity, nothing fetched, and no depth or width without end."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from lms.kit.refusing import CannotRead

DEEPEST = 60
MOST_ELEMENTS = 400_000
NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def parse(data: bytes, what: str, *, root_is_html: bool = False) -> Element:
    """The root. Raises CannotRead for what is not well formed, has a document type or entities, or is nested deeper
    than DEEPEST; `what` is the word for what it should have been. A page of HTML is refused by that name, unless the root of
    what is read is called so too."""
    head = data[:2000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not root_is_html and head.startswith((b"<!doctype html", b"<html")):
        raise CannotRead(f"the file is an HTML page, and not {what}", 1)
    try:
        root: Element = ElementTree.fromstring(
            data, forbid_dtd=True, forbid_entities=True, forbid_external=True
        )
    except DefusedXmlException:
        raise CannotRead(
            "the file has a document type or entities of its own, which are not read here"
        ) from None
    except ParseError as fault:
        raise CannotRead(f"the file is not {what}: {fault.msg}", fault.position[0]) from None
    except (LookupError, ValueError):
        raise CannotRead("the file names an encoding that is not read here: save it as UTF-8", 1) from None
    _refuse_endless(root)
    return root


def name(element: Element) -> str:
    """An element's name without its namespace."""
    return element.tag.rpartition("}")[2]


def all_text(element: Element) -> str:
    return "".join(element.itertext())


def unfit(text: str) -> bool:
    """Whether a text has a character that XML can't hold."""
    return NOT_XML.search(text) is not None


def _refuse_endless(root: Element) -> None:
    for count, (depth, _) in enumerate(_walk(root), 1):
        if depth > DEEPEST:
            raise CannotRead(f"the file's elements are nested deeper than {DEEPEST}")
        if count > MOST_ELEMENTS:
            raise CannotRead(f"the file has more than {MOST_ELEMENTS} elements: split it")


def _walk(root: Element) -> Iterator[tuple[int, Element]]:
    waiting = [(1, root)]
    while waiting:
        depth, element = waiting.pop()
        yield depth, element
        waiting += [(depth + 1, child) for child in element]
