"""What is sold, to whom, and for how much: an institute in Germany, a course for 1,290 and an exam for 390."""

from typing import Any
from uuid import UUID, uuid4

from lms.accounts.models import Person
from lms.billing.actions import bundles, coupons, issuers, orders, payments, products
from lms.billing.actions.coupons import Terms
from lms.billing.actions.issuers import Particulars
from lms.billing.actions.orders import Billed, Placing
from lms.billing.models import Coupon, Entitlement, Issuer, Order, Product
from lms.billing.rules.coupons import CouponKind
from lms.db import clock
from lms.organisations.actions import memberships

COURSE, EXAM, BUNDLE = "course-li", "exam-li", "bundle-whole-way"
PARTICULARS = Particulars(
    legal_name="Auditorium Institute GmbH",
    street="Lindenallee 7",
    postcode="10115",
    city="Berlin",
    country="DE",
    iban="DE89370400440532013000",
    email="accounts@example.org",
    prefix="AI",
    vat_id="DE136695976",
)


def issuer(**more: Any) -> Issuer:
    organisation_id = memberships.found(slug="institute", name="Auditorium Institute", provider=True)
    facts = {**vars(PARTICULARS), **more}
    return issuers.set_up(organisation_id=organisation_id, particulars=Particulars(**facts), actor_id=None)


def shop() -> None:
    """The issuer and two products."""
    issuer()
    for key, kind, title, amount in (
        (COURSE, "course", "Lead Implementer", 129_000),
        (EXAM, "exam", "Exam", 39_000),
    ):
        products.offer(key=key, kind=kind, title=title, amount_minor=amount, currency="EUR")


def bundle(amount: int = 149_900) -> Product:
    """The course and the exam under one price."""
    parts = Product.objects.filter(key__in=[COURSE, EXAM]).values_list("pk", flat=True)
    return bundles.make(
        title="Whole way",
        amount_minor=amount,
        currency="EUR",
        part_ids=list(parts),
        organisation_id=None,
        actor_id=None,
    )


def second_seller(key: str = "course-far", slug: str = "faraway", **more: Any) -> Issuer:
    """Another provider with a course of its own for 500, who issues its own invoices."""
    organisation_id = memberships.found(slug=slug, name=slug.title(), provider=True)
    facts = {**vars(PARTICULARS), "legal_name": f"{slug.title()} SARL", "country": "FR", "vat_id": "",
             "prefix": slug[:4].upper(), **more}  # fmt: skip
    made = issuers.set_up(organisation_id=organisation_id, particulars=Particulars(**facts), actor_id=None)
    products.offer(key=key, kind="course", title=f"A course of {slug.title()}", amount_minor=50_000, currency="EUR",
                   organisation_id=organisation_id)  # fmt: skip
    return made


def billed(**more: Any) -> Billed:
    facts = {
        "name": "Ada Kamau",
        "street": "Kirchweg 1",
        "city": "Köln",
        "country": "DE",
        "postcode": "50667",
    }
    return Billed(**facts | more)


def placing(person: Any, *lines: tuple[str, int], billing: Billed | None = None, **more: Any) -> Placing:
    return Placing(
        buyer_id=person.pk,
        form_key=more.pop("form_key", None) or uuid4(),
        lines=lines or ((COURSE, 1),),
        billed=billing or billed(),
        currency=more.pop("currency", "EUR"),
        **more,
    )


def ordered(person: Any, *lines: tuple[str, int], **more: Any) -> Order:
    return orders.place(placing=placing(person, *lines, **more))


def pay(order: Order, amount: int | None = None, reference: str | None = None) -> payments.Recorded:
    return payments.record(
        order_uuid=order.uuid,
        provider="transfer",
        reference=reference or str(uuid4()),
        amount_minor=amount or order.gross_minor,
        currency=order.currency,
        received_at=clock.now(),
    )


def paid(person: Any, *lines: tuple[str, int], **more: Any) -> Order:
    order = ordered(person, *lines, **more)
    pay(order)
    order.refresh_from_db()
    return order


def pool(person: Any, organisation_id: UUID, quantity: int = 3) -> Entitlement:
    """Places of an organisation, bought and paid."""
    order = paid(person, (COURSE, quantity), organisation_id=organisation_id)
    return Entitlement.objects.get(source_key=order.lines.get().source_key)


def crowd(count: int) -> list[int]:
    """So many people who have nothing yet; their ids."""
    people = [Person(email=f"crowd-{n}@example.org", display_name=f"Crowd {n}") for n in range(count)]
    return [person.pk for person in Person.objects.bulk_create(people)]


def coupon(code: str = "TEN", **more: Any) -> Coupon:
    facts = {"kind": CouponKind.PERCENT, "value": 1000, "reason": "test"}
    return coupons.make(terms=Terms(code=code, **facts | more), actor_id=None)
