"""Demands of a blueprint in its author's words."""

from collections.abc import Sequence
from fractions import Fraction

from exams.rules.assembly.constraints import Constraint, Kind


def demand(said: Constraint) -> str:
    """One demand: `domain 2 wants 12 items at level apply (6 are there)`."""
    match said.kind:
        case Kind.CELL:
            level = f" at level {said.level}" if said.level else ""
            return f"domain {said.domain} wants {_count(said)}{level} ({said.there} {_are(said.there)} there)"
        case Kind.SETS:
            return f"scenario sets: {said.least} ({said.there} {_are(said.there)} there)"
        case Kind.LENGTH:
            return f"{_count(said)} in all"
        case Kind.DISJOINT:
            return f"{said.most} forms share no item"
        case Kind.EXPOSURE:
            return f"no item in more than {said.most} form{'' if said.most == 1 else 's'}"
        case Kind.TARGET:
            assert said.target is not None, "a target's demand carries it"
            at, least, most = (_number(n) for n in (said.target.at, said.target.least, said.target.most))
            return f"information from {least} to {most} at ability {at}"
        case Kind.ENEMIES:
            return f"{said.pair[0]} and {said.pair[1]} are enemies"


def conflict(demands: Sequence[Constraint], *, proved: bool) -> str:
    """A whole sentence about demands that can't all be met."""
    said = "; ".join(demand(one) for one in reversed(demands))
    if len(demands) == 1:
        return f"This can't be met: {said}."
    smallest = " Without any one of them the others can." if proved else ""
    return f"These can't all be met: {said}.{smallest}"


def _count(said: Constraint) -> str:
    if said.least != said.most:
        return f"{said.least} to {said.most} items"
    return f"{said.least} item{'' if said.least == 1 else 's'}"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _number(number: Fraction) -> str:
    return f"{float(number):g}"
