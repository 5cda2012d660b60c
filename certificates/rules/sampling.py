"""Drawing a random sample that anybody can draw again from the seed."""

import hashlib
from collections.abc import Iterable


def draw(numbers: Iterable[str], *, percent: int, seed: str) -> tuple[str, ...]:
    """So many of a hundred of these numbers, one at least where there are any: those with the smallest
    SHA-256 of `seed:number`. The order in which they are given does not matter; the answer is sorted.
    """
    if not 0 <= percent <= 100:
        raise ValueError("a share lies between 0 and 100 per cent")
    known = set(numbers)
    size = -(-len(known) * percent // 100)
    by_lot = sorted(known, key=lambda number: hashlib.sha256(f"{seed}:{number}".encode()).digest())
    return tuple(sorted(by_lot[:size]))
