"""Coupons: made and ended."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from lms.audit import trail
from lms.billing.models import Coupon
from lms.billing.rules.coupons import CouponKind
from lms.db import clock


class KnownCode(Exception):
    """A coupon of that code was made before."""


@dataclass(frozen=True)
class Terms:
    code: str
    kind: CouponKind
    value: int
    reason: str
    currency: str = ""
    product_id: int | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    limit: int | None = None
    limit_each: int | None = None
    organisation_id: UUID | None = None
    """Whose products it is for; None: the institution's."""


def make(*, terms: Terms, actor_id: int | None) -> Coupon:
    """A coupon; its code is kept in capitals. Raises KnownCode."""
    at = clock.now()
    try:
        with transaction.atomic():
            row = Coupon.objects.create(
                code=terms.code.strip().upper(),
                kind=terms.kind,
                value=terms.value,
                currency="" if terms.kind == CouponKind.PERCENT else terms.currency,
                product_id=terms.product_id,
                organisation_id=terms.organisation_id,
                valid_from=terms.valid_from or at,
                valid_until=terms.valid_until,
                limit=terms.limit,
                limit_each=terms.limit_each,
                reason=terms.reason,
                made_at=at,
                made_by_id=actor_id,
            )
            facts = {"code": row.code, "kind": row.kind, "value": row.value, "reason": row.reason}
            trail.record(
                "billing.coupon.made",
                subject=f"billing.coupon:{row.pk}",
                at=at,
                actor_id=actor_id,
                facts=facts,
            )
    except IntegrityError:
        raise KnownCode(terms.code) from None
    return row


def end(*, coupon_id: int, actor_id: int) -> None:
    """Ends a coupon: orders placed with it stay. A second call does nothing. Raises Coupon.DoesNotExist."""
    at = clock.now()
    with transaction.atomic():
        row = Coupon.objects.select_for_update().get(pk=coupon_id)
        if row.ended_at is not None:
            return
        row.ended_at = at
        row.save(update_fields=["ended_at"])
        trail.record("billing.coupon.ended", subject=f"billing.coupon:{row.pk}", at=at, actor_id=actor_id)
