"""What goes on when a fault strikes: each moment is brought about, is seen to be underway, and is judged afterwards.

What people were told is kept in a journal here, and read back from the database. To stand in the very midst of a piece
of work, rows that it needs are held by somebody else: whoever does it has begun, and waits.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.core.files.storage import default_storage
from django.db import transaction
from django.urls import reverse

from certificates.actions import batches
from certificates.models import CredentialEvent, Document, DocumentBatchLine, Edition, IssuedDigest
from certificates.rules.standing import Happening
from exams.models import Exam, Result, ScoreRun, Sitting, SittingChange
from lms.billing.actions import baskets
from lms.billing.models import Document as Bill
from lms.billing.models import Entitlement, Order, Payment
from lms.billing.states import Method, OrderState
from lms.db import clock
from lms.privacy.actions import legal
from lms.privacy.queries.legal import OF_ACCOUNTS
from tests import cast
from tests.factories import billing, cards
from tests.factories import certificates as register
from tests.factories import exams as make
from tests.faults.hall import Hall, nothing_is_missing
from tests.faults.institution import Institution
from tests.payments.account import PAYS
from tests.payments.server import Stripe

HALF = 3
ALL = 2 * HALF
PATIENCE = 180.0
STRIPE_SECRET = "whsec_of_the_faults"
_people = iter(range(0, 1_000_000, 100))


def furnish() -> None:
    """An exam, schemes, a shop: what the moments are about."""
    make.exam("faults", minutes=240)
    make.exam("short")
    register.schemes()
    billing.shop()
    billing.paid(cast.person("dag"))  # the first invoice of the year, so that its counter is there


def people(number: int) -> list[Any]:
    made = make.people(number, first=next(_people))
    for person in made:
        legal.accept(person_id=person.pk, kinds=OF_ACCOUNTS, context="faults")
    return made


def asked_at_once(doing: list[Callable[[], bool]]) -> list[threading.Thread]:
    """Each asks, and asks again as people do, until it is told that it was done."""

    def ask(once: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not once() and time.monotonic() < deadline:
            time.sleep(0.3)

    threads = [threading.Thread(target=ask, args=(do,), daemon=True) for do in doing]
    for thread in threads:
        thread.start()
    return threads


@dataclass
class Moment:
    """One piece of work, with those who wait for it."""

    house: Institution
    stripe: Stripe
    threads: list[threading.Thread] = field(default_factory=list)
    told: Counter[Any] = field(default_factory=Counter)

    def prepare(self) -> None:
        """What has to be there before."""

    def begin(self) -> None:
        """Brings it about."""

    def held(self) -> AbstractContextManager[Any]:
        """What keeps it in its midst until the end of the block."""
        return nullcontext()

    def is_underway(self) -> bool:
        return self.house.waiting() > 0

    def end(self) -> None:
        """Those who wait have been answered."""
        for thread in self.threads:
            thread.join(PATIENCE)

    def is_done(self) -> bool:
        return True

    def judge(self) -> str:
        """Nothing acknowledged is lost, nothing was done twice; says what was seen."""
        raise NotImplementedError


class Saving(Moment):
    """Twenty candidates save without a pause."""

    def prepare(self) -> None:
        exam = Exam.objects.get(key="faults")
        self.hall = Hall(
            [make.running(exam, one) for one in people(20)], self.house.port, {"Host": "localhost"}
        )

    def begin(self) -> None:
        self.hall.__enter__()
        self.hall.everybody_saves(2)
        self.before = self.hall.acknowledged

    def is_underway(self) -> bool:
        return self.hall.acknowledged > self.before

    def end(self) -> None:
        self.hall.everybody_saves(2)
        self.hall.__exit__()

    def judge(self) -> str:
        nothing_is_missing(self.hall)
        unanswered = sum(one.unanswered for one in self.hall.candidates)
        return f"{self.hall.acknowledged} answers acknowledged, {unanswered} requests unanswered"


class HandingIn(Moment):
    """Candidates press the button, and again until they are told that it is done."""

    def prepare(self) -> None:
        exam = Exam.objects.get(key="faults")
        self.sittings = [make.running(exam, one) for one in people(ALL)]
        for sitting in self.sittings:
            make.answer(sitting, make.right_answers(sitting, 4))
        self.browsers = {one.pk: self.house.client(one.candidate) for one in self.sittings}

    def held(self) -> AbstractContextManager[Any]:
        return held_sittings(self.house, self.sittings)

    def begin(self) -> None:
        self.threads = asked_at_once([partial(self._hand_in, one) for one in self.sittings])

    def _hand_in(self, sitting: Sitting) -> bool:
        status, where = self.browsers[sitting.pk].post(reverse("exams:submit", args=[sitting.uuid]), {})
        done = status == 302 and where.endswith("/receipt/")
        self.told[sitting.pk] += done
        return done

    def is_done(self) -> bool:
        return Result.objects.filter(sitting__in=self.sittings).count() == ALL

    def judge(self) -> str:
        assert self.told == Counter({one.pk: 1 for one in self.sittings})
        return marked_once(self.sittings)


class Marking(Moment):
    """Sittings that were handed in are being marked."""

    def prepare(self) -> None:
        exam = Exam.objects.get(key="faults")
        self.people = people(ALL)
        with transaction.atomic():  # the worker sees all of them at once, and so none too early
            self.sittings = [make.handed_in(exam, one, right=4) for one in self.people]

    def held(self) -> AbstractContextManager[Any]:
        return held_sittings(self.house, self.sittings)

    def is_done(self) -> bool:
        return Result.objects.filter(sitting__in=self.sittings).count() == ALL

    def judge(self) -> str:
        return marked_once(self.sittings)


def held_sittings(house: Institution, sittings: list[Sitting]) -> AbstractContextManager[Any]:
    some = [one.pk for one in sittings[:HALF]]
    return house.holding("SELECT 1 FROM exams_sitting WHERE id = ANY(%s) FOR UPDATE", some)


def marked_once(sittings: list[Sitting], *, ended: str = "submit") -> str:
    for sitting in sittings:
        assert ScoreRun.objects.filter(sitting=sitting).count() == 1
        events = SittingChange.objects.filter(sitting=sitting).order_by("pk").values_list("event", flat=True)
        assert list(events) == ["start", ended, "mark"]
        assert Result.objects.get(sitting=sitting).run.raw_numerator == 4
    return f"{len(sittings)} sittings handed in, each marked once"


class Ordering(Moment):
    """People place orders, and press again until they see their order."""

    def prepare(self) -> None:
        sample = Order.objects.filter(state=OrderState.PAID).earliest("pk")
        self.keys = {person.pk: uuid4() for person in people(ALL)}
        self.forms, self.browsers = {}, {}
        for person in get_user_model().objects.filter(pk__in=self.keys):
            baskets.put(product_key=billing.COURSE, quantity=1, person_id=person.pk, key=None)
            self.browsers[person.pk] = self.house.client(person)
            self.forms[person.pk] = {
                **vars(billing.billed()), "holder": "me", "method": Method.TRANSFER, "binding": "on", "order": "1",
                "form_key": self.keys[person.pk], "shown": sample.gross_minor,
            }  # fmt: skip

    def held(self) -> AbstractContextManager[Any]:
        return self.house.holding("SELECT 1 FROM billing_sequence FOR UPDATE")

    def begin(self) -> None:
        self.threads = asked_at_once([partial(self._order, one) for one in self.keys])

    def _order(self, person_id: int) -> bool:
        status, where = self.browsers[person_id].post(reverse("billing:checkout"), self.forms[person_id])
        # Pressed once more after an answer that was lost, the basket is found empty: the order stands among theirs.
        done = status == 302 and where.startswith((reverse("billing:orders"), reverse("billing:basket")))
        self.told[person_id] += done
        return done

    def judge(self) -> str:
        assert self.told == Counter(dict.fromkeys(self.keys, 1))
        orders = Order.objects.filter(buyer__in=self.keys)
        assert sorted(map(str, orders.values_list("form_key", flat=True))) == sorted(
            map(str, self.keys.values())
        )
        numbers = sorted(Bill.objects.filter(series="invoice").values_list("number", flat=True))
        assert numbers == list(range(1, len(numbers) + 1))
        assert Bill.objects.filter(order__in=orders).count() == ALL
        return f"{ALL} orders placed once, invoices 1 to {len(numbers)} without a gap"


class Webhook(Moment):
    """Stripe tells of payments, and again until it is answered with 200."""

    def prepare(self) -> None:
        self.orders = []
        for person in people(ALL):
            order = billing.ordered(person, (billing.COURSE, 1), method=Method.CARD)
            page = cards.page_of(self.stripe, order)
            before = len(self.stripe.account.events)
            self.stripe.account.pay(page, PAYS)
            self.orders.append((order, self.stripe.account.events[before:]))

    def held(self) -> AbstractContextManager[Any]:
        some = [order.pk for order, _ in self.orders[:HALF]]
        return self.house.holding("SELECT 1 FROM billing_order WHERE id = ANY(%s) FOR UPDATE", some)

    def begin(self) -> None:
        events = [event for _, told in self.orders for event in told]
        self.threads = asked_at_once([partial(self._knock, one) for one in events])

    def _knock(self, event: Any) -> bool:
        body, signature = self.stripe.account.signed(event, STRIPE_SECRET)
        sent = {"Content-Type": "application/json", "Stripe-Signature": signature}
        status, _ = self.house.client().send("/api/payments/stripe/", body, sent)
        self.told[event["id"]] += status == 200
        return status == 200

    def is_done(self) -> bool:
        ids = [order.pk for order, _ in self.orders]
        return Order.objects.filter(pk__in=ids, state=OrderState.PAID).count() == ALL

    def judge(self) -> str:
        assert set(self.told.values()) == {1}
        for order, _ in self.orders:
            [payment] = Payment.objects.filter(order=order)
            assert payment.amount_minor == order.gross_minor
            [given] = Entitlement.objects.filter(source_key=order.lines.get().source_key)
            assert given.quantity == 1
        return f"{len(self.told)} events told, {ALL} orders paid once, {ALL} entitlements"


class Documents(Moment):
    """The certificates of a day are being made together."""

    def prepare(self) -> None:
        with transaction.atomic():
            held = [register.certified(person) for person in people(ALL)]
            self.ids = [one.pk for one in held]
            today, kai = clock.today(), cast.person("kai")
            self.batch = batches.ask(
                use_key=uuid4(), scheme_key=register.IMPLEMENTER, since=today, until=today, officer_id=kai.pk
            )

    def held(self) -> AbstractContextManager[Any]:
        statement = "SELECT 1 FROM certificates_credential WHERE id = ANY(%s) FOR UPDATE"
        return self.house.holding(statement, self.ids[HALF:])

    def is_done(self) -> bool:
        return not DocumentBatchLine.objects.filter(batch=self.batch, document=None).exists()

    def judge(self) -> str:
        for edition in Edition.objects.filter(credential__in=self.ids):
            [document] = Document.objects.filter(edition=edition)
            with default_storage.open(document.file.name) as stored:
                assert sha256(stored.read()).hexdigest() == document.digest
            assert IssuedDigest.objects.filter(edition=edition, kind="pdf").count() == 1
            issued = CredentialEvent.objects.filter(edition=edition, kind=Happening.DOCUMENT_ISSUED.value)
            assert issued.count() == 1
        return f"{ALL} certificates, each sealed, stored and entered once"


MOMENTS: dict[str, type[Moment]] = {
    "save": Saving,
    "hand-in": HandingIn,
    "marking": Marking,
    "order": Ordering,
    "webhook": Webhook,
    "batch": Documents,
}
