"""From the bytes of RESPONSES.csv and KEY.csv to one matrix of right and wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from exams.rules.statistics import tables
from exams.rules.statistics.estimates import Bytes, Floats, Integers
from exams.rules.statistics.tables import CannotRead, Cells, Fault, Texts

PERSON, GROUP, TIME = "person", "group", "total_time"
LONGEST_CODE = 8
MOST_ITEMS = 300  # of one file: by conditional likelihood work grows with their third power and more


@dataclass(frozen=True)
class Key:
    """The codes that are right, and those that may be chosen at all (empty: any)."""

    right: frozenset[str]
    options: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Part:
    """What some of the persons chose at a part of an item: `code` names both, `group` the part alone. `lumped` has together
    what was typed too seldom for a line of its own."""

    code: str
    group: str
    is_key: bool
    rows: Integers
    lumped: bool = False


@dataclass(frozen=True, eq=False)
class Responses:
    """n persons × k items. `right` has 1 and 0; `chosen` numbers `codes`, 0 is no answer.

    No answer scores 0. It is *omitted* where a later item was answered, else *not reached*.
    `keys` are numbers of codes, for each item; without KEY.csv it is empty and nothing is known of options.
    `total_time` is NaN where it wasn't given. `parts` has, for each item, what was chosen at its parts, where a response is
    more than one code.
    """

    items: tuple[str, ...]
    right: Bytes
    scores: Integers
    chosen: Bytes
    codes: tuple[str, ...] = ()
    keys: tuple[frozenset[int], ...] = ()
    omitted: tuple[int, ...] = ()
    not_reached: tuple[int, ...] = ()
    persons: Texts | None = None
    groups: Integers | None = None
    group_names: tuple[str, ...] = ()
    total_time: Floats | None = None
    parts: tuple[tuple[Part, ...], ...] = ()

    @property
    def n(self) -> int:
        return len(self.right)

    @property
    def k(self) -> int:
        return len(self.items)

    def person(self, row: int) -> str:
        """The name that was given, or the number of the row, counted from 1."""
        return str(row + 1) if self.persons is None else self.persons[row].decode()


def read(data: bytes, key: bytes | None = None) -> Responses:
    """Raises `tables.CannotRead` with everything that helps to find the place."""
    header, rows, delimiter = tables.opened(data)
    places = {name.lower(): place for place, name in enumerate(header)}
    wide = sorted(places[name] for name in (PERSON, GROUP, TIME) if name in places)
    items = tuple(name for place, name in enumerate(header) if place not in wide)
    _check_header(header, items)
    try:
        keys = _keys(key, items) if key is not None else {}
    except CannotRead as cannot:
        cannot.in_key = True
        raise
    cells = tables.cells(rows, delimiter, header, wide)
    _check_codes(cells, items, keys)
    numbers = {code: number for number, code in enumerate(cells.codes)}
    keyed = tuple(
        frozenset(numbers[code] for code in keys[item].right & set(numbers)) for item in items if keys
    )
    accepted = keyed or (frozenset({numbers.get("1", -1)}),) * len(items)
    right = np.empty_like(cells.narrow)
    for column, good in enumerate(accepted):
        right[:, column] = np.isin(cells.narrow[:, column], sorted(good))
    scores = np.zeros(len(right), np.int64)
    for column in range(len(items)):
        scores += right[:, column]
    omitted, not_reached = unanswered(cells.narrow)
    columns = {name: cells.wide[places[name]] for name in (PERSON, GROUP, TIME) if name in places}
    groups, names = _groups(columns.get(GROUP))
    return Responses(
        items, right, scores, cells.narrow, cells.codes, keyed, omitted, not_reached,
        _persons(columns.get(PERSON), cells.lines), groups, names, _times(columns.get(TIME), cells.lines),
    )  # fmt: skip


def _check_header(header: Sequence[str], items: Sequence[str]) -> None:
    lower = [name.lower() for name in header]
    for place, name in enumerate(lower):
        if not name:
            raise CannotRead(Fault.UNNAMED, line=1, found=str(place + 1))
        if name in lower[:place]:
            raise CannotRead(Fault.COLUMN_TWICE, line=1, column=header[place])
    if not items:
        raise CannotRead(Fault.NO_ITEMS, line=1)
    if len(items) > MOST_ITEMS:
        raise CannotRead(Fault.TOO_MANY_ITEMS, line=1, found=str(len(items)))


def _keys(data: bytes, items: Sequence[str]) -> dict[str, Key]:
    """KEY.csv: `item,key`. A key `A|C` accepts either; a third column `options` (`A|B|C|D`) may limit the codes."""
    header, rows, delimiter = tables.opened(data)
    names = [name.lower() for name in header]
    if names not in (["item", "key"], ["item", "key", "options"]):
        raise CannotRead(Fault.KEY_HEADER, line=1, found=",".join(header))
    found: dict[str, Key] = {}
    for number, row in enumerate(tables.lines_of(rows.decode().splitlines(), delimiter), start=2):
        if not row:
            continue
        if len(row) != len(names):
            raise CannotRead(Fault.RAGGED, line=number, found=str(len(row)))
        item, right, *rest = (cell.strip() for cell in row)
        if item in found:
            raise CannotRead(Fault.KEY_TWICE, line=number, column=item)
        if item not in items:
            raise CannotRead(Fault.KEY_WITHOUT_ITEM, line=number, column=item)
        key = Key(_codes(right), _codes(rest[0]) if rest else frozenset())
        if not key.right or (key.options and not key.right <= key.options):
            raise CannotRead(Fault.KEY_BLANK, line=number, column=item, found=right)
        found[item] = key
    for item in items:
        if item not in found:
            raise CannotRead(Fault.ITEM_WITHOUT_KEY, column=item)
    return found


def _codes(cell: str) -> frozenset[str]:
    return frozenset(code.strip().upper() for code in cell.split("|") if code.strip())


def _check_codes(cells: Cells, items: Sequence[str], keys: dict[str, Key]) -> None:
    for column, item in enumerate(items):
        options = keys[item].options if keys else frozenset({"0", "1"})
        used = np.flatnonzero(np.bincount(cells.narrow[:, column], minlength=len(cells.codes)))
        unknown = [number for number in used if number and not _may_be(cells.codes[number], options)]
        if unknown:
            row = int(np.argmax(np.isin(cells.narrow[:, column], unknown)))
            fault = Fault.UNKNOWN_CODE if keys else Fault.NEITHER_0_NOR_1
            found = cells.codes[cells.narrow[row, column]]
            raise CannotRead(fault, line=cells.lines[row], column=item, found=found)


def _may_be(code: str, options: frozenset[str]) -> bool:
    return code in options or (not options and code.isalnum() and len(code) <= LONGEST_CODE)


def unanswered(chosen: Bytes) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """For each item, how many omitted it and how many did not reach it."""
    reached = np.zeros(len(chosen), bool)
    omitted, not_reached = [], []
    for column in reversed(range(chosen.shape[1])):
        blank = chosen[:, column] == 0
        omitted.append(int((blank & reached).sum()))
        not_reached.append(int((blank & ~reached).sum()))
        reached |= ~blank
    return tuple(reversed(omitted)), tuple(reversed(not_reached))


def _persons(texts: Texts | None, lines: Sequence[int]) -> Texts | None:
    if texts is None:
        return None
    order = np.argsort(texts, kind="stable")
    twice = np.flatnonzero((texts[order[1:]] == texts[order[:-1]]) & (texts[order[1:]] != b""))
    if twice.size:
        row = int(order[1:][twice].min())
        raise CannotRead(Fault.PERSON_TWICE, line=lines[row], column=PERSON, found=texts[row].decode())
    return texts


def _groups(texts: Texts | None) -> tuple[Integers | None, tuple[str, ...]]:
    if texts is None:
        return None, ()
    names, groups = np.unique(texts, return_inverse=True)
    return groups.astype(np.int64), tuple(name.decode() for name in names)


def _times(texts: Texts | None, lines: Sequence[int]) -> Floats | None:
    """Seconds, or any other unit that is the same for all; a blank is NaN."""
    if texts is None:
        return None
    times = np.full(len(texts), np.nan)
    for row in np.flatnonzero((texts != b"") & (texts != b"NA")).tolist():
        try:
            times[row] = float(texts[row])
        except ValueError:
            times[row] = -1.0
        if not 0 <= times[row] < np.inf:
            raise CannotRead(Fault.BAD_TIME, line=lines[row], column=TIME, found=texts[row].decode())
    return times
