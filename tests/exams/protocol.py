"""A model of the exam room's protocol: devices with their outboxes, a network that can't be trusted, and a ledger.

The server is the real one: its actions, on the real database. A device behaves as exams/static/exams/state.js and
sync.js do. The ledger is an oracle of its own: it works out what each event must become, in other words than the
product's rules, and knows at every step what must stand in the tables.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from exams.actions import breaks, credits, endings, interventions, responses, sittings
from exams.actions.invigilators import OnBreak
from exams.models import LateResponse, Sitting
from exams.queries import sittings as queries
from exams.queries import verification
from exams.rules import chain
from exams.rules import responses as rules
from exams.rules.acceptance import Event
from exams.states import SittingState
from lms.db import clock

MOST_EVENTS = 50
GRACE = timedelta(seconds=10)
ENDED = (SittingState.SUBMITTED, SittingState.MARKED)
GONE = {
    "accepted",
    "duplicate",
    "superseded",
    "late",
    "refused",
}  # verdicts after which a page forgets an event
type Key = tuple[int, int]


@dataclass(frozen=True)
class Standing:
    """What the server says of the whole sitting: to a lease, to a question, and besides every batch."""

    at: datetime
    state: str
    lease: int
    responses: dict[int, Any] | None = None
    verdicts: tuple[tuple[Key, str], ...] = ()
    lent: int | None = None


@dataclass(eq=False)
class Packet:
    """A request on its way, and once the server has taken it, its answer on the way back."""

    sender: "Device"
    kind: str  # lease, send, ask
    events: tuple[Event, ...] = ()
    answer: Standing | None = None


@dataclass(eq=False)
class Device:
    """One browser with one page of the sitting. What is in `kept` survives the page."""

    kept: dict[Key, Event] = field(default_factory=dict)
    made: dict[Key, Event] = field(default_factory=dict)  # every event ever made here, for the ledger
    alive: bool = False
    mode: str = "opening"
    epoch: int = 0
    last_seq: int = 0
    known: dict[int, tuple[Any, Key]] = field(default_factory=dict)
    outbox: list[Event] = field(default_factory=list)
    doubt: bool = False
    heard: tuple[datetime, datetime] | None = None  # the server's time, and when it was heard here
    expecting: Packet | None = None  # one request at a time; what is given up is no longer listened to

    def load(self) -> None:
        """The page is opened, or opened again: what was kept waits to be sent, all else is forgotten."""
        self.alive, self.mode, self.epoch, self.last_seq, self.doubt = True, "opening", 0, 0, False
        self.known, self.heard, self.expecting = {}, None, None
        self.outbox = sorted(self.kept.values(), key=_key)

    def die(self) -> None:
        self.alive, self.expecting, self.outbox = False, None, []

    def choose(self, position: int, value: Any, *, lie: timedelta = timedelta()) -> None:
        if self.mode != "writing" or self.shown(position) == value:
            return
        assert self.heard is not None, "a page that writes has heard the server"
        server, here = self.heard
        stamp = server + (clock.now() - here) - lie
        self.last_seq += 1
        event = Event(self.epoch, self.last_seq, position, value, stamp)
        self.outbox.append(event)
        self.kept[_key(event)] = self.made[_key(event)] = event

    def shown(self, position: int) -> Any:
        waiting = [event.value for event in self.outbox if event.position == position]
        return waiting[-1] if waiting else self.known.get(position, (None,))[0]

    def request(self) -> Packet | None:
        """What `step` of sync.js would do next; None where there is nothing to do."""
        if self.mode == "opening":
            packet = Packet(self, "lease")
        elif self.outbox:
            first = self.outbox[0].epoch
            packet = Packet(self, "send", tuple(e for e in self.outbox if e.epoch == first)[:MOST_EVENTS])
        elif self.doubt or self.mode == "over":
            packet = Packet(self, "ask")
        else:
            return None
        self.expecting = packet
        return packet

    def hear(self, packet: Packet) -> None:
        if packet is not self.expecting or packet.answer is None:
            return
        self.expecting, said = None, packet.answer
        self.heard = (said.at, clock.now())
        if said.lent is not None:
            self.mode, self.epoch, self.last_seq = "writing", said.lent, 0
            self.known = self._listed(said, said.lent)
        elif packet.kind == "send":
            self._acknowledged(said)
        elif packet.kind == "ask":
            listed = self._listed(said, max(self.epoch, said.lease))
            mine = said.lease <= self.epoch
            self.known = {
                position: self.known[position]
                if mine and position in self.known and self.known[position][1] > rank
                else (value, rank)
                for position, (value, rank) in listed.items()
            }
            self.doubt = False
        if said.state in ENDED:
            self.mode = "over"
        elif said.lease > self.epoch and self.mode == "writing":
            self.mode, self.doubt = "elsewhere", True

    def _listed(self, said: Standing, epoch: int) -> dict[int, tuple[Any, Key]]:
        assert said.responses is not None
        positions = set(said.responses) | set(self.known)
        return {position: (said.responses.get(position), (epoch, 0)) for position in positions}

    def _acknowledged(self, said: Standing) -> None:
        for key, verdict in said.verdicts:
            event = self.kept.get(key)
            if event is None or verdict not in GONE:
                continue
            del self.kept[key]
            self.outbox = [one for one in self.outbox if _key(one) != key]
            if verdict not in ("accepted", "duplicate"):
                self.doubt = True
                continue
            before = self.known.get(event.position, (None, (self.epoch, 0)))[1]
            if key > before:
                self.known[event.position] = (event.value, key)
            elif before[1] == 0:
                self.doubt = True


@dataclass(eq=False)
class Ledger:
    """What must be true of one sitting, worked out beside the product."""

    sitting_id: int
    uuid: UUID
    person_id: int
    form_digest: str
    deadline: datetime
    lease: int
    seen: Counter[str]
    stored: dict[Key, Event] = field(default_factory=dict)  # in the order of arrival
    late: set[Key] = field(default_factory=set)
    invigilator_id: int = 0
    break_left: timedelta = timedelta()
    paused_at: datetime | None = None
    break_ends_at: datetime | None = None
    ended: bool = False
    touches: int = 1  # how often the server was asked anything, and how often its tables were looked at since
    looked: int = 0
    verified: bool = False
    kept_late: dict[Key, Event] = field(default_factory=dict)

    # --- the server's doors, each with what must come of it -----------------------------------------

    def serve(self, packet: Packet) -> None:
        """The server takes a request; the packet then carries its answer."""
        self.touches += 1
        if packet.kind == "lease":
            packet.answer = self._lend()
        elif packet.kind == "send":
            packet.answer = self._save(packet.events)
        else:
            packet.answer = self._standing()

    def _save(self, events: tuple[Event, ...]) -> Standing:
        receipt = responses.save(
            sitting_uuid=self.uuid, person_id=self.person_id, epoch=events[0].epoch, events=events
        )
        verdicts = tuple((_key(e), str(one.verdict)) for e, one in zip(events, receipt.judged, strict=True))
        self.expect(events, [verdict for _, verdict in verdicts], receipt)
        return Standing(receipt.at, receipt.state, receipt.epoch, verdicts=verdicts)

    def post_form(self, changes: list[tuple[int, Any]]) -> None:
        """A plain form page, numbered by the server: above all that its epoch holds."""
        self.touches += 1
        was = self.lease
        receipt = responses.save_page(sitting_uuid=self.uuid, person_id=self.person_id, changes=changes)
        self.lease = receipt.epoch
        assert receipt.epoch in (was, was + 1)
        top = max((seq for epoch, seq in self.stored if epoch == receipt.epoch), default=0)
        verdicts = [str(one.verdict) for one in receipt.judged]
        if verdicts and verdicts[0] in ("accepted", "held"):
            events = [Event(receipt.epoch, top + n, *change) for n, change in enumerate(changes, 1)]
            self.expect(events, verdicts, receipt)
        else:
            self.run_out(receipt.at)
            assert set(verdicts) == {"late"} and not self.takes(Event(0, 0, 1, None), receipt.at)
            new = set(LateResponse.objects.values_list("epoch", "seq")) - self.late
            assert len(new) == len(changes), "each answer that came too late is kept"
            self.late |= new
            self.touched(receipt.at)

    def expect(self, events: Iterable[Event], verdicts: list[str], receipt: responses.Receipt) -> None:
        """The verdicts must be those that the ledger comes to, and the chain's head that of the last event."""
        self.run_out(receipt.at)
        assert receipt.deadline_at == self.deadline
        assert receipt.epoch == self.lease
        due = []
        for event in events:
            key = _key(event)
            newest = max((e.epoch for e in self.stored.values() if e.position == event.position), default=0)
            if key in self.stored:
                due.append("duplicate")
            elif self.takes(event, receipt.at):
                due.append("superseded" if newest > event.epoch else "accepted")
                end = self.paused_at or self.deadline
                claim = event.stamped_at if receipt.at > end else None
                self.stored[key] = replace(event, stamped_at=claim)
            elif self.paused_at and not self.ended:
                due.append("held")
            else:
                due.append("late")
                self.late.add(key)
        assert verdicts == due
        self.seen.update(due)
        self.touched(receipt.at)
        assert (receipt.state in ENDED) == self.ended

    def takes(self, event: Event, at: datetime) -> bool:
        """In time, or on its way in time and not 10 s late."""
        end = self.paused_at or self.deadline
        claimed = event.stamped_at is not None and event.stamped_at <= end
        return not self.ended and (at <= end or (claimed and at <= end + GRACE))

    def run_out(self, at: datetime) -> None:
        """A break whose time is used up was over when it was, whoever comes to notice first."""
        if self.break_ends_at is not None and at >= self.break_ends_at:
            self._break_over(self.break_ends_at)

    def _break_over(self, at: datetime) -> None:
        assert self.paused_at is not None
        self.deadline += at - self.paused_at
        self.break_left -= at - self.paused_at
        assert self.break_left >= timedelta(), "no more was taken than was granted"
        self.paused_at = self.break_ends_at = None

    def touched(self, at: datetime) -> None:
        """Every touch closes what has run out; a pause keeps it open."""
        self.run_out(at)
        if self.paused_at is None and at > self.deadline + GRACE:
            self.ended = True

    def _lend(self) -> Standing:
        before = clock.now()
        self.run_out(before)
        try:
            lent = sittings.take_over(sitting_uuid=self.uuid, person_id=self.person_id)
        except sittings.Paused:
            assert self.paused_at is not None and not self.ended
            return self._standing()
        except sittings.NotRunning:
            assert self.ended or clock.now() > self.deadline + GRACE
            self.ended = True
            return self._standing()
        assert not self.ended and self.paused_at is None and before <= self.deadline + GRACE
        self.lease += 1
        assert lent.epoch == self.lease
        return Standing(lent.at, lent.sitting.state, lent.epoch, responses=self.current(), lent=lent.epoch)

    def _standing(self) -> Standing:
        sitting = endings.refresh(queries.sitting(self.uuid, person_id=self.person_id))
        at = clock.now()
        self.touched(at)
        # That these are what the product counts is seen by the check after this step.
        return Standing(at, sitting.state, sitting.epoch, responses=self.current())

    def hand_in(self) -> None:
        before = clock.now()
        self.run_out(before)
        try:
            sitting = sittings.submit(sitting_uuid=self.uuid, person_id=self.person_id)
        except sittings.Paused:
            assert self.paused_at is not None
            return
        assert sitting.state in ENDED
        if not self.ended and before > self.deadline:
            assert (sitting.closed_by, sitting.submitted_at) == ("clock", self.deadline)
        self.ended = True

    def sweep(self) -> None:
        before = clock.now()
        self.run_out(before)
        breaks.end_overdue()
        if self._state() in ENDED:  # ending the break closed it, for its time was up as well
            assert self.ended or before > self.deadline + GRACE
            self.ended = True
        closed = endings.close_overdue()
        assert closed in (0, 1)
        if closed:
            assert not self.ended and self.paused_at is None
        self.touched(before)
        self.ended = self.ended or bool(closed)

    # --- what an invigilator does, and the candidate who takes a break --------------------------------

    def pause(self) -> None:
        at = clock.now()
        self.run_out(at)
        self.touched(at)
        try:
            sitting = interventions.pause(
                sitting_uuid=self.uuid, by_id=self.invigilator_id, reason="The alarm rang."
            )
        except sittings.NotRunning:
            assert self.ended or (self.paused_at is None and at > self.deadline)
            return
        assert not self.ended and sitting.paused_at is not None
        if self.break_ends_at is not None:
            self._break_over(sitting.paused_at)
        if self.paused_at is None:
            assert at <= sitting.paused_at <= clock.now()
            self.paused_at = sitting.paused_at
        assert sitting.paused_at == self.paused_at

    def resume(self) -> None:
        at = clock.now()
        self.touched(at)
        try:
            sitting = interventions.resume(
                sitting_uuid=self.uuid, by_id=self.invigilator_id, reason="It is over."
            )
        except sittings.NotRunning:
            assert self.ended
            return
        except OnBreak:
            assert self.break_ends_at is not None and not self.ended
            return
        assert not self.ended and self.break_ends_at is None and sitting.deadline_at is not None
        if self.paused_at is not None:
            self._later(sitting.deadline_at, at - self.paused_at, clock.now() - self.paused_at)
            self.paused_at = None

    def give(self, amount: timedelta) -> None:
        at = clock.now()
        self.touched(at)
        try:
            credits.give(
                sitting_uuid=self.uuid, by_id=self.invigilator_id, amount=amount, reason="The alarm rang."
            )
        except sittings.NotRunning:
            assert self.ended
            return
        assert not self.ended
        self.deadline += amount

    def take_break(self) -> None:
        at = clock.now()
        self.touched(at)
        try:
            sitting = breaks.take(sitting_uuid=self.uuid, person_id=self.person_id)
        except sittings.Paused:
            assert self.paused_at is not None and self.break_ends_at is None
        except sittings.NotRunning:
            assert self.ended or at > self.deadline
        except breaks.NoneLeft:
            assert self.paused_at is None and not self.break_left
        else:
            assert not self.ended and sitting.paused_at is not None
            if self.paused_at is None:
                assert at <= sitting.paused_at <= clock.now()
                self.paused_at = sitting.paused_at
                self.break_ends_at = self.paused_at + self.break_left
            assert (sitting.paused_at, sitting.break_ends_at) == (self.paused_at, self.break_ends_at)

    def go_on(self) -> None:
        at = clock.now()
        self.touched(at)
        try:
            sitting = breaks.go_on(sitting_uuid=self.uuid, person_id=self.person_id)
        except sittings.Paused:
            assert self.paused_at is not None and self.break_ends_at is None
        except sittings.NotRunning:
            assert self.ended
        else:
            assert not self.ended and sitting.deadline_at is not None
            if self.paused_at is not None:
                before = self.deadline
                self._later(sitting.deadline_at, at - self.paused_at, clock.now() - self.paused_at)
                self.break_left -= self.deadline - before
                self.paused_at = self.break_ends_at = None

    def _later(self, said: datetime, least: timedelta, most: timedelta) -> None:
        """The deadline moves by as long as the clock stood still: when that ended the product alone knows to
        the microsecond."""
        assert least <= said - self.deadline <= most
        self.deadline = said

    def _state(self) -> str:
        return Sitting.objects.values_list("state", flat=True).get(pk=self.sitting_id)

    # --- what stands in the tables -----------------------------------------------------------------

    def current(self) -> dict[int, Any]:
        """The answer of the highest (epoch, seq) at each position."""
        newest: dict[int, Key] = {}
        for (epoch, seq), event in self.stored.items():
            newest[event.position] = max(newest.get(event.position, (0, 0)), (epoch, seq))
        values = {position: self.stored[key].value for position, key in newest.items()}
        return {position: value for position, value in sorted(values.items()) if value is not None}

    def check(self, devices: Iterable[Device]) -> None:
        """All that must hold after every step."""
        if self.looked != self.touches:
            self.looked = self.touches
            self._check_tables()
        for device in devices:
            for key, event in device.made.items():
                told = self.stored.get(key) or self.kept_late.get(key)
                assert key in device.kept or told, "nothing but what the server has leaves the device"
                assert told is None or (told.position, told.value) == (event.position, event.value)

    def _check_tables(self) -> None:
        links = queries.links(self.sitting_id)
        rows = [Event(row.epoch, row.seq, row.position, row.value, row.stamped_at) for row in links]
        assert rows == list(self.stored.values()), (
            "what was acknowledged is there, once, in its order, and no more"
        )
        assert chain.first_break(links, sitting=str(self.uuid), form_digest=self.form_digest) is None
        assert rules.current(links) == self.current()
        late = LateResponse.objects.values_list("epoch", "seq", "position", "value")
        self.kept_late = {row[:2]: Event(*row) for row in late}
        assert set(self.kept_late) == self.late, "what came too late is kept"
        found = Sitting.objects.filter(pk=self.sitting_id)
        state, deadline, epoch = found.values_list("state", "deadline_at", "epoch").get()
        assert (deadline, epoch, state in ENDED) == (self.deadline, self.lease, self.ended)
        if self.ended and not self.verified:
            self.verified = True  # whatever is touched afterwards is seen above
            assert verification.finding(self.uuid).fault is None


def _key(event: Event) -> Key:
    return (event.epoch, event.seq)
