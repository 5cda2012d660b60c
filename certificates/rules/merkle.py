"""The Merkle tree of the register's log, as RFC 6962 (section 2.1) hashes it; docs/algorithms/log.md tells it with numbers.

A tree is never held whole: `hash_of(low, high)` answers the hash of the entries `low` to `high` (without `high`),
from a list of leaves in tests and from stored tiles in earnest.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

WIDTH: Final = 256  # hashes in a full tile
EMPTY: Final = hashlib.sha256(b"").digest()

type Range = tuple[int, int]


class Wrong(Exception):
    """A proof does not prove what it is shown for."""


def leaf(entry: bytes) -> bytes:
    """The hash of an entry: the first byte keeps a leaf from being taken for a node."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(hashes: Sequence[bytes]) -> bytes:
    """The hash of a tree over these leaves, or over the roots of full subtrees of one size, the last perhaps smaller."""
    if not hashes:
        return EMPTY
    # From left to right, joining what has the same height: no recursion, and every hash is made once.
    stack: list[tuple[int, bytes]] = []
    for one in hashes:
        height, joined = 0, one
        while stack and stack[-1][0] == height:
            joined, height = node(stack.pop()[1], joined), height + 1
        stack.append((height, joined))
    found = stack.pop()[1]
    while stack:
        found = node(stack.pop()[1], found)
    return found


def inclusion(index: int, size: int) -> list[Range]:
    """The subtrees whose hashes prove that the entry `index` is in a tree of `size`, from the leaf's sibling up.

    Raises ValueError when there is no such entry.
    """
    if not 0 <= index < size:
        raise ValueError(f"there is no entry {index} among {size}")
    low, high, found = 0, size, []
    while high - low > 1:
        middle = low + _split(high - low)
        if index < middle:
            found.append((middle, high))
            high = middle
        else:
            found.append((low, middle))
            low = middle
    return found[::-1]


def consistency(old: int, size: int) -> list[Range]:
    """The subtrees whose hashes prove that a tree of `size` begins with the tree of `old` (RFC 6962, 2.1.2).

    Raises ValueError when `old` is larger, or nothing.
    """
    if not 0 < old <= size:
        raise ValueError(f"a tree of {size} does not begin with one of {old}")
    low, high, whole, found = 0, size, True, []
    while old != high:
        middle = low + _split(high - low)
        if old <= middle:
            found.append((middle, high))
            high = middle
        else:
            found.append((low, middle))
            low, whole = middle, False
    return ([] if whole else [(low, high)]) + found[::-1]


def check_inclusion(entry: bytes, index: int, size: int, path: Sequence[bytes], expected: bytes) -> None:
    """Raises Wrong unless `path` leads from the entry at `index` to the root `expected` of a tree of `size`."""
    if not 0 <= index < size:
        raise Wrong(f"there is no entry {index} among {size}")
    found = leaf(entry)
    for one, left in zip(path, _on_the_left(index, size - 1, len(path)), strict=True):
        found = node(one, found) if left else node(found, one)
    if found != expected:
        raise Wrong("the path leads to another root")


def check_consistency(old: int, size: int, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Raises Wrong unless `path` shows that the tree of `size` begins with the tree of `old` (RFC 9162, 2.1.4.2)."""
    if not 0 < old <= size:
        raise Wrong(f"a tree of {size} does not begin with one of {old}")
    if old == size:
        if path or old_root != new_root:
            raise Wrong("two logs of one size differ")
        return
    # Where the old tree is full it is itself the first hash, and isn't sent.
    first, *rest = [old_root, *path] if old & (old - 1) == 0 else [*path, *([] if path else [b""])]
    place, last = old - 1, size - 1
    while place % 2:
        place, last = place >> 1, last >> 1
    of_old = of_new = first
    for one, left in zip(rest, _on_the_left(place, last, len(rest)), strict=True):
        of_old = node(one, of_old) if left else of_old
        of_new = node(one, of_new) if left else node(of_new, one)
    if of_old != old_root:
        raise Wrong("the log does not begin with what was seen of it before")
    if of_new != new_root:
        raise Wrong("the path leads to another root")


def _on_the_left(place: int, last: int, steps: int) -> list[bool]:
    """On the way up from `place` in a row that ends at `last`: of each sibling whether it stands on the left.

    Raises Wrong when the way has another length.
    """
    found = []
    while last:
        if place % 2 or place == last:
            found.append(True)
            while place % 2 == 0:
                place, last = place >> 1, last >> 1
        else:
            found.append(False)
        place, last = place >> 1, last >> 1
    if len(found) != steps:
        raise Wrong(f"the path has {steps} hashes and not {len(found)}")
    return found


type Read = Callable[[int, int, int], Sequence[bytes]]


def hash_of(low: int, high: int, read: Read) -> bytes:
    """The hash of a subtree out of tiles.

    `read(level, first, last)` answers the hashes `first` to `last` (without it) of a level, which lie in one tile: at
    level 0 leaves, at level n the roots of full subtrees of 256 to the power of n. A range with a ragged right edge is
    folded from below, so that a few tiles are enough for any tree.
    """
    level, tail = 0, b""
    while True:
        first, last = low >> 8 * level, high >> 8 * level
        if first >> 8 == max(first, last - 1) >> 8:
            return root([*read(level, first, last), *([tail] if tail else [])])
        edge = last >> 8 << 8
        ragged = [*(read(level, edge, last) if edge < last else ()), *([tail] if tail else [])]
        tail = root(ragged) if ragged else b""
        level += 1


@dataclass
class Edge:
    """The right edge of a growing tree: of each level the hashes that do not fill a tile yet."""

    size: int = 0
    levels: list[list[bytes]] = field(default_factory=list)

    def append(self, entries: Iterable[bytes]) -> list[tuple[int, int, list[bytes]]]:
        """Takes leaf hashes in; returns the tiles that they fill: level, number, 256 hashes."""
        full: list[tuple[int, int, list[bytes]]] = []
        for one in entries:
            self.size += 1
            self._push(0, one, full)
        return full

    def root(self) -> bytes:
        """The root of the tree as it is now."""
        tail = b""
        for hashes in self.levels:
            ragged = [*hashes, *([tail] if tail else [])]
            tail = root(ragged) if ragged else b""
        return tail or EMPTY

    def _push(self, level: int, one: bytes, full: list[tuple[int, int, list[bytes]]]) -> None:
        while len(self.levels) <= level:
            self.levels.append([])
        self.levels[level].append(one)
        if len(self.levels[level]) == WIDTH:
            hashes, self.levels[level] = self.levels[level], []
            full.append((level, (self.size >> 8 * (level + 1)) - 1, hashes))
            self._push(level + 1, root(hashes), full)


def edge_tiles(size: int) -> list[tuple[int, int, int]]:
    """The partial tiles at the right edge of a tree: level, number, width; levels without one are left out."""
    found, level = [], 0
    while size >> 8 * level:
        wide = (size >> 8 * level) % WIDTH
        if wide:
            found.append((level, size >> 8 * (level + 1), wide))
        level += 1
    return found


def _split(size: int) -> int:
    """The largest power of two that is smaller."""
    return 1 << (size - 1).bit_length() - 1
