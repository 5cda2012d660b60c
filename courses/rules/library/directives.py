"""Cutting a lesson's text at its `:::` blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lms.kit.content import Problems

_OPEN = re.compile(r"^:::\s*([A-Za-z-]+)\s*(.*?)\s*$")
_CLOSE = re.compile(r"^:::\s*$")


@dataclass(frozen=True)
class Piece:
    """Text between blocks (`kind` is "text"), or one block. `line` is that of its first line of text."""

    kind: str
    title: str
    text: str
    line: int


def pieces(
    body: str, path: Path, first_line: int, problems: Problems, *, kinds: tuple[str, ...]
) -> Iterator[Piece]:
    """The pieces of a lesson in order; notes blocks that are unknown, nested, unopened or unclosed."""
    kind, title, start, held = "text", "", first_line, list[str]()
    for number, line in enumerate(body.split("\n"), first_line):
        if opening := _OPEN.match(line):
            if kind != "text":
                problems.add(
                    path,
                    number,
                    f"a block opens inside the '{kind}' block of line {start - 1}; close that first",
                )
            yield from _whole(kind, title, held, start)
            kind, title, start, held = opening[1], opening[2], number + 1, []
            if kind not in kinds:
                problems.add(path, number, f"unknown block '{kind}' (known: {', '.join(kinds)})")
        elif _CLOSE.match(line):
            if kind == "text":
                problems.add(path, number, "this ':::' closes nothing")
            yield from _whole(kind, title, held, start)
            kind, title, start, held = "text", "", number + 1, []
        else:
            held.append(line)
    if kind != "text":
        problems.add(path, start - 1, f"the '{kind}' block is never closed by a line ':::'")
    yield from _whole(kind, title, held, start)


def _whole(kind: str, title: str, held: list[str], start: int) -> Iterator[Piece]:
    text = "\n".join(held)
    if kind != "text" or text.strip():
        yield Piece(kind, title, text, start)
