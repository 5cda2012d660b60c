"""Everything on record of one sitting, in the order in which it happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from exams.models import LateResponse, Sitting
from exams.queries import sittings
from exams.rules import timelines
from exams.rules.acceptance import Verdict
from exams.rules.chain import Link
from exams.states import SittingState


@dataclass(frozen=True)
class Moment:
    """One thing that happened. `what` names its kind, `row` is what is on record of it; `by` is who did it,
    None where nobody did."""

    at: datetime
    what: str
    row: Any
    by: Any = None


@dataclass(frozen=True)
class Saves:
    """Answers that came one after another with nothing else in between."""

    count: int
    until_at: datetime


@dataclass(frozen=True)
class Silence:
    until_at: datetime

    def seconds(self, since: datetime) -> int:
        return int((self.until_at - since).total_seconds())


def responses(sitting: Sitting) -> tuple[list[tuple[Link, Verdict]], list[LateResponse]]:
    """The response events of a sitting with what became of each, and those that came too late. Two statements."""
    return timelines.verdicts(
        sittings.links(sitting.pk, is_over=sitting.state == SittingState.MARKED)
    ), sittings.late(sitting)


def timeline(sitting: Sitting) -> list[Moment]:
    """What happened in and around a sitting, for those who watch over it: saves are counted, what was
    answered is not told. Ten statements, whatever the length."""
    found = [
        *(Moment(row.at, "change", row, row.by) for row in _by(sitting.changes)),
        *(Moment(row.at, "message", row, row.by) for row in _by(sitting.messages)),
        *(Moment(row.at, "incident", row, row.by) for row in _by(sitting.incidents)),
        *(Moment(row.at, "identity", row, row.by) for row in _by(sitting.identity_checks)),
        *_credits(sitting),
        *_takeovers(sitting),
        *_files(sitting),
        *_silences(sitting),
        *_late(sitting),
    ]
    found.sort(key=lambda moment: moment.at)
    arrived = [link.at for link in sittings.links(sitting.pk, is_over=sitting.state == SittingState.MARKED)]
    return _woven(found, arrived)


def _by(rows: Any) -> Any:
    return rows.select_related("by").order_by("pk")


def _credits(sitting: Sitting) -> list[Moment]:
    found = []
    for row in sitting.credits.select_related("by", "decided_by").order_by("pk"):
        # The grant of what one person gave alone, and of a pause, stands among the changes already.
        if row.state == "proposed" or row.decided_by_id is not None:
            found.append(Moment(row.at, "credit proposed", row, row.by))
        if row.decided_at is not None and row.state == "declined":
            found.append(Moment(row.decided_at, "credit declined", row, row.decided_by))
    return found


def _takeovers(sitting: Sitting) -> list[Moment]:
    found = []
    for row in sitting.takeovers.select_related("decided_by").order_by("pk"):
        found.append(Moment(row.at, "takeover asked", row))
        if row.decided_at is not None and row.state == "refused":
            found.append(Moment(row.decided_at, "takeover refused", row, row.decided_by))
    return found


def _files(sitting: Sitting) -> list[Moment]:
    found = []
    rows = sitting.files.defer("content").select_related("uploaded_by", "proposed_by", "decided_by")
    for row in rows.order_by("pk"):
        found.append(Moment(row.uploaded_at, "file received", row, row.uploaded_by))
        if row.proposed_at is not None:
            found.append(Moment(row.proposed_at, "file proposed", row, row.proposed_by))
        if row.decided_at is not None:
            found.append(Moment(row.decided_at, f"file {row.state}", row, row.decided_by))
    return found


def _silences(sitting: Sitting) -> list[Moment]:
    spans = list(sitting.presences.order_by("from_at", "until_at"))
    return [
        Moment(a.until_at, "silence", Silence(b.from_at))
        for a, b in pairwise(spans)
        if b.from_at > a.until_at
    ]


def _late(sitting: Sitting) -> list[Moment]:
    return [Moment(row.at, "late", row) for row in sittings.late(sitting)]


def _woven(found: Sequence[Moment], arrived: Sequence[datetime]) -> list[Moment]:
    """The moments with the saves between them, each run of saves as one."""
    woven: list[Moment] = []
    left = list(arrived)
    for moment in found:
        before = [at for at in left if at < moment.at]
        if before:
            woven.append(Moment(before[0], "saves", Saves(len(before), before[-1])))
            left = left[len(before) :]
        woven.append(moment)
    if left:
        woven.append(Moment(left[0], "saves", Saves(len(left), left[-1])))
    return woven
