"""Until when a candidate may appeal, and what a panel has decided. Explained in docs/algorithms/appeals.md."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum


class Finding(StrEnum):
    """What a member of the panel finds."""

    DISMISS = "dismiss"  # the result stands
    REMARK = "remark"  # upheld: the sitting is marked again
    REKEY = "rekey"  # upheld: examiners decide about the key of the form


class Against(StrEnum):
    """What an appeal is against."""

    RESULT = "result"
    ANNULMENT = "annulment"  # upheld, the result comes back


# The key of a form has no part in why a result was annulled.
FINDINGS = {
    Against.RESULT: tuple(Finding),
    Against.ANNULMENT: (Finding.DISMISS, Finding.REMARK),
}


class Hindrance(StrEnum):
    NEVER = "never"  # the exam knows no appeals
    OPEN = "open"  # one is being heard
    HEARD = "heard"  # one was decided, and nothing has changed since
    LATE = "late"  # the time is over


def until(*, told_at: datetime, days: int) -> datetime:
    """The last moment at which one may appeal against what was told then."""
    return told_at + timedelta(days=days)


def hindrance(
    *, at: datetime, told_at: datetime, days: int, heard_at: Sequence[datetime], is_open: bool
) -> Hindrance | None:
    """What keeps a candidate from appealing, or None. `told_at` is when the result was last told as it stands,
    `heard_at` when appeals against it were lodged that came to a decision."""
    if days == 0:
        return Hindrance.NEVER
    if is_open:
        return Hindrance.OPEN
    if any(lodged_at >= told_at for lodged_at in heard_at):
        return Hindrance.HEARD
    return Hindrance.LATE if at > until(told_at=told_at, days=days) else None
