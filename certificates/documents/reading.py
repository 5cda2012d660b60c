"""Reading PDFs and pictures that strangers show. To be called within lms.web.isolation only: it loads what reads PDFs, and no Django."""

from typing import Any

from certificates.rules import baking, uploads
from certificates.rules.uploads import Kind


def read(content: bytes, given: Any = None) -> dict[str, Any]:
    """The members of `uploads.Read` as plain JSON, or `fault`: why the file can't be read, in a few words."""
    try:
        match uploads.kind(content):
            case Kind.PDF:
                return _pdf(content)
            case Kind.PNG:
                return _told(Kind.PNG, content, baking.from_png(content))
            case Kind.SVG:
                return _told(Kind.SVG, content, baking.from_svg(content))
            case _:
                return {"fault": "it is no PDF and no picture"}
    except baking.Unbaked as fault:
        return {"fault": str(fault)}
    except ValueError:
        return {"fault": "it is damaged, or encrypted"}


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
