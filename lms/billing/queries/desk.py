"""What lies on the desk of finance: of each office what its own sellers sold and offer."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Value, When

from lms.billing.models import Coupon, Finding, Issuer, Price, Product, Refund
from lms.billing.queries.sellers import Office
from lms.billing.states import OrderState, RefundState


@dataclass(frozen=True)
class Waiting:
    refunds: int
    findings: int


def waiting(office: Office) -> Waiting:
    """How much waits for somebody."""
    undone = refunds(office).filter(state__in=[RefundState.ASKED, RefundState.APPROVED])
    return Waiting(undone.count(), findings(office).filter(settled_at__isnull=True).count())


def refunds(office: Office) -> QuerySet[Refund]:
    """Refunds: those that wait first, the oldest of them first; then the others, the newest first."""
    rank = Case(
        When(state=RefundState.ASKED, then=Value(0)),
        When(state=RefundState.APPROVED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = Refund.objects.filter(office.books("order__issuer__organisation"))
    return rows.select_related("order", "asked_by").annotate(rank=rank).order_by("rank", "-pk")


def refund(uuid: UUID, office: Office) -> Refund:
    """One refund with its lines; raises Refund.DoesNotExist."""
    rows = Refund.objects.filter(office.books("order__issuer__organisation"))
    rows = rows.select_related("order", "asked_by", "decided_by").prefetch_related("lines__line")
    return rows.get(uuid=uuid)


def findings(office: Office) -> QuerySet[Finding]:
    """What was found: what is open first, the newest first. What is about no order is the institution's."""
    theirs = office.books("order__issuer__organisation")
    if office.of_institution:
        theirs |= Q(order__isnull=True)
    return (
        Finding.objects.filter(theirs)
        .select_related("order", "settled_by")
        .order_by(
            Case(When(settled_at__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField()),
            "-pk",
        )
    )


def products(office: Office, text: str = "") -> QuerySet[Product]:
    """Products with all their prices, by title."""
    found = Product.objects.filter(office.offers())
    if text:
        found = found.filter(title__icontains=text)
    latest = Price.objects.order_by("-valid_from", "-pk")
    return found.prefetch_related(Prefetch("prices", queryset=latest)).order_by("title", "pk")


def coupons(office: Office) -> QuerySet[Coupon]:
    """Coupons with how often each was used, the newest first."""
    used = Count("orders", filter=~Q(orders__state=OrderState.CANCELLED))
    rows = Coupon.objects.filter(office.offers()).select_related("product")
    return rows.annotate(used=used).order_by("-made_at", "-pk")


def issuers(office: Office) -> QuerySet[Issuer]:
    """Those whose books somebody keeps; the institution, the first that was set up, first."""
    return Issuer.objects.filter(office.books("organisation")).select_related("organisation").order_by("pk")
