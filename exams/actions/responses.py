"""Saving answers: the hot path of the house. One locking read and one insert, whatever the number of rows."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Max

from exams.actions import endings, lost_ends, sittings
from exams.models import Form, LateResponse, Message, ResponseEvent, ResponseStamp, Sitting
from exams.queries.sittings import UnknownSitting
from exams.rules import acceptance, breaks, chain, deadline
from exams.rules.acceptance import Event, Reception, Refusal, Verdict
from exams.states import Lease, SittingState
from lms.db import clock, prepared

EVENTS, STAMPS, LATE = (model._meta.db_table for model in (ResponseEvent, ResponseStamp, LateResponse))
TABLES = {"events": EVENTS, "sittings": Sitting._meta.db_table, "forms": Form._meta.db_table}


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
    `head` is the last link of the chain, in 64 hexadecimal digits. `messages` are (number, time, text).
    `break_ends_at` is when the break ends by itself that the candidate is on, None without one.
    """

    judged: tuple[Judged, ...]
    at: datetime
    state: str
    epoch: int
    deadline_at: datetime
    seconds_left: int
    head: str
    messages: tuple[tuple[int, datetime, str], ...] = ()
    break_ends_at: datetime | None = None

    @property
    def all_late(self) -> bool:
        return bool(self.judged) and all(one.verdict == Verdict.LATE for one in self.judged)

    @property
    def all_held(self) -> bool:
        return bool(self.judged) and all(one.verdict == Verdict.HELD for one in self.judged)


@dataclass
class _Locked:
    """What a save must know of a sitting, read under its lock."""

    id: int
    uuid: UUID
    state: str
    deadline_at: datetime
    paused_at: datetime | None
    epoch: int
    lease: str
    messages: int
    shapes: Mapping[str, tuple[str, Any]]
    at: datetime
    length: int
    head: bytes
    known: frozenset[int]
    break_ends_at: datetime | None


def save(*, sitting_uuid: UUID, person_id: int, epoch: int, events: Sequence[Event]) -> Receipt:
    """Stores response events and says what became of each.

    Idempotent by (sitting, epoch, seq): what came before is a duplicate and changes nothing. While the
    sitting is open an event is accepted and chained to those before it, or superseded when a newer epoch
    has answered its position. In a paused sitting it is held, and to be sent again; a break that
    has run out is ended first. Afterwards it is
    late: kept as evidence, and the sitting closed if its time is up and nothing else has closed it yet.
    An event that does not fit the form is refused, and the rest judged on its own.
    Raises UnknownSitting for a sitting that is not this person's, or not started.
    """

    def attempt() -> Receipt:
        return _judge(_lock(sitting_uuid, person_id, epoch, [event.seq for event in events]), epoch, events)

    return _surely(sitting_uuid, attempt)


def save_page(*, sitting_uuid: UUID, person_id: int, changes: Iterable[tuple[int, Any]]) -> Receipt:
    """Stores the answers of a plain form page, given as (position, value), under the rules of `save`.

    A form can't number its changes, so they are numbered here, under the lock, in an epoch that belongs
    to form pages alone: if a tab with the player holds the lease, the form takes it over. What is not
    taken is evidence in epoch 0, which no page ever has: in a tab's epoch it would stand where the next
    answers of that tab belong.
    """
    wanted = [Event(0, 0, position, value) for position, value in changes]

    def attempt() -> Receipt:
        locked = _lock(sitting_uuid, person_id, 0, [])
        is_open = _received(locked, stamped_at=None) == Reception.OPEN
        if locked.lease != Lease.FORM and wanted and is_open:
            sitting = Sitting.objects.only("epoch", "lease", "state", "candidate").get(pk=locked.id)
            sittings.pass_lease(sitting, to=Lease.FORM, at=locked.at)
            locked.epoch = sitting.epoch
        epoch, table = (locked.epoch, ResponseEvent) if is_open else (0, LateResponse)
        top = _highest(table, locked.id, epoch)
        numbered = [replace(e, epoch=epoch, seq=top + n) for n, e in enumerate(wanted, 1)]
        return _judge(locked, epoch, numbered)

    return _surely(sitting_uuid, attempt)


def _surely(sitting_uuid: UUID, attempt: Callable[[], Receipt]) -> Receipt:
    """The attempt's receipt; begun anew when another save came between.

    On PostgreSQL a statement that waits for the lock still reads the events as they stood when it
    began, so its head may be old. The key of the table refuses what is built on an old head. The second
    attempt holds the lock before it looks, so nothing can come between again.
    """
    try:
        with transaction.atomic():
            return attempt()
    except IntegrityError:
        with transaction.atomic():
            list(Sitting.objects.select_for_update().filter(uuid=sitting_uuid).values_list("pk"))
            return attempt()


