"""Matrix: statements in rows, one column to be chosen for each. A response has a column's letter for each row."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from exams.itemtypes import parts
from exams.itemtypes.marks import choices
from exams.itemtypes.parts import Field, Line, Said, Taken, Written
from lms.kit.content import Node

KIND = "matrix"
NAME = "Matrix"
PER_ROW = "per-row"
RULES = (PER_ROW, choices.ALL_OR_NOTHING, choices.RIGHT_MINUS_WRONG)
KEYS = ("columns", "rows")
NEEDS_MARKER = False


def written(node: Node) -> Written:
    columns = parts.named(node.texts("columns"))
    letters = {column["text"]: column["id"] for column in columns}
    rows, right, whys = [], "", {}
    for number, row in enumerate(node.nodes("rows"), 1):
        row.only("text", "right", "why")
        said = row.text("right")
        if said not in letters:
            row.complain(f"'right' must be one of the columns: {', '.join(letters)}", "right")
        rows.append({"id": str(number), "text": row.text("text")})
        right += letters.get(said, parts.OPEN)
        whys[str(number)] = row.text("why")
    content = {"kind": KIND, "stem": node.text("stem"), "columns": columns, "rows": rows}
    key = {"rule": parts.rule_of(node, RULES), "right": right, "of": len(columns)}
    return Written(parts.warned(content, key), key, whys)


def said(content: Mapping[str, Any], key: Mapping[str, Any], rationales: Mapping[str, str]) -> dict[str, Any]:
    names = {column["id"]: column["text"] for column in content["columns"]}
    rows = [
        {"text": row["text"], "right": names.get(one, ""), "why": rationales.get(row["id"], "")}
        for row, one in zip(content["rows"], key["right"], strict=True)
    ]
    return parts.said_of_all(content, key) | {"columns": list(names.values()), "rows": rows}


def faults(content: Mapping[str, Any], key: Mapping[str, Any]) -> list[str]:
    columns, rows = content.get("columns", []), content.get("rows", [])
    found = parts.stem_and_rule(content, key, RULES)
    found += parts.counted(columns, "columns", 2, 5) + parts.counted(rows, "rows", 2, 10)
    found += parts.distinct([column["text"] for column in columns], "a column")
    found += parts.distinct([row["text"] for row in rows], "a row")
    right = key.get("right", "")
    if not parts.is_code(right, len(rows), parts.ids(columns)) or parts.OPEN in right:
        found.append("the key must name a column for each row")
    if key.get("of") != len(columns):
        found.append("the key is of another number of columns")
    return found


def present(content: Mapping[str, Any]) -> dict[str, Any]:
    return parts.seen(content, "columns", "rows")


def fields(content: Mapping[str, Any], value: Any) -> tuple[Field, ...]:
    given = value or parts.OPEN * len(content["rows"])
    return tuple(
        Field(row["id"], row["text"], parts.choices(content["columns"], one))
        for row, one in zip(content["rows"], given, strict=True)
    )


def lines(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Line, ...]:
    names = {column["id"]: column["text"] for column in content["columns"]}
    return tuple(
        Line(row["id"], row["text"], names.get(one, ""))
        for row, one in zip(content["rows"], key["right"], strict=True)
    )


def key_fields(content: Mapping[str, Any], key: Mapping[str, Any]) -> tuple[Field, ...]:
    return fields(content, key["right"])


def keyed(content: Mapping[str, Any], key: Mapping[str, Any], said: Said) -> dict[str, Any]:
    """The key is written as the response that is right."""
    return {"right": posted(shape(content), said) or ""}


def shape(content: Mapping[str, Any]) -> list[Any]:
    """The number of rows, and the letters of the columns."""
    return [len(content["rows"]), parts.ids(content["columns"])]


def fits(shape: Any, value: Any) -> bool:
    return value is None or parts.is_code(value, shape[0], shape[1])


def posted(shape: Any, said: Said) -> str | None:
    return parts.joined(said(str(row)) for row in range(1, shape[0] + 1))


def finished(value: str) -> bool:
    return parts.OPEN not in value


def taken(key: Mapping[str, Any], value: str) -> tuple[Taken, ...]:
    return parts.taken_letters(key["right"], value)


def mark(key: Mapping[str, Any], value: Any) -> Fraction:
    if value is None:
        return Fraction(0)
    rows = len(key["right"])
    right = sum(one == other for one, other in zip(value, key["right"], strict=True))
    if key["rule"] == choices.RIGHT_MINUS_WRONG:
        wrong = rows - right - value.count(parts.OPEN)
        return choices.right_minus_wrong(right=right, wrong=wrong, options=key["of"]) / rows
    return choices.share(right, rows) if key["rule"] == PER_ROW else choices.all_or_nothing(right == rows)


def maximum(key: Mapping[str, Any]) -> Fraction:
    return Fraction(1)
