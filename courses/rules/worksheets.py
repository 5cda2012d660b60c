"""The worksheet of an exercise: its task, and the room to answer in, read from the words of the task itself.

Authors write columns as a row of italics with semicolons between (*what*; *who*; *by when*), and parts as a
list. What they wrote decides the sheet:

- three to eight columns in a row: a table, with a row for each entry of the task's list, or six empty ones;
- no columns, but a list: a box for each of its entries;
- neither: lines to write on.
"""

import re
from dataclasses import dataclass

_COLUMNS = re.compile(r"<i>[^<]+</i>(?:;\s+(?:(?:and|und)\s+)?<i>[^<]+</i>){2,}")
_NAME = re.compile(r"<i>([^<]+)</i>")
_LIST = re.compile(r"<(ol|ul)>.*?</\1>", re.DOTALL)
_ENTRY = re.compile(r"<li>(.*?)</li>", re.DOTALL)
# As authors begin the paragraph that says it, in the languages of lessons.
_ANSWER = re.compile(r"<p>\s*(?:A good answer|Eine gute Antwort)\b.*", re.DOTALL)
MOST_COLUMNS = 8
EMPTY_ROWS = 6


@dataclass(frozen=True)
class Worksheet:
    """What a worksheet prints: `task`, `boxes` and `answer` are HTML, `columns` and what else is text.

    Of `columns`, `boxes` and `lines` one is not empty. With columns, `rows` says how many.
    """

    task: str
    columns: tuple[str, ...]
    rows: int
    boxes: tuple[str, ...]
    lines: int
    answer: str

    @property
    def wide(self) -> bool:
        """Whether it needs the page lying down."""
        return len(self.columns) > 3


def worksheet(html: str) -> Worksheet:
    """The worksheet of an exercise whose text is `html`."""
    found = _ANSWER.search(html)
    answer = found[0] if found else ""
    task = html[: found.start()] if found else html
    columns = _columns(task)
    listed = _LIST.search(task)
    entries = tuple(entry.strip() for entry in _ENTRY.findall(listed[0])) if listed else ()
    if columns:
        return Worksheet(task, columns, len(entries) or EMPTY_ROWS, (), 0, answer)
    if listed and entries:
        # The entries are printed as the heads of their boxes; twice would be once too many.
        return Worksheet(task[: listed.start()] + task[listed.end() :], (), 0, entries, 0, answer)
    return Worksheet(task, (), 0, (), 24, answer)


def _columns(task: str) -> tuple[str, ...]:
    """The longest row of italics that a table can hold."""
    rows = [tuple(_NAME.findall(row)) for row in _COLUMNS.findall(task)]
    return max((row for row in rows if len(row) <= MOST_COLUMNS), key=len, default=())
