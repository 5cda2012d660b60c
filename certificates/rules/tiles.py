"""Addresses and contents of the log's tiles: C2SP tlog-tiles (docs/algorithms/log.md)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from certificates.rules.merkle import WIDTH

_PATH: Final = re.compile(
    r"(?P<level>entries|0|[1-9]|[1-5][0-9]|6[0-3])/(?P<number>(?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)


@dataclass(frozen=True)
class Tile:
    """Which hashes: `width` of them from number · 256 on, of a level; of the entries themselves without a level."""

    level: int | None
    number: int
    width: int

    @property
    def full(self) -> bool:
        return self.width == WIDTH

    @property
    def path(self) -> str:
        """Its address below `tile/`: the number in groups of three digits, all but the last with an x before."""
        groups, rest = [f"{self.number % 1000:03d}"], self.number // 1000
        while rest:
            groups.insert(0, f"x{rest % 1000:03d}")
            rest //= 1000
        level = "entries" if self.level is None else str(self.level)
        return f"{level}/{'/'.join(groups)}" + ("" if self.full else f".p/{self.width}")


def parse(path: str) -> Tile | None:
    """The tile that a path names; None for what is no such path."""
    told = _PATH.fullmatch(path)
    if told is None or int(told["width"] or 1) >= WIDTH:
        return None
    level = None if told["level"] == "entries" else int(told["level"])
    number = int(told["number"].replace("/", "").replace("x", ""))
    found = Tile(level, number, int(told["width"] or WIDTH))
    return found if found.path == path else None  # one address each: no zeros before the number


def of_tree(size: int) -> list[Tile]:
    """Every tile that a tree of `size` consists of, bundles of entries included."""
    found, level = [], 0
    while size >> 8 * level:
        count = size >> 8 * level
        for number in range(-(-count // WIDTH)):
            width = min(WIDTH, count - number * WIDTH)
            found += [Tile(None, number, width)] if level == 0 else []
            found.append(Tile(level, number, width))
        level += 1
    return found


def bundle(entries: Sequence[bytes]) -> bytes:
    """Entries one after the other, each with its length in two bytes before it."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)
