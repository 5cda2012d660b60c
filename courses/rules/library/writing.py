"""One lesson as a file: the inverse of `lessons.read`."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from courses.rules.library import markdown, prose
from courses.rules.library.texts import Block, LessonText
from lms.kit.content import Problems
from lms.kit.writing import Row, markdown_text, yaml_text


def lesson(text: LessonText) -> str:
    """The file that `lessons.read` reads as this lesson."""
    front: dict[str, Any] = {"key": text.key, "title": typed(text.title), "minutes": text.minutes}
    front["clauses"] = Row(text.clauses)
    if text.controls:
        front["controls"] = Row(text.controls)
    front["outcomes"] = [*map(typed, text.outcomes)]
    if text.references:
        front["references"] = [*map(typed, text.references)]
    if text.sample:
        front["sample"] = True
    if text.checked_on and text.review_by:
        front |= {"checked_on": text.checked_on, "review_by": text.review_by}
    return markdown_text(front, "\n\n".join(_pieces(text.body)))


def _pieces(body: Iterable[Block]) -> Iterator[str]:
    for block in body:
        piece = _piece(block["type"], block["value"])
        if piece:
            yield piece


def _piece(kind: str, value: Any) -> str:
    if kind == "text":
        return _prose(value)
    if kind == "check":
        return f"::: check\n{yaml_text(_check(value))}:::"
    title = typed(value["title"])
    text = _table(value["table"]) if kind == "table" else _prose(value["text"])
    if kind == "misconception":
        title = f'"{title}"'
    elif value.get("minutes"):
        title = f"{title} ({value['minutes']} minute{'' if value['minutes'] == 1 else 's'})"
    return f"::: {kind} {title}\n{text}\n:::"


def typed(text: str) -> str:
    """The text as somebody would type it, where reading makes the same of it."""
    straight = prose.straight(text)
    return straight if prose.curly(straight) == text else text


def _prose(html: str) -> str:
    text = markdown.of(html)
    straight = prose.straight(text)
    return straight if _read(straight) == _read(text) else text


def _cell(html: str) -> str:
    text = markdown.of_cell(html)
    straight = prose.straight(text)
    return straight if _read(straight) == _read(text) else text


def _read(text: str) -> str:
    return prose.html(text, Path(), 1, Problems())


def _table(table: dict[str, Any]) -> str:
    heads = [_cell(_escaped(column["heading"])) for column in table["columns"]]
    rows = [[_cell(cell) for cell in row["values"]] for row in table["rows"]]
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(heads), *lines[1:]])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _check(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": value["key"],
        "kind": value["kind"],
        "question": typed(value["question"]),
        "options": [_option(option["value"]) for option in value["options"]],
    }


def _option(value: dict[str, Any]) -> dict[str, Any]:
    right = {"right": True} if value["right"] else {}
    return {"text": typed(value["text"]), **right, "why": typed(value["why"])}
