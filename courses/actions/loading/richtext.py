"""Text as the page editor itself would have stored it.

The editor gives every paragraph a key and sets no line breaks between them. A page stored otherwise
would count as changed as soon as somebody opened it and saved nothing: an editor who only approves
a lesson would become its latest author.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from courses.blocks import BOXED, CELL, PROSE
from courses.rules.library.texts import Block


def as_edited(body: Sequence[Block]) -> list[Block]:
    """The blocks of a lesson, their prose in the editor's own form."""
    return [{**block, "value": _value(block["type"], block["value"])} for block in body]


def _value(kind: str, value: Any) -> Any:
    if kind == "text":
        return _stored(value, PROSE)
    if kind == "table":
        rows = [{"values": [_stored(cell, CELL) for cell in row["values"]]} for row in value["table"]["rows"]]
        return {**value, "table": {**value["table"], "rows": rows}}
    if kind == "video":
        return {**value, "transcript": _stored(value["transcript"], BOXED)}
    if kind in ("figure", "download", "passage", "term", "check"):
        return value
    if kind == "columns":
        columns = [{**one, "value": _value("column", one["value"])} for one in value["columns"]]
        return {"columns": columns}
    if "text" in value and kind != "reference":
        return {**value, "text": _stored(value["text"], CELL if kind == "clauses" else BOXED)}
    return value


def stored(html: str) -> str:
    """The text of a passage in the editor's own form."""
    return _stored(html, BOXED)


def _stored(html: str, features: Sequence[str]) -> str:
    converter = _converter(tuple(features))
    stored: str = converter.to_database_format(converter.from_database_format(html))
    return stored


@cache
def _converter(features: tuple[str, ...]) -> ContentstateConverter:
    return ContentstateConverter(features)
