"""Doing the same to many, each by itself."""

from collections.abc import Callable, Iterable
from typing import Final

# So many faults are no longer those of single things: what is left waits for the next turn.
MOST_FAULTS: Final = 20


def each[T](things: Iterable[T], do: Callable[[T], object], *, failed: str) -> None:
    """Does it to one after the other; one that fails stops none after it.

    What went wrong is raised at the end, together, as an ExceptionGroup under the words of `failed`; after 20 faults
    the rest is left for another time.
    """
    faults: list[Exception] = []
    for thing in things:
        try:
            do(thing)
        except Exception as fault:
            faults.append(fault)
        if len(faults) == MOST_FAULTS:
            break
    if faults:
        raise ExceptionGroup(failed, faults)
