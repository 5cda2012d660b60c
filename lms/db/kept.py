"""What is read again and again, kept in the memory of each process by its revision.

A value belongs to a revision for ever: who has read the revision from the database may take the value of it from here,
whatever another process has done meanwhile. What changed has another revision and is read anew; nothing has to be told
to anybody, and what nobody asks for any more falls out by itself.
"""

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable

_ALL: list["Kept"] = []  # type: ignore[type-arg]  # of whatever they keep


class Kept[T]:
    """At most `most` values by their revisions, those not asked for the longest forgotten first.

    `seconds` bounds besides how long a value may be taken from here at all: for what the database might say otherwise
    without a new revision, were somebody to write behind the house's back. Values are shared between threads: whoever
    takes one changes nothing of it.
    """

    def __init__(self, most: int, *, seconds: float | None = None) -> None:
        self._most, self._seconds = most, seconds
        self._values: OrderedDict[Hashable, tuple[float, T]] = OrderedDict()
        self._lock = threading.Lock()
        _ALL.append(self)

    def get(self, revision: Hashable, make: Callable[[], T]) -> T:
        """The value of a revision, made by `make` where it is not here. Two threads may make it at once; either's will do."""
        now = time.monotonic()
        with self._lock:
            known = self._values.get(revision)
            if known is not None and (self._seconds is None or now - known[0] < self._seconds):
                self._values.move_to_end(revision)
                return known[1]
        made = make()
        with self._lock:
            self._values[revision] = (now, made)
            self._values.move_to_end(revision)
            while len(self._values) > self._most:
                self._values.popitem(last=False)
        return made

    def __len__(self) -> int:
        return len(self._values)

    def clear(self) -> None:
        with self._lock:
            self._values.clear()


def clear() -> None:
    """Forgets everything: for a process that goes over to another database."""
    for one in _ALL:
        one.clear()
