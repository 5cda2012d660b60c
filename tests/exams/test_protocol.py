"""No acknowledged answer is ever missing, however the network and the devices behave.

A Hypothesis state machine draws schedules: answers given on up to three devices, requests that are lost, doubled,
delayed and overtaken, answers to them that never arrive, pages that are reloaded and devices that die, takeovers, plain
forms in between, pauses, breaks, credits, the deadline and its grace, handing in. After every step the tables must hold exactly
what the ledger of tests/exams/protocol.py has worked out; at the end of each, all is delivered and every page must show
what the server counts.

Each schedule is one transaction that is rolled back: that is what makes some thousands of them affordable.
"""

import contextlib
import time
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import hypothesis
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run

from exams.models import Entry, Sitting
from lms.db import clock
from tests.exams.protocol import Device, Ledger, Packet
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

SEEDS = (42001, 42002, 42003, 42004)
# Each statement goes to another process there; the decisions are the same code on both, and what only PostgreSQL has,
# its locks and snapshots, is met by threads elsewhere: a quarter of the schedules is enough to see the SQL agree.
SCHEDULES = 1500 if connection.vendor == "sqlite" else 500
STEPS = 24
LENGTH = 5
BREAKS = timedelta(seconds=100)
DOINGS = ["pause", "pause", "resume", "resume", "break", "break", "go on", "credit", "sweep", "hand in"]
DEVICES = 3

positions = st.integers(1, LENGTH)
values = st.sampled_from([None, "a", "b", "c"])
changes = st.lists(st.tuples(positions, values), min_size=1, max_size=4)
devices = st.sampled_from([0, 0, 0, 1, 1, 2])
fates = st.sampled_from(
    [
        "arrives",
        "arrives",
        "arrives",
        "request lost",
        "answer lost",
        "twice",
        "request waits",
        "answer waits",
        "echoes",
    ]
)


