"""One lesson file: front matter, Markdown and blocks."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from courses.rules import checks
from courses.rules.library import extras, media, prose
from courses.rules.library.directives import Piece, pieces
from courses.rules.library.prose import curly
from courses.rules.library.texts import Block, LessonText
from lms.kit.content import Node, Problems, parse_markdown, parse_yaml, read_markdown

# Addresses of the classroom beside its lessons.
TAKEN = frozenset({"again", "case", "dates", "language", "leave", "notes", "plan", "questions"})
KEY = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
BOXES = ("example", "misconception", "exercise", "callout", "scenario")
KINDS = (*BOXES, "table", "check", "reference", "columns", "clauses", *media.READERS, "passage", "term")
_MINUTES = re.compile(r"^(.*?)\s*\((\d{1,3}) minutes?\)$")
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://auditorium.example/library/")


def read(path: Path, problems: Problems, *, figures: bool = False) -> LessonText | None:
    """The lesson in `path`, or None when its front matter cannot be read at all.

    Its files are looked for beside it. `figures` are for texts whose files come by another way, and which become drafts:
    there a block says the name of its file, and outcomes may still be missing.
    """
    parts = read_markdown(path, problems)
    if parts is None:
        return None
    made = _lesson(*parts, path, problems, figures=figures)
    return made if figures else media.found(made, problems)


def parse(text: str, path: Path, problems: Problems, *, figures: bool = False) -> LessonText | None:
    """The lesson in a text that is to stand in `path`."""
    parts = parse_markdown(text, path, problems)
    return None if parts is None else _lesson(*parts, path, problems, figures=figures)


def _lesson(
    front: Node, body: str, line: int, path: Path, problems: Problems, *, figures: bool
) -> LessonText:
    front.only(
        "key",
        "title",
        "minutes",
        "clauses",
        "controls",
        "outcomes",
        "references",
        "sample",
        "checked_on",
        "review_by",
    )
    key = key_of(front)
    if key in TAKEN:
        front.complain(f"'{key}' is an address of the classroom; give the lesson another key", "key")
    checked_on, review_by = front.day("checked_on", None), front.day("review_by", None)
    if (checked_on is None) != (review_by is None):
        front.complain("'checked_on' and 'review_by' go together")
    elif checked_on and review_by and review_by <= checked_on:
        front.complain("'review_by' must be later than 'checked_on'", "review_by")
    outcomes = front.texts("outcomes")
    if not outcomes and front.has("outcomes") and not figures:
        front.complain("a lesson has at least one outcome", "outcomes")
    return LessonText(
        key=key,
        title=curly(front.text("title", most=200)),
        minutes=front.whole("minutes", least=1, most=600),
        clauses=front.texts("clauses"),
        controls=front.texts("controls", ()),
        outcomes=tuple(map(curly, outcomes)),
        references=tuple(map(curly, front.texts("references", ()))),
        sample=front.flag("sample"),
        checked_on=checked_on,
        review_by=review_by,
        body=body_of(key, body, path, line, problems),
        path=path,
        lines={name: front.line_of(name) for name in ("key", "clauses", "controls")},
        terms=prose.marks(body, line),
    )


def key_of(node: Node) -> str:
    """The value of `key`, which people, records and addresses hold on to."""
    key = node.text("key", most=80)
    if key and not KEY.match(key):
        node.complain("a key is lower case, with digits and hyphens: what-an-aims-is", "key")
    return key


def body_of(key: str, body: str, path: Path, line: int, problems: Problems) -> tuple[Block, ...]:
    """The blocks of a lesson's text that begins at a line of its file."""
    made: list[Block] = []
    seen: dict[str, int] = {}
    for piece in pieces(body, path, line, problems, kinds=KINDS):
        value = _value(key, piece, path, problems)
        if value is None:
            continue
        if piece.kind == "check":
            if value["key"] in seen:
                problems.add(
                    path,
                    piece.line,
                    f"check key '{value['key']}' is already used at line {seen[value['key']]}",
                )
            seen[value["key"]] = piece.line
        # Ids from keys and positions: the same file gives the same blocks, and an answer that names an
        # option still finds it after the lesson was loaded again.
        made.append({"type": piece.kind, "value": value, "id": id_of(key, f"block {len(made)}")})
    if not made:
        problems.add(path, line, "the lesson has no text")
    return tuple(made)


