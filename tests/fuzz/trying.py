"""Giving a parser one spoiled file after the other, the same ones each time for the same number."""

import contextlib
import random
import signal
import traceback
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass

from tests.fuzz import mutations
from tests.fuzz.parsers import PARSERS, Parser

SECONDS = (
    20.0  # for one file, on a machine that has other things to do; what grows without end reaches any figure
)
MEGABYTES = 700


@dataclass(frozen=True)
class Finding:
    """A file that a parser did not refuse in its own words. `number` brings it again."""

    parser: str
    number: int
    fault: str
    data: bytes


class TooSlow(BaseException):
    """Not an Exception: a parser that catches everything must not catch this."""


def file_of(parser: Parser, number: int) -> bytes:
    """The spoiled file of this number."""
    chance = random.Random(number)
    seeds = parser.seeds()
    seed = seeds[chance.randrange(len(seeds))]
    if parser.within and not seed.startswith(b"<") and chance.random() < 0.75:
        return mutations.spoiled_within(seed, chance)
    return mutations.spoiled(seed, chance, seeds)


def tried(name: str, number: int, *, weighing: bool = False) -> Finding | None:
    """What goes wrong with the file of this number; None where it is read or refused."""
    parser = PARSERS[name]
    data = file_of(parser, number)
    if weighing:
        tracemalloc.start()
    try:
        with _within(SECONDS):
            parser.read(data)
    except parser.refuses:
        pass
    except (Exception, TooSlow) as fault:
        where = traceback.extract_tb(fault.__traceback__)[-1]
        return Finding(
            name, number, f"{type(fault).__name__}: {fault} ({where.filename}:{where.lineno})"[:400], data
        )
    finally:
        most = tracemalloc.get_traced_memory()[1] if weighing else 0
        if weighing:
            tracemalloc.stop()
    if most > MEGABYTES << 20:
        return Finding(name, number, f"took {most >> 20} MB", data)
    return None


@contextlib.contextmanager
def _within(seconds: float) -> Iterator[None]:
    def ring(*_: object) -> None:
        raise TooSlow(f"not done within {seconds:g} s")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
