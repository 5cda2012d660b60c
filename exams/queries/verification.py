"""What is kept of a sitting, brought before the rule that says whether it holds."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from exams.models import ScoreRun, Sitting
from exams.models.sittings import ENDED
from exams.queries import sittings
from exams.queries.sittings import UnknownSitting
from exams.rules import verification
from exams.rules.verification import Receipt, Run
from exams.states import SittingState

CHUNK = 200


@dataclass(frozen=True)
class Finding:
    """What was found of one sitting; `fault` goes on a sentence that begins with the sitting, or is None."""

    sitting: UUID
    events: int
    runs: int
    ended: bool
    fault: str | None


def finding(uuid: UUID) -> Finding:
    """Of one sitting, whosever it is. Raises UnknownSitting."""
    found = _rows().filter(uuid=uuid).first()
    if found is None:
        raise UnknownSitting(uuid)
    return _look(found)


def findings() -> Iterator[Finding]:
    """Of every sitting that has ended, in the order of their numbers; so many in memory at a time."""
    last = 0
    while found := list(_rows().filter(state__in=ENDED, pk__gt=last).order_by("pk")[:CHUNK]):
        yield from map(_look, found)
        last = found[-1].pk


def _rows() -> QuerySet[Sitting]:
    return Sitting.objects.select_related("form").defer("form__package").prefetch_related("score_runs__key")


def _look(sitting: Sitting) -> Finding:
    links = sittings.links(sitting.pk)
    first = sitting.form.keys if sitting.form else {}
    runs = [_run(row, first) for row in sorted(sitting.score_runs.all(), key=lambda row: row.number)]
    ended = sitting.state in ENDED
    receipt = Receipt(
        length=sitting.chain_length or 0,
        head=sitting.chain_head,
        digest=sitting.responses_digest,
        answered=sitting.answered or 0,
    )
    fault = verification.first_fault(
        links,
        sitting=str(sitting.uuid),
        form_digest=sitting.form.digest if sitting.form else "",
        receipt=receipt if ended else None,
        marked=sitting.state == SittingState.MARKED,
        runs=runs,
    )
    return Finding(sitting.uuid, len(links), len(runs), ended, fault)


def _run(row: ScoreRun, first: Mapping[str, Any]) -> Run:
    return Run(row.number, row.key.keys if row.key else first, row.raw, row.maximum, row.detail, row.digest)
