"""The worksheet of an exercise as a PDF, to be printed and written on."""

import functools
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import translation

from courses.rules import worksheets
from lms.kit import digests
from lms.web import pdf

_HERE = Path(__file__).parent
KEPT = 24 * 60 * 60  # seconds


@dataclass(frozen=True)
class Printing:
    """All that stands on one worksheet; `html` is the text of the exercise."""

    course: str
    lesson: str
    title: str
    minutes: int | None
    html: str
    language: str = ""  # of a translation

    def digest(self) -> str:
        """The same digest, the same document."""
        facts = [
            self.course,
            self.lesson,
            self.title,
            self.minutes,
            self.html,
            self.language,
            settings.INSTITUTION,
            _sheet(),
        ]
        return digests.digest({"worksheet": facts})


def render(printing: Printing) -> bytes:
    """The PDF; the same printing gives the same bytes. Kept for a day: a class asks for the same sheet at once."""
    key = f"worksheet:{printing.digest()}"
    kept: bytes | None = cache.get(key)
    if kept is None:
        kept = _make(printing)
        cache.set(key, kept, KEPT)
    return kept


def _make(printing: Printing) -> bytes:
    sheet = worksheets.worksheet(printing.html)
    with translation.override(printing.language or settings.LANGUAGE_CODE):
        html = render_to_string(
            "documents/worksheet.html",
            {
                "printing": printing,
                "sheet": sheet,
                "rows": range(1, sheet.rows + 1),
                "lines": range(sheet.lines),
                "institution": settings.INSTITUTION,
            },
        )
    return pdf.make(
        html,
        base_url=None,
        language=printing.language or "en",
        title=f"Worksheet: {printing.title}",
        stylesheets=[_sheet(), f"@page {{ size: A4 {'landscape' if sheet.wide else 'portrait'} }}"],
    )


@functools.cache
def _sheet() -> str:
    return (_HERE / "worksheet.css").read_text(encoding="utf-8")
