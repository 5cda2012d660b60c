"""The certificate as a PDF: everything on it comes from the edition's claims and its pinned design."""

import base64
import functools
import hashlib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from certificates.documents import fitting, guilloche
from certificates.rules import signatories
from lms.kit import digests, rosette, scripts
from lms.web import pdf, qr

_HERE = Path(__file__).parent
NAME_WIDTH = 214.0
LEVEL_WIDTH = 200.0
SIGNED_WIDTH = 60.0


@dataclass(frozen=True)
class Printing:
    """All that stands on one certificate."""

    claims: dict[str, Any]
    claims_digest: str
    design: dict[str, Any]
    address: str
    """The address in the QR code, with its key."""
    shown_address: str
    """The address in words, without one."""
    made_at: datetime
    attachments: tuple[pdf.Attachment, ...] = ()
    """The same facts for programs."""

    def digest(self) -> str:
        """What tells one printing from another: the same digest, the same document."""
        return digests.digest(
            {
                "claims": self.claims_digest,
                "design": self.design,
                "address": self.address,
                "shown": self.shown_address,
                "attached": [hashlib.sha256(one.content).hexdigest() for one in self.attachments],
            }
        )


def render(printing: Printing) -> bytes:
    """The PDF, without a seal; the same printing gives the same bytes."""
    design, claims = printing.design, printing.claims
    return pdf.make(
        _html(printing),
        base_url=None,
        language="en",
        title=_title(claims),
        stylesheets=[_sheet(design["layout"]), _colours(**design["colours"]), _sizes(claims)],
        scripts=scripts.scripts(_written(claims, design["words"])),
        attachments=printing.attachments,
        drawings=[_border(design["colours"]["line"], design["colours"]["accent"])],
        created_at=printing.made_at,
    )


def preview(printing: Printing, *, face_url: str) -> str:
    """The same as a page for a browser, while a design is being edited: one sheet, as wide as the window.

    `face_url` is the address of our serif. Names in other scripts are set in the browser's own faces.
    """
    design = printing.design
    css = "".join(
        [
            f'@font-face {{ font-family: "{pdf.FACE}"; src: url("{face_url}"); }}',
            _sheet(design["layout"]),
            # A browser has no page box: what is printed on it stands behind the body.
            _colours(**design["colours"]).replace("@page", "body"),
            _sizes(printing.claims),
            "html { overflow: hidden; zoom: calc(100vw / 297mm); }",
        ]
    )
    return _html(printing).replace("</head>", f"<style>{css}</style></head>", 1)


def _html(printing: Printing) -> str:
    design, claims = printing.design, printing.claims
    return render_to_string(
        f"documents/{design['layout']}.html",
        {
            "title": _title(claims),
            "direction": scripts.direction(claims["holder"]),
            "claims": claims,
            "signatories": signatories.of(claims["issuer"]),
            "words": design["words"],
            "address": printing.address,
            "shown_address": printing.shown_address,
            "seal": _svg(
                rosette.rosette(printing.claims_digest, 300).replace(
                    "currentColor", design["colours"]["accent"]
                )
            ),
            "code": qr.data_uri(printing.address, border=0),
        },
    )


def _title(claims: dict[str, Any]) -> str:
    return f"{claims['level']['title']}: {claims['holder']}, {claims['number']}"


def _sizes(claims: dict[str, Any]) -> str:
    holder = fitting.size(claims["holder"], width=NAME_WIDTH, largest=43, least=24)
    level = fitting.size(claims["level"]["title"], width=LEVEL_WIDTH, largest=27, least=18)
    signed = min(
        fitting.size(one["name"], width=SIGNED_WIDTH, largest=11, least=7.5)
        for one in signatories.of(claims["issuer"])
    )
    return (
        f".holder {{ font-size: {holder}pt }}.level {{ font-size: {level}pt }}"
        f".signatory.of-two .by {{ font-size: {signed}pt }}"
    )


def _written(claims: dict[str, Any], words: dict[str, str]) -> str:
    """Whatever may be in another script: the holder's name, the issuer's, and the design's words."""
    signed = " ".join(f"{one['name']} {one['title']}" for one in signatories.of(claims["issuer"]))
    issuer = f"{claims['issuer']['name']} {signed}"
    return f"{claims['holder']} {issuer} {' '.join(words.values())}"


@functools.cache
def _sheet(layout: str) -> str:
    return (_HERE / f"{layout}.css").read_text(encoding="utf-8")


@functools.lru_cache(maxsize=8)
def _colours(*, paper: str, ink: str, soft: str, accent: str, line: str) -> str:
    return (
        f"@page {{ background: {paper} url({_border(line, accent)}) 0 0 / 297mm 210mm no-repeat; }}"
        f"body {{ color: {ink} }} .soft {{ color: {soft} }} .accent {{ color: {accent} }} .rule {{ border-color: {line} }}"
    )


@functools.lru_cache(maxsize=8)
def _border(line: str, accent: str) -> str:
    return _svg(guilloche.border(line, accent))


def _svg(markup: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(markup.encode()).decode()
