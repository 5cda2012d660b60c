"""No sequence of orders, payments, refunds and what a payment service tells makes entitlements differ from what the
ledger says, or a number go missing."""

from contextlib import suppress
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from lms.billing.actions import entitlements, orders, payments, reconciliation, refunds, rights, seats
from lms.billing.models import Document, Entitlement, Finding, Order, Payment, Redemption, Refund, Seat
from lms.billing.queries import ledgers
from lms.billing.rules import ledger, numbers
from lms.billing.states import RefundState, SeatState
from lms.db import clock
from lms.kit.machine import IllegalMove
from tests import cast
from tests.factories import billing as make

REFUSALS = (
    IllegalMove, refunds.NotRefundable, refunds.AskedAlready, refunds.SamePerson, payments.KnownReference,
    entitlements.NoEntitlement, entitlements.UseHasBegun, seats.HasBegun, seats.UnknownPool,
)  # fmt: skip
PARTS = st.sampled_from([1, 2, 4])


class Books(RuleBasedStateMachine):
    """Each run stands in a transaction of its own and is rolled back."""

    people: ClassVar[dict[str, Any]] = {}
    northmoor_id: ClassVar[UUID]

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        self.uses = 0

    def teardown(self) -> None:
        try:
            self.look_at_the_rest()
        finally:
            self.undo()

    def look_at_the_rest(self) -> None:
        self.nothing_given_back_had_begun()
        self.no_pool_gives_more_places_than_it_has()
        self.no_number_is_missing()
        self.nothing_is_left_to_repair()

    def undo(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    def one(self, model: Any, n: int) -> Any:
        rows = model.objects.order_by("pk")
        return rows[n % rows.count()] if rows.exists() else None

    @rule(who=st.sampled_from(["ada", "ben"]), places=st.booleans(), whole=st.booleans())
    def order(self, who: str, places: bool, whole: bool) -> None:
        if places:
            lines = [(make.BUNDLE, 3)] if whole else [(make.COURSE, 3)]
            make.ordered(self.people["cleo"], *lines, organisation_id=self.northmoor_id)
        elif whole:
            # The course is in the order twice: by itself and as a part.
            make.ordered(self.people[who], (make.BUNDLE, 1), (make.COURSE, 1))
        else:
            make.ordered(self.people[who], (make.COURSE, 1), (make.EXAM, 1))

    @rule(
        n=st.integers(0, 9),
        part=PARTS,
        provider=st.sampled_from(["transfer", "stripe"]),
        again=st.booleans(),
    )
    def pay(self, n: int, part: int, provider: str, again: bool) -> None:
        order = self.one(Order, n)
        known = Payment.objects.filter(order=order).first() if order else None
        if order is not None:
            with suppress(*REFUSALS), transaction.atomic():
                payments.record(
                    order_uuid=order.uuid,
                    provider=known.provider if again and known else provider,
                    reference=known.reference if again and known else str(uuid4()),
                    amount_minor=known.amount_minor if again and known else -(-order.gross_minor // part),
                    currency="EUR",
                    received_at=clock.now(),
                )

    @rule(n=st.integers(0, 9))
    def cancel(self, n: int) -> None:
        if (order := self.one(Order, n)) is not None:
            with suppress(*REFUSALS), transaction.atomic():
                orders.cancel(uuid=order.uuid, actor_id=None)

    @rule(n=st.integers(0, 9), count=st.integers(1, 3), over=st.booleans(), outside=st.booleans())
    def ask(self, n: int, count: int, over: bool, outside: bool) -> None:
        if (order := self.one(Order, n)) is None:
            return
        act = {"order_uuid": order.uuid, "form_key": uuid4(), "actor_id": self.people["fay"].pk}
        with suppress(*REFUSALS), transaction.atomic():
            if over:
                refunds.ask_over(**act)
            else:
                counts = {line.pk: count for line in order.lines.all()}
                refunds.ask(**act, counts=counts, reason="", outside_policy=outside)

    @rule(n=st.integers(0, 9), approved=st.booleans())
    def decide(self, n: int, approved: bool) -> None:
        if (row := self.one(Refund, n)) is None:
            return
        with suppress(*REFUSALS), transaction.atomic():
            if approved:
                refunds.approve(uuid=row.uuid, actor_id=self.people["gil"].pk)
            else:
                refunds.decline(uuid=row.uuid, note="", actor_id=self.people["gil"].pk)

    @rule(n=st.integers(0, 9), part=PARTS, reference=st.sampled_from(["re_1", "re_2", "re_3"]))
    def told_elsewhere(self, n: int, part: int, reference: str) -> None:
        if (order := self.one(Order, n)) is not None:
            refunds.record_elsewhere(
                order_uuid=order.uuid,
                provider="stripe",
                reference=reference,
                amount_minor=-(-order.gross_minor // part),
                reason="dashboard",
                at=clock.now(),
            )

    @rule(who=st.sampled_from(["ada", "ben"]), what=st.sampled_from([make.COURSE, make.EXAM]))
    def redeem(self, who: str, what: str) -> None:
        self.uses += 1
        with suppress(*REFUSALS), transaction.atomic():
            entitlements.redeem(product_key=what, person_id=self.people[who].pk, use_key=f"use:{self.uses}")

    @rule(n=st.integers(0, 9), back=st.booleans())
    def begin(self, n: int, back: bool) -> None:
        if (use := self.one(Redemption, n)) is None:
            return
        with suppress(*REFUSALS), transaction.atomic():
            if back:
                entitlements.give_back(use_key=use.use_key, at=clock.now(), actor_id=None)
            else:
                entitlements.begin(use_key=use.use_key, at=clock.now())

    @rule(n=st.integers(0, 9), who=st.sampled_from(["ada", "ben"]), back=st.booleans())
    def seat(self, n: int, who: str, back: bool) -> None:
        pools = Entitlement.objects.filter(organisation__isnull=False).order_by("pk")
        with suppress(*REFUSALS), transaction.atomic():
            if back and (seat := self.one(Seat, n)) is not None:
                seats.take_back(uuid=seat.uuid, actor_id=self.people["cleo"].pk)
            elif pools.exists():
                pool = pools[n % pools.count()]
                rows = [(1, self.people[who].email)]
                seats.offer(pool_id=pool.pk, rows=rows, actor_id=self.people["cleo"].pk)
                for seat in pool.seats.filter(email=self.people[who].email, state=SeatState.OFFERED):
                    seats.take(uuid=seat.uuid, person_id=self.people[who].pk)

    @invariant()
    def rights_are_what_the_ledger_says(self) -> None:
        accounts = ledgers.accounts_of(list(Order.objects.values_list("pk", flat=True)))
        wanted = ledger.entitlements_of(accounts.values())
        held = {
            row.source_key: row for row in Entitlement.objects.filter(source_key__startswith="billing.line:")
        }
        assert set(wanted) == {key for key, row in held.items() if row.revoked_at is None}
        assert not [key for key, right in wanted.items() if rights.differs(held[key], right)]

    @invariant()
    def orders_stand_as_their_money(self) -> None:
        for pk, account in ledgers.accounts_of(list(Order.objects.values_list("pk", flat=True))).items():
            assert Order.objects.get(pk=pk).state == ledger.standing(account)

    def nothing_given_back_had_begun(self) -> None:
        begun = Redemption.objects.filter(begun_at__isnull=False)
        approved = Refund.objects.filter(
            kind="lines", state=RefundState.APPROVED, order__learner__isnull=False
        )
        for row in approved:
            sources = [line.line.source_key for line in row.lines.all()]
            assert not begun.filter(entitlement__source_key__in=sources).exists()

    def no_pool_gives_more_places_than_it_has(self) -> None:
        for pool in Entitlement.objects.filter(organisation__isnull=False, revoked_at__isnull=True):
            assert pool.seats.exclude(state=SeatState.BACK).count() <= pool.quantity

    def no_number_is_missing(self) -> None:
        for series in numbers.Series:
            known = Document.objects.filter(series=series).values_list("number", flat=True)
            assert numbers.gaps(list(known)) == []

    def nothing_is_left_to_repair(self) -> None:
        assert reconciliation.reconcile().repaired == 0
        assert not Finding.objects.filter(kind__in=["right-wrong", "state-wrong", "number-missing"]).exists()


@pytest.mark.django_db
def test_entitlements_never_differ_from_the_ledger_and_no_number_is_missing(northmoor) -> None:
    make.shop()
    make.bundle()
    Books.people = {name: cast.person(name) for name in ("ada", "ben", "cleo", "fay", "gil")}
    Books.northmoor_id = northmoor.id
    limits = settings(max_examples=10, stateful_step_count=12, phases=[Phase.generate])
    run_state_machine_as_test(Books, settings=limits)
