"""Blocks of a lesson that are seldom needed: columns, and clauses with a word about each."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from courses.rules.library import prose
from courses.rules.library.directives import Piece
from courses.rules.library.prose import curly
from lms.kit.content import Problems

_TITLE = re.compile(r"^### +(.+?) *$", re.MULTILINE)
_REFS = re.compile(r"^[A-Z]?\.?\d[\w.]*(?:, *[A-Z]?\.?\d[\w.]*)*$")
FEWEST, MOST = 2, 3


def columns(piece: Piece, path: Path, problems: Problems, id_of: Callable[[int], str]) -> dict[str, Any]:
    """`::: columns`, each column begun by a line `### Its title`."""
    before, *parts = _TITLE.split(piece.text)
    if before.strip() or piece.title:
        problems.add(
            path,
            piece.line,
            "each column begins with a line '### Its title', and nothing stands before the first",
        )
    made = []
    for place, (title, text) in enumerate(zip(parts[::2], parts[1::2], strict=True)):
        html = prose.html(text, path, piece.line, problems, headings=False)
        made.append({"type": "item", "value": {"title": curly(title), "text": html}, "id": id_of(place)})
    if not FEWEST <= len(made) <= MOST:
        problems.add(path, piece.line, f"there are {FEWEST} or {MOST} columns, and here are {len(made)}")
    return {"columns": made}


def clauses(piece: Piece, path: Path, problems: Problems, id_of: Callable[[int], str]) -> dict[str, Any]:
    """`::: clauses 4.1, A.2.2`, and what they have to do with this place."""
    if not _REFS.match(piece.title):
        problems.add(path, piece.line - 1, "name clauses and controls behind it: '::: clauses 4.1, A.2.2'")
    refs = [ref.strip() for ref in piece.title.split(",")]
    return {
        "refs": [{"type": "item", "value": ref, "id": id_of(place)} for place, ref in enumerate(refs)],
        "text": prose.html(piece.text, path, piece.line, problems, headings=False),
    }


def passage(piece: Piece, path: Path, problems: Problems, id_of: Callable[[int], str]) -> dict[str, Any]:
    """`::: passage its-key`, and nothing in it: the text stands under `passages/`."""
    if not piece.title or piece.text.strip():
        problems.add(
            path, piece.line - 1, "a passage is named, '::: passage its-key', and has its text elsewhere"
        )
    return {"passage": piece.title}


def term(piece: Piece, path: Path, problems: Problems, id_of: Callable[[int], str]) -> dict[str, Any]:
    """`::: term risk-owner`, and nothing in it: what it means stands in the glossary."""
    if not piece.title or piece.text.strip():
        problems.add(
            path, piece.line - 1, "a term is named, '::: term risk-owner', and explained in a glossary"
        )
    return {"term": piece.title}


READERS = {"columns": columns, "clauses": clauses, "passage": passage, "term": term}
