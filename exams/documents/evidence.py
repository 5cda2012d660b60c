"""The evidence pack of a form: tables as CSV files in an archive, and the same as a PDF with pictures.

No name stands in it but where somebody wrote one into a reason. Each person has one code in the whole pack, so that
it shows who did what beside what else.
"""

import functools
import io
import zipfile
from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.template.loader import render_to_string

from exams.documents import evidence_tables, form_statistics, tables
from exams.documents.form_statistics import Picture
from exams.documents.tables import Table
from exams.queries.evidence import Evidence
from lms.web import pdf

_HERE = Path(__file__).parent
_STAMP = (1980, 1, 1, 0, 0, 0)  # so that the same tables give the same archive
IN_FILES_ONLY = frozenset({"reviews", "score-runs", "ratings", "options", "exposure", "models"})


@dataclass(frozen=True)
class Pack:
    """The tables, and the pictures of the statistics where there are any."""

    title: str
    tables: tuple[Table, ...]
    pictures: tuple[Picture, ...]

    @property
    def manifest(self) -> Table:
        rows = tuple((f"{one.key}.csv", len(one.rows), one.digest) for one in self.tables)
        return Table("manifest", "Files and their digests", ("file", "rows", "SHA-256"), rows)

    @property
    def digest(self) -> str:
        """SHA-256 of the manifest, which binds all files."""
        return self.manifest.digest


def pack(found: Evidence) -> Pack:
    """Everything that is kept of a form, in tables. The same records give the same tables, and the same digests."""
    said, form = found.said, found.form
    pictures: list[Picture | None] = []
    if said.found.classical:
        pictures = [form_statistics.scores(said, said.found.classical), form_statistics.wright(said)]
        pictures += form_statistics.information(said)
    pictures.append(form_statistics.points(said))
    title = f"{form.exam.title}, form {form.number}"
    return Pack(title, evidence_tables.of(found), tuple(one for one in pictures if one))


def as_archive(made: Pack) -> bytes:
    """A ZIP of the CSV files and of `manifest.csv`; the same pack gives the same bytes."""
    said = io.BytesIO()
    with zipfile.ZipFile(said, "w", zipfile.ZIP_DEFLATED) as archive:
        for table in (made.manifest, *made.tables):
            archive.writestr(zipfile.ZipInfo(f"{table.key}.csv", _STAMP), tables.as_csv(table))
    return said.getvalue()


def as_pdf(made: Pack, at: datetime) -> bytes:
    """The pack on paper as of `at`; of single reviews, score runs, options and models it has the digests alone."""
    context = {
        "pack": made,
        "at": at,
        "institution": settings.INSTITUTION,
        "tables": [one for one in made.tables if one.key not in IN_FILES_ONLY],
        "pictures": [(one, _drawn(one)) for one in made.pictures],
    }
    return pdf.make(
        render_to_string("documents/evidence.html", context),
        base_url=None,
        language="en",
        title=f"Evidence: {made.title}",
        stylesheets=[_sheet()],
        created_at=at,
    )


def _drawn(picture: Picture) -> str:
    svg = render_to_string("exams/statistics/_chart.html", {"chart": picture.chart, "says": picture.says})
    return f"data:image/svg+xml;base64,{b64encode(svg.strip().encode()).decode()}"


@functools.cache
def _sheet() -> str:
    return (_HERE / "evidence.css").read_text(encoding="utf-8")
