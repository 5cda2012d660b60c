"""Reading what strangers show. To be called within lms.web.isolation only: it loads what reads PDFs, and no Django."""

from collections.abc import Mapping
from typing import Any

from certificates.rules import apart, baking, uploads
from certificates.rules.proofs import reading
from certificates.rules.uploads import Kind


def read(content: bytes, given: Mapping[str, Any]) -> dict[str, Any]:
    """What a file is and carries, as plain JSON, or `fault`: why it can't be read, in a few words.

    `report` is what `apart.report` says to the credential that the file is or carries, None where it carries none;
    `given` is what that needs. For a PDF the members of `uploads.Read` stand beside it.
    """
    kind = uploads.kind(content)
    try:
        match kind:
            case Kind.PDF:
                return _pdf(content, given)
            case Kind.PNG:
                return _told(kind, content, baking.from_png(content), given)
            case Kind.SVG:
                return _told(kind, content, baking.from_svg(content), given)
            case Kind.JSON | Kind.JWT:
                return _told(kind, content, content, given)
            case _:
                return {"fault": "it is no PDF, no picture, no JSON and no token"}
    except baking.Unbaked as fault:
        return {"fault": str(fault)}
    except ValueError:
        return {"fault": "it is damaged, or encrypted"}


def question(content: bytes, given: Any = None) -> dict[str, Any]:
    """The `members` of a question in JSON, or `fault`: why it can't be taken as one, in a few words."""
    try:
        return {"members": reading.read(content)}
    except reading.Unreadable as fault:
        return {"fault": str(fault)}


def _told(kind: Kind, content: bytes, credential: bytes | str, given: Mapping[str, Any]) -> dict[str, Any]:
    report = apart.report(credential, given) if credential else None
    return {"kind": kind.value, "size": len(content), "report": report}


def _pdf(content: bytes, given: Mapping[str, Any]) -> dict[str, Any]:
    from lms.web import pdf_reading

    facts = pdf_reading.facts(content)
    attached = [file["text"].strip() for file in facts["files"]]
    texts = [text for text in attached if uploads.kind(text.encode()) in (Kind.JSON, Kind.JWT)]
    return _told(Kind.PDF, content, texts[0] if texts else "", given) | {
        name: facts[name] for name in ("title", "links", "seals", "pages")
    }
