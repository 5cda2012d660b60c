"""Who may give a reference: not the applicant under any of their addresses, no subordinate, no relative."""

from collections.abc import Collection
from enum import StrEnum
from typing import Final


class Relation(StrEnum):
    """How the referee knows the applicant."""

    SUPERIOR = "superior"
    CLIENT = "client"
    COLLEAGUE = "colleague"
    AUDITED = "audited"  # audited by the applicant, or audited together
    SUBORDINATE = "subordinate"
    RELATIVE = "relative"


REFUSED: Final = frozenset({Relation.SUBORDINATE, Relation.RELATIVE})


class Refusal(StrEnum):
    OWN_ADDRESS = "own-address"
    SUBORDINATE = "subordinate"
    RELATIVE = "relative"
    ASKED_ALREADY = "asked-already"
    TOO_MANY = "too-many"


# A form that writes to strangers must not become a way to send mail: so many open or refused requests at once.
MOST_OPEN: Final = 6


def folded(address: str) -> str:
    """An address without case and without what stands after a plus: `Ada+x@Example.org` is `ada@example.org`."""
    local, _, domain = address.strip().casefold().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def refusal(
    *, relation: Relation, address: str, own: Collection[str], asked: Collection[str], waiting: int = 0
) -> Refusal | None:
    """Why a reference cannot be asked for, or None. `own` are the applicant's addresses, `asked` those already
    asked for this scheme, `waiting` how many have been asked and did not answer."""
    if relation in REFUSED:
        return Refusal(relation.value)
    if folded(address) in {folded(mine) for mine in own}:
        return Refusal.OWN_ADDRESS
    if folded(address) in {folded(known) for known in asked}:
        return Refusal.ASKED_ALREADY
    return Refusal.TOO_MANY if waiting >= MOST_OPEN else None
