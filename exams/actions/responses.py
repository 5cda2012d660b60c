"""Saving answers: the hot path of the house. One locking read and one insert, whatever the number of rows."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max

from exams.actions import sittings
from exams.models import LateResponse, ResponseEvent, Sitting
from exams.queries import sittings as queries
from exams.queries.sittings import UnknownSitting
from exams.rules import acceptance, deadline
from exams.rules.acceptance import Event, Refusal, Verdict
from exams.states import Lease, SittingState

type Table = type[ResponseEvent] | type[LateResponse]


@dataclass(frozen=True)
class Judged:
    """One event and what became of it."""

    seq: int
    verdict: Verdict
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Receipt:
    """The server's answer to a batch: a verdict for each event, and how the sitting stands.

    `epoch` is the newest that was given out, so a page with an older one knows that it writes no longer.
    """

    judged: tuple[Judged, ...]
    at: datetime
    state: str
    epoch: int
    deadline_at: datetime | None
    seconds_left: int

    @property
    def all_late(self) -> bool:
        return bool(self.judged) and all(one.verdict == Verdict.LATE for one in self.judged)


def save(*, sitting_uuid: UUID, person_id: int, epoch: int, events: Sequence[Event]) -> Receipt:
    """Stores response events and says what became of each.

    Idempotent by (sitting, epoch, seq): what came before is a duplicate and changes nothing. While the
    sitting is open an event is accepted, or superseded when a newer epoch has answered its position.
    Afterwards it is late: kept as evidence, and the sitting closed if its time is up and nothing else
    has closed it yet. An event that does not fit the form is refused, and the rest judged on its own.
    Raises UnknownSitting for a sitting that is not this person's, or not started.
    """
    with transaction.atomic():
        sitting, at = _locked(sitting_uuid, person_id)
        return _judge(sitting, events, at, epoch)


def save_page(*, sitting_uuid: UUID, person_id: int, changes: Iterable[tuple[int, Any]]) -> Receipt:
    """Stores the answers of a plain form page, given as (position, value), under the rules of `save`.

    A form can't number its changes, so they are numbered here, under the lock, in an epoch that belongs
    to form pages alone: if a tab with the player holds the lease, the form takes it over.
    """
    with transaction.atomic():
        sitting, at = _locked(sitting_uuid, person_id)
        wanted = [Event(0, 0, position, value) for position, value in changes]
        is_open = acceptance.is_open(state=sitting.state, deadline_at=sitting.deadline_at, at=at)
        if sitting.lease != Lease.FORM and wanted and is_open:
            sittings.pass_lease(sitting, to=Lease.FORM, at=at)
        # Late answers are numbered past the accepted ones too, or they would be taken for repetitions of these.
        tables: list[Table] = [ResponseEvent] if is_open else [ResponseEvent, LateResponse]
        top = max(_highest(table, sitting) for table in tables)
        numbered = [replace(e, epoch=sitting.epoch, seq=top + n) for n, e in enumerate(wanted, 1)]
        return _judge(sitting, numbered, at, sitting.epoch)


def _locked(sitting_uuid: UUID, person_id: int) -> tuple[Sitting, datetime]:
    """The sitting under its lock with what a save must know of the form, and the time. One statement."""
    rows = (
        Sitting.objects.select_for_update(of=("self",))
        .filter(uuid=sitting_uuid, candidate_id=person_id)
        .select_related("form")
        .only("id", "uuid", "state", "deadline_at", "epoch", "lease", "candidate", "form__shapes")
    )
    sitting = queries.timed(rows).first()
    if sitting is None or sitting.state == SittingState.READY:
        raise UnknownSitting(sitting_uuid)
    return sitting, queries.time_of(sitting)


def _judge(sitting: Sitting, events: Sequence[Event], at: datetime, epoch: int) -> Receipt:
    refused, fitting = _sorted_out(sitting, events)
    if acceptance.is_open(state=sitting.state, deadline_at=sitting.deadline_at, at=at):
        stored = _insert(ResponseEvent, sitting, fitting, at)
        before = {event.seq for event in fitting} - set(stored)
    else:
        before = set(_known(sitting, epoch, fitting))
        stored = {}
        _insert(LateResponse, sitting, [event for event in fitting if event.seq not in before], at)
        if sitting.state == SittingState.RUNNING and sittings.close(sitting_id=sitting.pk):
            sitting.state = SittingState.SUBMITTED
    judged = {
        event.seq: Judged(
            event.seq,
            acceptance.verdict(
                stored_now=event.seq in stored,
                stored_before=event.seq in before,
                outranked=stored.get(event.seq, False),
            ),
        )
        for event in fitting
    }
    return Receipt(
        judged=tuple(refused.get(place) or judged[event.seq] for place, event in enumerate(events)),
        at=at,
        state=sitting.state,
        epoch=sitting.epoch,
        deadline_at=sitting.deadline_at,
        seconds_left=deadline.seconds_left(deadline_at=sitting.deadline_at, at=at)
        if sitting.deadline_at
        else 0,
    )


def _sorted_out(sitting: Sitting, events: Sequence[Event]) -> tuple[dict[int, Judged], list[Event]]:
    """Events that can't be responses to this form, by their place in the batch; and the others."""
    refused: dict[int, Judged] = {}
    fitting: list[Event] = []
    met: set[int] = set()
    for place, event in enumerate(events):
        why = acceptance.refusal(event=event, shapes=sitting.form.shapes if sitting.form else {}, earlier=met)
        if why is None:
            fitting.append(event)
            met.add(event.seq)
        else:
            refused[place] = Judged(event.seq, Verdict.REFUSED, why)
    return refused, fitting


def _highest(table: Table, sitting: Sitting) -> int:
    return table.objects.filter(sitting=sitting, epoch=sitting.epoch).aggregate(top=Max("seq"))["top"] or 0


def _known(sitting: Sitting, epoch: int, events: Sequence[Event]) -> Iterable[int]:
    numbers = [event.seq for event in events]
    return ResponseEvent.objects.filter(sitting=sitting, epoch=epoch, seq__in=numbers).values_list(
        "seq", flat=True
    )


def _insert(table: Table, sitting: Sitting, events: Sequence[Event], at: datetime) -> dict[int, bool]:
    """Inserts what is new, and returns for each seq that it stored whether a newer epoch outranks it."""
    if not events:
        return {}
    # Only names of our own tables are set into the text of the statements; every value is a parameter.
    name = connection.ops.quote_name(table._meta.db_table)
    moment = connection.ops.adapt_datetimefield_value(at)
    outranked = "FALSE"
    if events[0].epoch < sitting.epoch:
        # The lock on the sitting is held, so nothing newer can arrive between this look and the commit.
        outranked = (
            f"EXISTS (SELECT 1 FROM {name} newer WHERE newer.sitting_id = {name}.sitting_id"  # noqa: S608
            f" AND newer.epoch > {name}.epoch AND newer.position = {name}.position)"
        )
    rows: list[Any] = []
    for event in events:
        value = None if event.value is None else json.dumps(event.value)
        rows += [sitting.pk, event.epoch, event.seq, event.position, value, moment]
    places = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(events))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {name} (sitting_id, epoch, seq, position, value, at) VALUES {places}"  # noqa: S608
            f" ON CONFLICT (sitting_id, epoch, seq) DO NOTHING RETURNING seq, {outranked}",
            rows,
        )
        return {seq: bool(over) for seq, over in cursor.fetchall()}
