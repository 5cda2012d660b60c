"""Announcements: facts travel up the house inside the transaction that made them."""

from typing import Any

from django.db import transaction
from django.dispatch import Signal


class Announcement(Signal):
    """A signal with a name and a fixed list of facts.

    Announced inside the action's transaction; a receiver does one cheap thing, it puts a job row
    with a unique key. So the fact and the work that it causes are committed together or not at all.
    """

    known: list["Announcement"] = []

    def __init__(self, name: str, *, facts: tuple[str, ...], says: str) -> None:
        super().__init__()
        self.name = name
        self.facts = facts
        self.says = says
        Announcement.known.append(self)

    def announce(self, **facts: Any) -> None:
        """Tells every receiver. A receiver that raises takes the action's transaction down with it:
        work that could not be recorded must not be promised.

        Raises TypeError when the facts are not exactly those listed, RuntimeError outside a transaction.
        """
        if set(facts) != set(self.facts):
            raise TypeError(f"{self.name} announces {sorted(self.facts)}, and was given {sorted(facts)}")
        if not transaction.get_connection().in_atomic_block:
            raise RuntimeError(f"{self.name} must be announced inside the action's transaction")
        self.send(sender=self.name, **facts)
