"""What a panel has found."""

from collections import Counter
from collections.abc import Hashable, Sequence


def agreed[Finding: Hashable](findings: Sequence[Finding], *, needed: int) -> Finding | None:
    """The finding on which so many members agree, or None as long as there is none."""
    counted = Counter(findings).most_common(1)
    return counted[0][0] if counted and counted[0][1] >= needed else None
