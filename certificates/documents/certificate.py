"""The certificate as a PDF: everything on it comes from the edition's claims and its pinned design."""

import base64
import functools
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from certificates.documents import fitting, guilloche
from lms.kit import digests, rosette, scripts
from lms.web import pdf, qr

_HERE = Path(__file__).parent
NAME_WIDTH = 214.0
LEVEL_WIDTH = 200.0


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

    def digest(self) -> str:
        """What tells one printing from another: the same digest, the same document."""
        return digests.digest(
            {
                "claims": self.claims_digest,
                "design": self.design,
                "address": self.address,
                "shown": self.shown_address,
            }
        )


def render(printing: Printing) -> bytes:
    """The PDF; the same printing gives the same bytes."""
    design, claims = printing.design, printing.claims
    title = f"{claims['level']['title']}: {claims['holder']}, {claims['number']}"
    html = render_to_string(
        f"documents/{design['layout']}.html",
        {
            "title": title,
            "direction": scripts.direction(claims["holder"]),
            "claims": claims,
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
    return pdf.make(
        html,
        base_url=None,
        language="en",
        title=title,
        stylesheets=[
            _sheet(design["layout"]),
            _colours(**design["colours"]),
            f".holder {{ font-size: {fitting.size(claims['holder'], width=NAME_WIDTH, largest=43, least=24)}pt }}"
            f".level {{ font-size: {fitting.size(claims['level']['title'], width=LEVEL_WIDTH, largest=27, least=18)}pt }}",
        ],
        scripts=scripts.scripts(_written(claims, design["words"])),
        created_at=printing.made_at,
    )


def _written(claims: dict[str, Any], words: dict[str, str]) -> str:
    """Whatever may be in another script: the holder's name, the issuer's, and the design's words."""
    signatory = claims["issuer"]["signatory"]
    issuer = f"{claims['issuer']['name']} {signatory['name']} {signatory['title']}"
    return f"{claims['holder']} {issuer} {' '.join(words.values())}"


@functools.cache
def _sheet(layout: str) -> str:
    return (_HERE / f"{layout}.css").read_text(encoding="utf-8")


@functools.lru_cache(maxsize=8)
def _colours(*, paper: str, ink: str, soft: str, accent: str, line: str) -> str:
    border = _svg(guilloche.border(line, accent))
    return (
        f"@page {{ background: {paper} url({border}) 0 0 / 297mm 210mm no-repeat; }}"
        f"body {{ color: {ink} }} .soft {{ color: {soft} }} .accent {{ color: {accent} }} .rule {{ border-color: {line} }}"
    )


def _svg(markup: str) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(markup.encode()).decode()
