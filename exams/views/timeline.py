"""A candidate's own timeline, to download once the sitting has ended."""

import csv
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from exams import access
from exams.models import Sitting
from exams.queries import sittings as queries
from exams.queries import timelines
from exams.states import CreditCause
from lms.kit import tables

FORMAT = "timeline/1"
COLUMNS = ("time", "what", "by", "epoch", "seq", "position", "value", "verdict", "note", "digest")


@login_required
@require_safe
def as_json(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The whole timeline for programs; docs/api-sittings.md describes it."""
    sitting = _ended(request, uuid)
    form = sitting.form
    said = {
        "auditorium": FORMAT,
        "sitting": str(sitting.uuid),
        "exam": sitting.exam.key,
        "form": form.digest if form else "",
        "started_at": _time(sitting.started_at),
        "deadline": _time(sitting.deadline_at),
        "ended_at": _time(sitting.submitted_at),
        "closed_by": sitting.closed_by,
        "answered": sitting.answered,
        "length": form.length if form else 0,
        "responses_digest": sitting.responses_digest,
        "chain_length": sitting.chain_length,
        "chain_head": sitting.chain_head,
        "timeline": list(_lines(sitting)),
    }
    return _file(JsonResponse(said, json_dumps_params={"indent": 1}), f"sitting-{sitting.uuid}.json")


@login_required
@require_safe
def as_csv(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The timeline as a table: one line for each thing that happened, in order."""
    sitting = _ended(request, uuid)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    table = csv.writer(answer)
    table.writerow(COLUMNS)
    for line in _lines(sitting):
        table.writerow([_cell(line.get(name)) for name in COLUMNS])
    table.writerow(
        [_time(sitting.submitted_at), "digest of the answers that count", *[""] * 7, sitting.responses_digest]
    )
    table.writerow([_time(sitting.submitted_at), "head of the chain", *[""] * 7, sitting.chain_head])
    return _file(answer, f"sitting-{sitting.uuid}.csv")


def _ended(request: HttpRequest, uuid: UUID) -> Sitting:
    """One's own sitting that has ended; before that there is no timeline yet."""
    try:
        sitting = queries.sitting(uuid, person_id=access.me(request))
    except queries.UnknownSitting:
        raise Http404 from None
    if sitting.submitted_at is None:
        raise Http404
    return sitting


def _lines(sitting: Sitting) -> list[dict[str, Any]]:
    """What happened, in order. Who acted is told by task, never by name."""
    return sorted(
        [*_around(sitting), *_answers(sitting)], key=lambda line: (line["time"], line.get("number", 0))
    )


def _around(sitting: Sitting) -> Iterator[dict[str, Any]]:
    # That time was added stands below, with how much and why.
    for change in sitting.changes.exclude(event="credit").order_by("pk"):
        by = "you" if change.by_id == sitting.candidate_id else "staff" if change.by_id else "the server"
        yield {"time": _time(change.at), "what": change.event, "by": by, "note": change.note}
    for credit in sitting.credits.filter(state="granted").order_by("pk"):
        seconds = int(credit.amount.total_seconds())
        note = f"{seconds} s for {credit.get_cause_display()}: {credit.reason}"
        by = "the server" if credit.cause == CreditCause.BREAK else "staff"
        yield {"time": _time(credit.decided_at), "what": "time credited", "by": by, "note": note}
    for message in sitting.messages.order_by("pk"):
        yield {"time": _time(message.at), "what": "message", "by": "staff", "note": message.text}


def _answers(sitting: Sitting) -> Iterator[dict[str, Any]]:
    stored, late = timelines.responses(sitting)
    for link, verdict in stored:
        digest = {"number": link.number, "digest": link.digest.hex()}
        yield _answer(link) | {"verdict": str(verdict)} | digest
    for row in late:
        yield _answer(row) | {"verdict": "late"}


def _answer(row: Any) -> dict[str, Any]:
    said = {"time": _time(row.at), "what": "answer", "by": "you", "epoch": row.epoch, "seq": row.seq}
    said |= {"position": row.position, "value": row.value}
    return said | ({"made_at": _time(row.stamped_at)} if row.stamped_at else {})


def _time(at: datetime | None) -> str:
    # To the microsecond, for that is what the chain binds.
    return "" if at is None else at.isoformat(timespec="microseconds").replace("+00:00", "Z")


def _cell(value: Any) -> str:
    return tables.safe("" if value is None else str(value))


def _file(answer: HttpResponse, name: str) -> HttpResponse:
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "no-store"
    return answer
