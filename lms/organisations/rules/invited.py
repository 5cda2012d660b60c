"""What becomes of each row of a list of people to invite."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from lms.organisations.rules.roles import PERMISSIONS

MOST = 500
ADDRESS = re.compile(
    r"[^@\s,;<>\"\x00-\x20\x7f]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]",
    re.IGNORECASE,
)


class Answer(StrEnum):
    INVITED = "invited"
    NO_ADDRESS = "no-address"
    UNKNOWN_ROLE = "unknown-role"
    NOT_YOURS_TO_GIVE = "not-yours-to-give"
    THERE_ALREADY = "there-already"
    TWICE = "twice"


@dataclass(frozen=True)
class Row:
    """A line of the list, as it was given."""

    line: int
    email: str
    role: str


class NotAList(ValueError):
    """Not a table with a column `email`, or longer than MOST rows."""


def read(text: str) -> list[Row]:
    """The rows of a CSV file: `email` and, if given, `role` (else member), in any order, separated by comma, semicolon or
    tab. Empty lines are left out. Raises NotAList."""
    head = text.lstrip("\ufeff").splitlines()[:1]
    separator = max(",;\t", key=(head[0] if head else "").count)
    reader = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=separator)
    try:
        names = [name.strip().lower() for name in next(reader, [])]
        if "email" not in names:
            raise NotAList("no column email")
        rows = [
            Row(reader.line_num, _at(cells, names, "email"), _at(cells, names, "role").lower() or "member")
            for cells in reader
            if any(cell.strip() for cell in cells)
        ]
    except csv.Error as fault:
        raise NotAList(str(fault)) from None
    if len(rows) > MOST:
        raise NotAList(f"more than {MOST} rows")
    return rows


def tidy(email: str) -> str:
    return email.strip().lower()


def judge(rows: Sequence[Row], *, may_give: frozenset[str], held: frozenset[tuple[str, str]]) -> list[Answer]:
    """An answer for each row. `held` are (address, role) of those who have the role already."""
    seen: set[tuple[str, str]] = set()
    answers = []
    for row in rows:
        key = (tidy(row.email), row.role)
        answers.append(_judge(key, may_give, held, seen))
        seen.add(key)
    return answers


def _judge(
    key: tuple[str, str],
    may_give: frozenset[str],
    held: frozenset[tuple[str, str]],
    seen: set[tuple[str, str]],
) -> Answer:
    email, role = key
    if len(email) > 254 or not ADDRESS.fullmatch(email):
        return Answer.NO_ADDRESS
    if role not in PERMISSIONS:
        return Answer.UNKNOWN_ROLE
    if role not in may_give:
        return Answer.NOT_YOURS_TO_GIVE
    if key in held:
        return Answer.THERE_ALREADY
    return Answer.TWICE if key in seen else Answer.INVITED


def _at(cells: Sequence[str], names: Sequence[str], name: str) -> str:
    place = names.index(name) if name in names else len(cells)
    return cells[place].strip() if place < len(cells) else ""
