"""What the trail answers to the registers on the ground."""

from lms.audit import queries
from lms.kit import gather


def register() -> None:
    gather.READINESS.add(gather.ReadinessPart("trail", 25, queries.unsealed))