def _lock(sitting_uuid: UUID, person_id: int, epoch: int, seqs: Sequence[int]) -> _Locked:
    """The sitting under its lock, with time, head of the chain and the numbers that are known already."""
    moment, parameters = clock.sql_now()
    if connection.vendor == "postgresql":
        known, among, lock = "string_agg(e.seq::text, ',')", "= ANY(%s)", "FOR UPDATE OF s"
        numbers: list[Any] = [list(seqs)]  # one array: the same statement, however many there are
    else:
        known, among, lock = "group_concat(e.seq)", f"IN ({', '.join(['%s'] * len(seqs)) or 'NULL'})", ""
        numbers = [*seqs]
    # Only names of our own tables are set into the text of the statements; every value is a parameter.
    with prepared.cursor() as cursor:
        cursor.execute(
            f"SELECT s.id, s.state, s.deadline_at, s.paused_at, s.epoch, s.lease, s.messages_count, f.shapes,"  # noqa: S608
            f" f.digest, {moment}, last.number, last.digest,"
            f" (SELECT {known} FROM {EVENTS} e WHERE e.sitting_id = s.id AND e.epoch = %s AND e.seq {among}),"
            f" s.break_ends_at"
            f" FROM {TABLES['sittings']} s JOIN {TABLES['forms']} f ON f.id = s.form_id"
            f" LEFT JOIN {EVENTS} last ON last.sitting_id = s.id AND last.number ="
            f"  (SELECT e.number FROM {EVENTS} e WHERE e.sitting_id = s.id ORDER BY e.number DESC LIMIT 1)"
            f" WHERE s.uuid = %s AND s.candidate_id = %s {lock}",
            [*parameters, epoch, *numbers, _uuid(sitting_uuid), person_id],
        )
        row = cursor.fetchone()
    if row is None:
        raise UnknownSitting(sitting_uuid)
    uuid = sitting_uuid
    locked = _Locked(
        id=row[0],
        uuid=uuid,
        state=row[1],
        deadline_at=_time(row[2]),
        paused_at=_time(row[3]) if row[3] else None,
        epoch=row[4],
        lease=row[5],
        messages=row[6],
        shapes=_shapes(row[7]),
        # Read once the lock is held where the process keeps the clock.
        at=_time(row[9]) if connection.vendor == "postgresql" else clock.now(),
        length=row[10] or 0,
        head=bytes(row[11]) if row[11] else chain.root(sitting=str(uuid), form_digest=row[8]),
        known=frozenset(map(int, row[12].split(","))) if row[12] else frozenset(),
        break_ends_at=_time(row[13]) if row[13] else None,
    )
    if breaks.is_over(ends_at=locked.break_ends_at, at=locked.at) or (
        locked.state == SittingState.RUNNING
        and deadline.is_over(deadline_at=locked.deadline_at, at=locked.at)
    ):
        _settle(locked)
    return locked


def _settle(locked: _Locked) -> None:
    """What nobody has noticed yet: a break that has run out is over, and an end that an outage took is given back."""
    sitting = Sitting.objects.select_related("exam").get(pk=locked.id)
    endings.end_break_if_over(sitting, locked.at)
    lost_ends.give_back(sitting, locked.at)
    assert sitting.deadline_at is not None, "a sitting on a break has a deadline"
    locked.state, locked.deadline_at = sitting.state, sitting.deadline_at
    locked.paused_at = locked.break_ends_at = None


def _judge(locked: _Locked, epoch: int, events: Sequence[Event]) -> Receipt:
    refused, fitting = _sorted_out(locked, events)
    received = {event.seq: _received(locked, stamped_at=event.stamped_at) for event in fitting}
    fresh = [event for event in fitting if event.seq not in locked.known]
    taken = [event for event in fresh if received[event.seq] == Reception.OPEN]
    late = [event for event in fresh if received[event.seq] == Reception.LATE]
    outranked = _append(locked, taken) if taken else {}
    if late:
        _keep(locked, late)
    if locked.state in (SittingState.RUNNING, SittingState.PAUSED) and deadline.is_closing(
        deadline_at=locked.deadline_at, at=locked.at
    ):
        endings.close(sitting_id=locked.id)
        locked.state = Sitting.objects.values_list("state", flat=True).get(pk=locked.id)
    judged = {
        event.seq: Judged(
            event.seq,
            acceptance.verdict(
                received=received[event.seq],
                stored_before=event.seq in locked.known,
                outranked=outranked.get(event.seq, False),
            ),
        )
        for event in fitting
    }
    return Receipt(
        judged=tuple(refused.get(place) or judged[event.seq] for place, event in enumerate(events)),
        at=locked.at,
        state=locked.state,
        epoch=locked.epoch,
        deadline_at=locked.deadline_at,
        seconds_left=deadline.seconds_left(
            deadline_at=locked.deadline_at, at=min(locked.at, locked.paused_at or locked.at)
        ),
        head=locked.head.hex(),
        messages=messages(locked.id) if locked.messages else (),
        break_ends_at=locked.break_ends_at,
    )


