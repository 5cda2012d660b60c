"""Reading files that strangers show. To be called within lms.web.isolation only: it loads what reads PDFs, and no Django."""

import struct
import zlib
from collections.abc import Iterator
from typing import Any, Final
from xml.etree.ElementTree import ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from certificates.rules import uploads
from certificates.rules.uploads import Kind

_KEYWORD: Final = b"openbadgecredential"
_ELEMENT: Final = "{https://purl.imsglobal.org/ob/v3p0}credential"
_MOST_TEXT: Final = 1_000_000


def read(content: bytes, given: Any = None) -> dict[str, Any]:
    """The members of `uploads.Read` as plain JSON, or `fault`: why the file can't be read, in a few words."""
    kind = uploads.kind(content)
    try:
        match kind:
            case None:
                return {"fault": "it is no PDF, PNG, SVG, JSON or token"}
            case Kind.PDF:
                return _pdf(content)
            case Kind.PNG:
                return _told(kind, content, _of_png(content))
            case Kind.SVG:
                return _told(kind, content, _of_svg(content))
            case Kind.JSON | Kind.JWT:
                return _told(kind, content, content.decode("utf-8-sig").strip())
    except (ValueError, struct.error, zlib.error, ParseError, DefusedXmlException) as fault:
        return {"fault": f"it is damaged ({type(fault).__name__})"}


def _told(kind: Kind, content: bytes, credential: str) -> dict[str, Any]:
    return {"kind": kind.value, "size": len(content), "credential": credential}


def _pdf(content: bytes) -> dict[str, Any]:
    from lms.web import pdf_reading

    facts = pdf_reading.facts(content)
    attached = [file["text"].strip() for file in facts["files"]]
    texts = [text for text in attached if uploads.kind(text.encode()) in (Kind.JSON, Kind.JWT)]
    return _told(Kind.PDF, content, texts[0] if texts else "") | {
        name: facts[name] for name in ("title", "links", "seals", "pages")
    }


def _of_png(content: bytes) -> str:
    for name, data in _chunks(content):
        keyword, _, rest = data.partition(b"\0")
        if name == b"iTXt" and keyword == _KEYWORD and len(rest) > 2:
            packed, text = rest[0], rest[2:].split(b"\0", 2)[-1]
            return (_unpacked(text) if packed else text).decode()
    return ""


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place + 12 <= len(content):
        size, name = struct.unpack_from(">I4s", content, place)
        yield name, content[place + 8 : place + 8 + size]
        place += 12 + size


def _unpacked(data: bytes) -> bytes:
    text = zlib.decompressobj().decompress(data, _MOST_TEXT + 1)
    if len(text) > _MOST_TEXT:
        raise ValueError("too much text")
    return text


def _of_svg(content: bytes) -> str:
    found = ElementTree.fromstring(content).find(f".//{_ELEMENT}")
    if found is None:
        return ""
    return str(found.get("verify") or found.text or "").strip()
