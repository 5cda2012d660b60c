"""The archive of everything about a person: a ZIP with JSON, CSV, their files, and a PDF to read."""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation

from lms.kit import tables as sheets
from lms.kit.gather import Reader
from lms.privacy.queries.portraits import Table
from lms.web import pdf

_SHEET = Path(__file__).with_name("archive.css")
# What is longer is in the files; the PDF is for reading.
_MOST_ROWS, _MOST_FIELDS, _MOST_LETTERS = 20, 6, 120


@dataclass(frozen=True)
class Portrait:
    """Whose it is, when it was made, and the tables of each app."""

    reader: Reader
    made_at: datetime
    parts: Sequence[tuple[str, Sequence[Table]]]


def make(portrait: Portrait) -> bytes:
    """The ZIP: `data.json`, `tables/*.csv`, `files/…` and `summary.pdf`."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("data.json", json.dumps(_data(portrait), ensure_ascii=False, indent=1))
        archive.writestr("summary.pdf", _summary(portrait))
        for _, tables in portrait.parts:
            for table in tables:
                archive.writestr(f"tables/{table.name}.csv", _sheet(table))
                _put_files(archive, table)
    return out.getvalue()


def _data(portrait: Portrait) -> dict[str, object]:
    return {
        "institution": settings.INSTITUTION,
        "made_at": portrait.made_at.isoformat(),
        "parts": {
            title: {
                table.name: [dict(zip(table.head, row, strict=True)) for row in table.rows]
                for table in tables
            }
            for title, tables in portrait.parts
        },
    }


def _sheet(table: Table) -> str:
    return sheets.written([table.head, *([_cell(value) for value in row] for row in table.rows)])


def _cell(value: object) -> str:
    if value is None:
        return ""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict | bool) else str(value)


def _put_files(archive: zipfile.ZipFile, table: Table) -> None:
    for number, file in enumerate(table.files, 1):
        if file.name and file.storage.exists(file.name):  # one that was deleted for its age has left its row
            ending = PurePosixPath(file.name).suffix
            with file.open("rb") as stored:
                archive.writestr(f"files/{table.name}-{number}{ending}", stored.read())


def _summary(portrait: Portrait) -> bytes:
    parts = [(title, [_excerpt(table) for table in tables]) for title, tables in portrait.parts]
    with translation.override(portrait.reader.language):
        title = translation.gettext("What is held about you")
        html = render_to_string(
            "documents/archive.html",
            {
                "title": title,
                "parts": parts,
                "reader": portrait.reader,
                "made_at": portrait.made_at,
                "institution": settings.INSTITUTION,
                "contact": settings.CONTACT,
            },
        )
    return pdf.make(
        html,
        base_url=None,
        language=portrait.reader.language[:2],
        title=title,
        stylesheets=[_SHEET.read_text(encoding="utf-8")],
        created_at=portrait.made_at,
    )


def _excerpt(table: Table) -> dict[str, object]:
    rows = [[_cell(value)[:_MOST_LETTERS] for value in row[:_MOST_FIELDS]] for row in table.rows[:_MOST_ROWS]]
    return {
        "title": table.title,
        "kept": table.kept,
        "name": table.name,
        "head": table.head[:_MOST_FIELDS],
        "rows": rows,
        "count": len(table.rows),
        "shortened": len(table.rows) > _MOST_ROWS or len(table.head) > _MOST_FIELDS,
    }