def _received(locked: _Locked, *, stamped_at: datetime | None) -> Reception:
    return acceptance.reception(
        state=locked.state,
        deadline_at=locked.deadline_at,
        paused_at=locked.paused_at,
        at=locked.at,
        stamped_at=stamped_at,
    )


def messages(sitting_id: int) -> tuple[tuple[int, datetime, str], ...]:
    """What invigilators have said to the candidate, the oldest first: (number, time, text)."""
    return tuple(Message.objects.filter(sitting_id=sitting_id).order_by("pk").values_list("pk", "at", "text"))


def _sorted_out(locked: _Locked, events: Sequence[Event]) -> tuple[dict[int, Judged], list[Event]]:
    """Events that can't be responses to this form, by their place in the batch; and the others."""
    refused: dict[int, Judged] = {}
    fitting: list[Event] = []
    met: set[int] = set()
    for place, event in enumerate(events):
        why = acceptance.refusal(event=event, shapes=locked.shapes, earlier=met)
        if why is None:
            fitting.append(event)
            met.add(event.seq)
        else:
            refused[place] = Judged(event.seq, Verdict.REFUSED, why)
    return refused, fitting


def _highest(table: type[ResponseEvent | LateResponse], sitting_id: int, epoch: int) -> int:
    rows = table._default_manager.filter(sitting_id=sitting_id, epoch=epoch)
    return rows.aggregate(top=Max("seq"))["top"] or 0


def _append(locked: _Locked, events: Sequence[Event]) -> dict[int, bool]:
    """Chains and inserts events, and returns for each seq whether a newer epoch outranks it."""
    rows: list[Any] = []
    stamps: list[Any] = []
    for event in events:
        # A stamp is a claim: it is kept where the claim decided, and is no part of the record elsewhere.
        end = locked.paused_at or locked.deadline_at
        stamp = event.stamped_at if locked.at > end else None
        locked.length += 1
        locked.head = chain.link(
            locked.head, number=locked.length, epoch=event.epoch, seq=event.seq, position=event.position,
            value=event.value, at=locked.at, stamped_at=stamp,
        )  # fmt: skip
        rows += [locked.id, locked.length, *_columns(event), _moment(locked.at), locked.head]
        if stamp is not None:
            stamps += [locked.id, locked.length, _moment(stamp)]
    outranked = "FALSE"
    if events[0].epoch < locked.epoch:
        # The lock on the sitting is held, so nothing newer can arrive between this look and the commit.
        outranked = (
            f"EXISTS (SELECT 1 FROM {EVENTS} newer WHERE newer.sitting_id = {EVENTS}.sitting_id"  # noqa: S608
            f" AND newer.epoch > {EVENTS}.epoch AND newer.position = {EVENTS}.position)"
        )
    places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s, %s)"] * len(events))
    with prepared.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {EVENTS}"  # noqa: S608
            f" (sitting_id, number, epoch, seq, position, value, at, digest) VALUES {places}"
            f" RETURNING seq, {outranked}",
            rows,
        )
        found = {seq: bool(over) for seq, over in cursor.fetchall()}
        if stamps:
            places = ", ".join(["(%s, %s, %s)"] * (len(stamps) // 3))
            cursor.execute(
                f"INSERT INTO {STAMPS} (sitting_id, number, stamped_at) VALUES {places}",  # noqa: S608
                stamps,
            )
    return found


def _keep(locked: _Locked, events: Sequence[Event]) -> None:
    """Keeps events that came too late, as evidence."""
    rows: list[Any] = []
    for event in events:
        rows += [locked.id, *_columns(event), _moment(locked.at), _moment(event.stamped_at)]
    places = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(events))
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {LATE} (sitting_id, epoch, seq, position, value, at, stamped_at) VALUES {places}"  # noqa: S608
            " ON CONFLICT (sitting_id, epoch, seq) DO NOTHING",
            rows,
        )


def _columns(event: Event) -> list[Any]:
    value = None if event.value is None else json.dumps(event.value)
    return [event.epoch, event.seq, event.position, value]


def _moment(at: datetime | None) -> Any:
    return None if at is None else connection.ops.adapt_datetimefield_value(at)


def _uuid(uuid: UUID) -> Any:
    return uuid if connection.vendor == "postgresql" else uuid.hex


def _time(said: datetime | str) -> datetime:
    # SQLite keeps UTC without saying so; a column keeps its type on the way out, an expression is text.
    read = said if isinstance(said, datetime) else datetime.fromisoformat(said)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


@lru_cache(maxsize=64)
def _parsed(text: str) -> Mapping[str, tuple[str, Any]]:
    shapes: Mapping[str, tuple[str, Any]] = json.loads(text)
    return shapes


def _shapes(said: Any) -> Mapping[str, tuple[str, Any]]:
    # A form is frozen, so the same text is the same form; read once, it need not be read again.
    return _parsed(said) if isinstance(said, str) else said
