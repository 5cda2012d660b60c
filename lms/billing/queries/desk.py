"""What lies on the desk of finance."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Case, Count, IntegerField, Prefetch, Q, QuerySet, Value, When

from lms.billing.models import Coupon, Finding, Issuer, Price, Product, Refund
from lms.billing.states import OrderState, RefundState


@dataclass(frozen=True)
class Waiting:
    refunds: int
    findings: int


def waiting() -> Waiting:
    """How much waits for somebody."""
    return Waiting(
        Refund.objects.filter(state__in=[RefundState.ASKED, RefundState.APPROVED]).count(),
        Finding.objects.filter(settled_at__isnull=True).count(),
    )


def refunds() -> QuerySet[Refund]:
    """Refunds: those that wait first, the oldest of them first; then the others, the newest first."""
    rank = Case(
        When(state=RefundState.ASKED, then=Value(0)),
        When(state=RefundState.APPROVED, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return Refund.objects.select_related("order", "asked_by").annotate(rank=rank).order_by("rank", "-pk")


def refund(uuid: UUID) -> Refund:
    """One refund with its lines; raises Refund.DoesNotExist."""
    rows = Refund.objects.select_related("order", "asked_by", "decided_by").prefetch_related("lines__line")
    return rows.get(uuid=uuid)


def findings() -> QuerySet[Finding]:
    """What was found: what is open first, the newest first."""
    return Finding.objects.select_related("order", "settled_by").order_by(
        Case(When(settled_at__isnull=True, then=Value(0)), default=Value(1), output_field=IntegerField()),
        "-pk",
    )


def products(text: str = "") -> QuerySet[Product]:
    """Products with all their prices, by title."""
    found = Product.objects.filter(title__icontains=text) if text else Product.objects.all()
    latest = Price.objects.order_by("-valid_from", "-pk")
    return found.prefetch_related(Prefetch("prices", queryset=latest)).order_by("title", "pk")


def coupons() -> QuerySet[Coupon]:
    """Coupons with how often each was used, the newest first."""
    used = Count("orders", filter=~Q(orders__state=OrderState.CANCELLED))
    return Coupon.objects.select_related("product").annotate(used=used).order_by("-made_at", "-pk")


def issuers() -> QuerySet[Issuer]:
    return Issuer.objects.select_related("organisation").order_by("pk")
