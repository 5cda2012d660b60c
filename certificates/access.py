"""How often anyone may ask the register, so that nobody guesses their way through it and nobody meets a wall.

Whoever comes with a code or link that fits is always answered: a key can't be guessed. What counts against
an address is what was not found there; what counts against a number is names that did not match it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from certificates.actions import answering
from certificates.actions.answering import Answer, Register
from certificates.queries import verification
from certificates.queries.verification import Asked, Found, Miss, Naming
from certificates.rules import numbers
from certificates.rules.answers import Person
from lms.web import throttle
from lms.web.throttle import Count, Limit

ASKED: Final = Limit("asked", 600, 600)
MISSED: Final = Limit("missed", 60, 600)
NAMED: Final = Limit("named", 20, 3600)
LISTED: Final = Limit("listed", 20, 3600)
LISTED_BY_KEY: Final = Limit("listed", 600, 3600)
SHOWN: Final = Limit("shown", 60, 600)
_COMPARED: Final = (Naming.MATCHES, Naming.FORMER, Naming.DIFFERS)
_MISSES: Final = (Naming.DIFFERS, Naming.KEY_LAPSED)


class TooOften(Exception):
    """This address has asked, or missed, too often. Carries `count`."""

    def __init__(self, count: Count) -> None:
        super().__init__(count.limit.name)
        self.count = count


def answer(asked: Asked, *, at: datetime, asker: str) -> Found | None:
    """What `verification.answer` says, within the limits. Raises numbers.Misspelt and TooOften."""
    allowed = throttle.add(ASKED, asker)
    missed = throttle.seen(MISSED, asker)
    if allowed.over or missed.spent:
        if not asked.key:
            raise TooOften(allowed if allowed.over else missed)
        found = verification.answer(Asked(asked.number, "", asked.key), at=at)
        if found is None or found.naming is not Naming.KEY_FITS:
            raise TooOften(allowed if allowed.over else missed)
        return found
    try:
        number = numbers.parse(asked.number).folded
        resting = bool(asked.name) and throttle.seen(NAMED, number).spent
        found = verification.answer(asked, at=at, names_rest=resting)
    except numbers.Misspelt:
        throttle.add(MISSED, asker)
        raise
    if found is None or found.naming in _MISSES:
        throttle.add(MISSED, asker)
    if found is not None and found.naming is Naming.DIFFERS:
        throttle.add(NAMED, number)
    return found


def answers(
    asked: Sequence[Asked], *, at: datetime, asker: str, key: str = ""
) -> tuple[list[Found | Miss], Count]:
    """An answer for each row of a list, in order, and how many more lists this address may send.

    With a `key` (the prefix of an organisation's) the limit is that of the key. A list costs the address one, however many of its rows are not found; names that do not match count
    against their numbers, within the list as well. Raises TooOften.
    """
    count = throttle.add(LISTED_BY_KEY, key) if key else throttle.add(LISTED, asker)
    if count.over:
        raise TooOften(count)
    told = verification.answers(asked, at=at)
    tried: dict[str, int] = {}
    for place, found in enumerate(told):
        if not isinstance(found, Found) or found.naming not in _COMPARED:
            continue
        number = numbers.parse(found.number).folded
        before = throttle.seen(NAMED, number).used + tried.get(number, 0)
        if before >= NAMED.most:
            # A right name after too many wrong ones is not told either: it may have been guessed.
            told[place] = Found(found.view, Naming.PAUSED, found.number)
        elif found.naming is Naming.DIFFERS:
            tried[number] = tried.get(number, 0) + 1
    for number, cost in tried.items():
        throttle.add(NAMED, number, cost=cost)
    return told, count


def admit(*, asker: str) -> None:
    """Counts that something is shown; to be asked before it is read. Raises TooOften."""
    count = throttle.add(SHOWN, asker)
    if count.over:
        raise TooOften(count)


def shown(content: bytes, *, name: str, at: datetime, asker: str) -> Answer:
    """What `answering.of_file` says to the bytes of a file that `admit` has let in.

    What it names is asked as if it had been typed, and a name that differs counts against the number, as elsewhere.
    Raises TooOften, and isolation.Busy.
    """
    asking = Register(
        look=lambda asked: answer(asked, at=at, asker=asker),
        names_rest=lambda number: throttle.seen(NAMED, numbers.parse(number).folded).spent,
    )
    told = answering.of_file(content, asking=asking, name=name, at=at)
    if told.person is Person.DIFFERS and told.found is not None:
        throttle.add(NAMED, numbers.parse(told.found.number).folded)
        throttle.add(MISSED, asker)
    return told