class Room(RuleBasedStateMachine):
    """One sitting, three devices, and whatever may happen between them."""

    sitting: Sitting
    invigilator_id: int
    verdicts: Counter[str]
    schedules = 0
    steps = 0

    def __init__(self) -> None:
        super().__init__()
        self.frame = contextlib.ExitStack()
        self.frame.enter_context(_undone())
        assert self.sitting.started_at and self.sitting.deadline_at and self.sitting.form
        # Every schedule begins half a second after the start, whenever it is run.
        self.wait((self.sitting.started_at - clock.now()).total_seconds() + 0.5)
        self.ledger = Ledger(
            self.sitting.pk,
            self.sitting.uuid,
            self.sitting.candidate_id,
            self.sitting.form.digest,
            self.sitting.deadline_at,
            self.sitting.epoch,
            self.verdicts,
            invigilator_id=self.invigilator_id,
            break_left=BREAKS,
        )
        self.devices = [Device() for _ in range(DEVICES)]
        self.waiting: list[Packet] = []
        type(self).schedules += 1

    def wait(self, seconds: float) -> None:
        self.frame.enter_context(clock.shifted(seconds=seconds))

    # --- on a device ---------------------------------------------------------------------------------

    @initialize()
    def the_first_page_is_open(self) -> None:
        self.page(0)

    def page(self, who: int) -> Device:
        """The page of a device, opened and given the right to write unless it has been refused that."""
        device = self.devices[who]
        if not device.alive:
            device.load()
        if device.mode == "opening":
            self.talk(who, "arrives")
        return device

    @rule(who=devices, changes=changes, fate=fates)
    def answer(self, who: int, changes: list[tuple[int, Any]], fate: str) -> None:
        for position, value in changes:
            self.page(who).choose(position, value)
        self.talk(who, fate)

    @rule(who=devices, changes=changes)
    def answer_and_keep(self, who: int, changes: list[tuple[int, Any]]) -> None:
        for position, value in changes:
            self.page(who).choose(position, value)

    @rule(who=devices, position=positions, value=values, seconds=st.sampled_from([1, 30, 3600]))
    def answer_with_a_false_stamp(self, who: int, position: int, value: Any, seconds: int) -> None:
        self.page(who).choose(position, value, lie=timedelta(seconds=seconds))

    @rule(
        who=devices, what=st.sampled_from(["reload", "reload", "die", "leave", "go on here", "look", "fill"])
    )
    def on_a_device(self, who: int, what: str) -> None:
        device = self.devices[who]
        if what == "reload":  # the request that it had open is lost to it
            device.load()
        elif what == "die":
            device.die()
        elif what == "leave":
            self._leave(device)
        elif what == "go on here" and device.mode == "elsewhere":
            device.mode = "opening"
        elif what == "look":
            device.doubt = True
        elif what == "fill" and device.alive:  # more than one batch holds
            for turn in range(60):
                device.choose(1 + turn % LENGTH, "abc"[turn // LENGTH % 3])

    def _leave(self, device: Device) -> None:
        """All that waits is sent by requests that outlive the page; nobody hears the answers."""
        for epoch in sorted({event.epoch for event in device.outbox}):
            events = [event for event in device.outbox if event.epoch == epoch]
            self.waiting += [
                Packet(Device(), "send", tuple(events[n : n + 50])) for n in range(0, len(events), 50)
            ]
        device.die()

    # --- on the way ----------------------------------------------------------------------------------

    @rule(who=devices, fate=fates)
    def talk(self, who: int, fate: str) -> None:
        """The page does what is due, and the network what it likes."""
        packet = self.devices[who].request() if self.devices[who].alive else None
        if packet is None or fate == "request lost":
            return
        if fate == "request waits":
            self.waiting.append(packet)
            return
        self.ledger.serve(packet)
        if fate == "echoes" and packet.kind == "send":
            self.waiting.append(Packet(Device(), "send", packet.events))
        if fate == "twice":
            self.ledger.serve(packet)
        if fate == "answer waits":
            self.waiting.append(packet)
        elif fate != "answer lost":
            packet.sender.hear(packet)

    @precondition(lambda self: self.waiting)
    @rule(place=st.integers(0, 99))
    def deliver(self, place: int) -> None:
        """Any of what is on its way, in any order."""
        packet = self.waiting.pop(place % len(self.waiting))
        if packet.answer is None:
            self.ledger.serve(packet)
        packet.sender.hear(packet)

    # --- in the room ----------------------------------------------------------------------------------

    @rule(seconds=st.sampled_from([1, 4, 11, 100]))
    def time_passes(self, seconds: int) -> None:
        self.wait(seconds)

    @rule(seconds=st.sampled_from([-3, 2, 8, 12]))
    def the_end_comes(self, seconds: int) -> None:
        """To shortly before the deadline, into its grace, or beyond."""
        left = (self.ledger.deadline - clock.now()).total_seconds() + seconds
        if left > 0:
            self.wait(left)

    @rule(
        changes=st.lists(st.tuples(positions, values), min_size=1, max_size=3, unique_by=lambda one: one[0])
    )
    def post_a_form(self, changes: list[tuple[int, Any]]) -> None:
        self.ledger.post_form(changes)

    @rule(what=st.sampled_from(DOINGS))
    def in_the_room(self, what: str) -> None:
        room = self.ledger
        room.touches += 1
        acts = {
            "pause": room.pause, "resume": room.resume, "break": room.take_break, "go on": room.go_on,
            "sweep": room.sweep, "hand in": room.hand_in, "credit": lambda: room.give(timedelta(seconds=30)),
        }  # fmt: skip
        acts[what]()

    # --- what must hold --------------------------------------------------------------------------------

    @invariant()
    def all_is_as_it_should_be(self) -> None:
        type(self).steps += 1
        self.ledger.check(self.devices)

    def teardown(self) -> None:
        with self.frame:
            self.in_the_room("resume")
            self.in_the_room("go on")
            while self.waiting:
                self.deliver(0)
            for device in self.devices:
                if device.alive:
                    self._converges(device)
            self.ledger.check(self.devices)

    def _converges(self, device: Device) -> None:
        device.doubt = True
        for _ in range(12):
            packet = device.request()
            if packet is None:
                break
            self.ledger.serve(packet)
            device.hear(packet)
            if packet.kind == "ask":
                break
        assert not device.outbox, "the server has judged all that was made here"
        shown = {position: device.shown(position) for position in range(1, LENGTH + 1)}
        assert {key: value for key, value in shown.items() if value is not None} == self.ledger.current()


@contextlib.contextmanager
def _undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("seed", SEEDS)
def test_whatever_happens_nothing_acknowledged_is_lost_and_nothing_late_counts(
    seed: int, ada: Any, ivo: Any, record_property: Any
) -> None:
    # One person may give so much alone as no schedule does.
    running = make.running(make.exam(credit_seconds_alone=36_000), ada)
    Entry.objects.filter(pk=running.entry_id).update(break_seconds=int(BREAKS.total_seconds()))

    class Bound(Room):
        sitting = running
        invigilator_id = ivo.pk
        verdicts = Counter()

    settings = hypothesis.settings(
        max_examples=SCHEDULES // len(SEEDS),
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        print_blob=True,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    begun = time.monotonic()
    run(hypothesis.seed(seed)(Bound), settings=settings)
    spent = time.monotonic() - begun
    seen = ", ".join(f"{number} {verdict}" for verdict, number in sorted(Bound.verdicts.items()))
    evidence = (
        f"protocol, seed {seed}: {Bound.schedules} schedules, {Bound.steps} steps in {spent:.0f} s ({seen})"
    )
    record_property("evidence", evidence)
    assert Bound.schedules >= SCHEDULES // len(SEEDS)
    assert set(Bound.verdicts) == {"accepted", "duplicate", "superseded", "held", "late"}, "all of it was met"
