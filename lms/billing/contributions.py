"""What billing answers to the registers on the ground."""

import uuid
from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _

from lms.accounts import queries as people
from lms.billing.actions import bundles, coupons, issuers, orders, payments, products, seats
from lms.billing.actions.coupons import Terms
from lms.billing.actions.issuers import Particulars
from lms.billing.actions.orders import Billed, Placing
from lms.billing.models import Entitlement, Issuer, Order, Product
from lms.billing.queries import orders as orders_of
from lms.billing.queries import seats as waiting
from lms.billing.rules.coupons import CouponKind
from lms.db import append_only, clock
from lms.kit import gather
from lms.kit.gather import Holding
from lms.organisations import queries as organisations
from lms.web import moments

SELLER = Particulars(
    legal_name="Auditorium Institute GmbH",
    street="Lindenallee 7",
    postcode="10115",
    city="Berlin",
    country="DE",
    iban="DE06000000000000004711",
    email="accounts@example.org",
    prefix="AI",
    vat_id="DE136695976",
)
NORTHMOOR = Billed(
    name="Cleo Marsh",
    company="Northmoor Systems",
    street="12 Quay Street",
    postcode="D02 Y006",
    city="Dublin",
    country="IE",
    vat_id="IE6433435F",
    reference="PO-4711",
)
ADA = Billed(name="Ada Kamau", street="Kirchweg 1", postcode="50667", city="Köln", country="DE")
TIERS = ((10, 1000), (25, 1500))
PLACES = 25

KEPT = "Shows what a use was granted for and that it was begun; tax law asks for the orders behind it."
OF_TAX = (
    "Tax law asks for invoices, and for what they rest on, for ten years: with the name and address on them."
)
HOLDINGS = (
    Holding("billing.Entitlement", "person", "Entitlements", KEPT),
    Holding("billing.Redemption", "person", "Uses of entitlements", KEPT),
    Holding("billing.Seat", "person", "Places of an organisation", KEPT),
    Holding("billing.Order", "buyer", "Orders", OF_TAX),
    Holding("billing.OrderLine", "order__buyer", "Lines of orders", OF_TAX),
    Holding("billing.Payment", "order__buyer", "Payments", OF_TAX),
    Holding("billing.Basket", "person", "Basket"),
)


def links(held: frozenset[str]) -> Sequence[gather.NavigationLink]:
    found = []
    if "billing.manage" in held:
        found.append(gather.NavigationLink(_("Orders and money"), reverse("billing:finance")))
    if "organisations.manage" in held:
        found.append(gather.NavigationLink(_("Places"), reverse("billing:pools")))
    return found


def cards(query: gather.DeskQuery) -> Sequence[gather.DeskCard]:
    """Places that are offered to a person, and their orders that wait for payment. Three statements."""
    offered = [
        gather.DeskCard(
            key=f"billing.seat:{seat.uuid}",
            group="next",
            eyebrow=_("A place for you"),
            title=seat.pool.product.title,
            text=_("%(organisation)s has a place for you.") % {"organisation": seat.pool.organisation},
            url=reverse("billing:seat", args=[seat.uuid]),
            action=_("Take the place"),
        )
        for seat in waiting.offered_to(people.verified_addresses_of(query.person_id), query.at)
    ]
    unpaid = [
        gather.DeskCard(
            key=f"billing.order:{order.uuid}",
            group="next",
            eyebrow=" ".join(filter(None, [_("Order"), getattr(order, "invoice_number", "")])),
            title=_("Order of %(day)s") % {"day": moments.day_words(order.placed_at)},
            text=_("It waits for your payment; what you ordered can be used as soon as that is recorded."),
            url=reverse("billing:order", args=[order.uuid]),
            action=_("See how to pay"),
            standing="due",
        )
        for order in orders_of.unpaid(query.person_id)
    ]
    return [*offered, *unpaid]


def make_shop() -> Sequence[str]:
    """Who sells, a coupon, tiers for the dearest course and a bundle with it, a company with places, and an order that
    waits for payment."""
    fay, cleo, ada, ben = (people.by_email(f"{name}@example.org") for name in ("fay", "cleo", "ada", "ben"))
    product = (
        Product.objects.filter(kind="course", amount_minor__gt=0).order_by("-amount_minor", "pk").first()
    )
    if Issuer.objects.exists() or None in (fay, cleo, ada, ben) or product is None:
        return ()
    assert fay and cleo and ada and ben
    institute, northmoor = (organisations.organisation(slug).id for slug in ("institute", "northmoor"))
    issuers.set_up(organisation_id=institute, particulars=SELLER, actor_id=fay.id)
    coupons.make(terms=Terms("WELCOME10", CouponKind.PERCENT, 1000, "welcome", limit_each=1), actor_id=fay.id)
    products.price(
        product_id=product.pk,
        amount_minor=product.amount_minor,
        currency=product.currency,
        valid_from=None,
        includes_tax=False,
        tiers=TIERS,
        actor_id=fay.id,
    )
    _bundle(product, fay.id)
    bought = _order(cleo.id, product, PLACES, NORTHMOOR, organisation_id=northmoor)
    payments.record(
        order_uuid=bought.uuid,
        provider="transfer",
        reference="NORTHMOOR PO-4711",
        amount_minor=bought.gross_minor,
        currency=bought.currency,
        received_at=clock.now(),
        actor_id=fay.id,
    )
    pool = Entitlement.objects.get(source_key=bought.lines.get().source_key)
    seats.offer(pool_id=pool.pk, rows=[(1, ben.email), (2, "new.colleague@example.org")], actor_id=cleo.id)
    _order(ada.id, product, 1, ADA, coupon_code="WELCOME10")
    return ("A coupon to try at /basket/: WELCOME10",)


def _bundle(course: Product, actor_id: int) -> None:
    """The course with an exam and the fee of an application, 300.00 below what they cost alone."""
    parts = [course]
    for kind in ("exam", "certification"):
        found = Product.objects.filter(kind=kind, amount_minor__gt=0, currency=course.currency)
        parts += found.order_by("-amount_minor", "pk")[:1]
    if len(parts) > 1:
        bundles.make(
            title=f"{course.title}: the whole way",
            amount_minor=max(0, sum(part.amount_minor for part in parts) - 30_000),
            currency=course.currency,
            part_ids=[part.pk for part in parts],
            organisation_id=course.organisation_id,
            actor_id=actor_id,
        )


def _order(buyer_id: int, product: Product, count: int, billed: Billed, **more: object) -> Order:
    return orders.place(
        placing=Placing(
            buyer_id=buyer_id,
            form_key=uuid.uuid4(),
            lines=[(product.key, count)],
            billed=billed,
            currency=product.currency,
            **more,  # type: ignore[arg-type]  # what an order may have besides
        )
    )


def register() -> None:
    gather.NAVIGATION.add(gather.NavigationPart("billing", 60, links))
    gather.DESK.add(gather.DeskPart("billing", 60, cards))
    gather.DEMONSTRATION.add(gather.DemonstrationPart("shop", 80, make_shop))
    gather.READINESS.add(gather.ReadinessPart("ledger", 45, append_only.check))
    gather.PERSONAL.add(gather.PersonalPart("billing", 40, "Purchases", HOLDINGS))
