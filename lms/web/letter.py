"""A document of one page about one person: an attestation, a statement of result. Not a certificate, and unlike one."""

import base64
import functools
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string

from lms.kit import digests, rosette
from lms.web import pdf

_SHEET = Path(__file__).parent / "letter.css"


@dataclass(frozen=True)
class Letter:
    """All that stands on the page. `table` is a caption, a head and rows; `says_not` what must not be read into it."""

    heading: str
    name: str
    sentence: str
    facts: tuple[tuple[str, str], ...]
    says_not: tuple[str, ...]
    made_at: datetime
    table: tuple[str, tuple[str, ...], tuple[tuple[str, ...], ...]] | None = None

    def digest(self) -> str:
        """The same digest, the same page: it stands on it, and the seal is drawn from it."""
        return digests.digest(
            {
                "heading": self.heading,
                "name": self.name,
                "sentence": self.sentence,
                "facts": [list(fact) for fact in self.facts],
                "table": [list(row) for row in self.table[2]] if self.table else [],
                "at": self.made_at.isoformat(),
                "issuer": settings.INSTITUTION,
            }
        )


def render(letter: Letter) -> bytes:
    """The PDF, A4 upright; the same letter gives the same bytes."""
    digest = letter.digest()
    seal = base64.b64encode(rosette.rosette(digest, 200).replace("currentColor", "#1c5a58").encode()).decode()
    title = f"{letter.heading}: {letter.name}"
    html = render_to_string(
        "documents/letter.html",
        {
            "title": title,
            "letter": letter,
            "issuer": settings.INSTITUTION,
            "contact": settings.CONTACT,
            "digest": digest,
            "seal": f"data:image/svg+xml;base64,{seal}",
        },
    )
    return pdf.make(
        html, base_url=None, language="en", title=title, stylesheets=[_sheet()], created_at=letter.made_at
    )


def answer(letter: Letter, *, filename: str) -> HttpResponse:
    """The page as a download that nothing on the way may keep: it is about a person."""
    made = HttpResponse(render(letter), content_type="application/pdf")
    made["Content-Disposition"] = f'attachment; filename="{filename}"'
    made["Cache-Control"] = "private, no-store"
    return made


@functools.cache
def _sheet() -> str:
    return _SHEET.read_text(encoding="utf-8")