def _value(key: str, piece: Piece, path: Path, problems: Problems) -> Any:
    if piece.kind == "text":
        return prose.html(piece.text, path, piece.line, problems)
    if piece.kind == "check":
        return _check(key, piece, path, problems)
    if extra := extras.READERS.get(piece.kind):
        return extra(piece, path, problems, lambda place: id_of(key, f"{piece.line} {place}"))
    if piece.kind not in KINDS:
        return None
    title = curly(piece.title)
    if not title:
        problems.add(path, piece.line - 1, f"the '{piece.kind}' block has no title")
    if len(title) > (400 if piece.kind == "figure" else 300 if piece.kind == "reference" else 200):
        problems.add(path, piece.line - 1, "the block's title is longer than 200 characters")
    reader = {"table": _table, "reference": _reference, **media.READERS}.get(piece.kind, _box)
    return reader(piece, path, problems)


def _box(piece: Piece, path: Path, problems: Problems) -> dict[str, Any]:
    title = curly(piece.title)
    if not piece.text.strip():
        problems.add(path, piece.line, f"the '{piece.kind}' block is empty")
    text = prose.html(piece.text, path, piece.line, problems, headings=False)
    if piece.kind == "exercise":
        timed = _MINUTES.match(title)
        title, minutes = (timed[1], int(timed[2])) if timed else (title, None)
        return {"title": title, "minutes": minutes, "text": text}
    # The page sets a misconception in quotation marks of its own.
    return {"title": title.strip("“”") if piece.kind == "misconception" else title, "text": text}


def _table(piece: Piece, path: Path, problems: Problems) -> dict[str, Any]:
    heads, rows = prose.table(piece.text, path, piece.line, problems)
    return {
        "title": curly(piece.title),
        "table": {
            "columns": [{"type": "text", "heading": head} for head in heads],
            "rows": [{"values": list(row)} for row in rows],
            "caption": "",
        },
    }


def _reference(piece: Piece, path: Path, problems: Problems) -> dict[str, Any]:
    url = ""
    if piece.text.strip() and (node := parse_yaml(piece.text, path, problems, first_line=piece.line)):
        node.only("url")
        url = node.text("url", "", most=500)
        if url and not re.fullmatch(r"https?://\S+", url):
            node.complain("'url' is an address, https://…", "url")
    return {"text": curly(piece.title), "url": url}


def _check(lesson: str, piece: Piece, path: Path, problems: Problems) -> dict[str, Any] | None:
    node = parse_yaml(piece.text, path, problems, first_line=piece.line)
    if node is None:
        return None
    node.only("key", "kind", "question", "options")
    key, kind = key_of(node), node.text("kind")
    if kind and kind not in (checks.SINGLE, checks.MULTIPLE):
        node.complain("'kind' is 'single' or 'multiple'", "kind")
    options = list(_options(lesson, key, node))
    for fault in checks.faults(kind, [option["value"]["right"] for option in options]):
        node.complain(fault, "options")
    return {"key": key, "kind": kind, "question": curly(node.text("question", most=2000)), "options": options}


def _options(lesson: str, check: str, node: Node) -> Iterator[Block]:
    for position, option in enumerate(node.nodes("options")):
        option.only("text", "right", "why")
        value = {
            "text": curly(option.text("text", most=1000)),
            "right": option.flag("right"),
            "why": curly(option.text("why", most=2000)),
        }
        yield {"type": "item", "value": value, "id": id_of(lesson, f"{check} {position}")}


def id_of(lesson: str, name: str) -> str:
    return str(uuid.uuid5(_NAMESPACE, f"{lesson} {name}"))
