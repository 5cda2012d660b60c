"""Entitlements made to follow the ledger: granted, lessened, revoked."""

from datetime import datetime

from django.contrib.auth import get_user_model

from lms.audit import trail
from lms.billing import signals
from lms.billing.models import Entitlement, Order, Product, Redemption, Seat
from lms.billing.queries import ledgers
from lms.billing.rules import ledger
from lms.billing.rules.ledger import Right
from lms.billing.states import SEAT, SeatState


def follow(order: Order, *, at: datetime, actor_id: int | None) -> list[str]:
    """Makes the entitlements of an order those that the ledger gives, in the caller's transaction, which holds the
    order's lock. Returns the sources of those that changed. Announces `entitlement_granted` and
    `entitlement_revoked`.
    """
    if order.learner_id is not None:
        # Who redeems holds this lock too: nobody begins a use of what is being taken away.
        get_user_model().objects.select_for_update(no_key=True).get(pk=order.learner_id)
    wanted = ledger.entitlements_of([ledgers.account_of(order)])
    sources = [line.source_key for line in order.lines.all()]
    held = {
        row.source_key: row for row in Entitlement.objects.select_for_update().filter(source_key__in=sources)
    }
    changed = []
    for source in sources:
        right, row = wanted.get(source), held.get(source)
        if right is not None and row is None:
            _grant(right, at, actor_id)
        elif row is not None and differs(row, right):
            _fit(row, right, at, actor_id)
        else:
            continue
        changed.append(source)
    return changed


def differs(row: Entitlement, right: Right | None) -> bool:
    """Whether an entitlement is not what the ledger gives."""
    if right is None:
        return row.revoked_at is None
    return row.revoked_at is not None or (row.quantity, row.expires_at) != (right.quantity, right.expires_at)


def revoke(row: Entitlement, *, at: datetime, actor_id: int | None) -> None:
    """Ends an entitlement that the caller has locked, and gives back its uses that have not begun. Announces
    `entitlement_revoked` where a person held it."""
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    if row.person_id is None:
        for seat in row.seats.select_for_update().exclude(state=SeatState.BACK).order_by("pk"):
            end_seat(seat, at=at, actor_id=actor_id)
        _trace("revoked", row, at, actor_id)
        return
    open_uses = Redemption.objects.select_for_update().filter(
        entitlement=row, begun_at__isnull=True, given_back_at__isnull=True
    )
    keys = [use.use_key for use in open_uses.order_by("pk")]
    Redemption.objects.filter(use_key__in=keys).update(given_back_at=at)
    _trace("revoked", row, at, actor_id, uses=keys)
    signals.entitlement_revoked.announce(
        entitlement_id=row.pk,
        product_key=row.product.key,
        person_id=row.person_id,
        use_keys=keys,
        at=at,
    )


def end_seat(seat: Seat, *, at: datetime, actor_id: int | None) -> None:
    """Takes a seat back that the caller has locked, and with it the right of whoever had taken it."""
    seat.state, seat.ended_at = SEAT.after(seat.state, "take_back"), at
    seat.save(update_fields=["state", "ended_at"])
    if seat.entitlement_id is not None:
        revoke(Entitlement.objects.select_for_update().get(pk=seat.entitlement_id), at=at, actor_id=actor_id)


def granted(row: Entitlement, *, at: datetime, actor_id: int | None) -> None:
    """Leaves the trace of a new entitlement, and announces it where a person holds it."""
    _trace("granted", row, at, actor_id)
    if row.person_id is not None:
        signals.entitlement_granted.announce(
            entitlement_id=row.pk, product_key=row.product.key, person_id=row.person_id, at=at
        )


def _grant(right: Right, at: datetime, actor_id: int | None) -> None:
    row = Entitlement.objects.create(
        product=Product.objects.get(key=right.product_key),
        person_id=right.person_id,
        organisation_id=right.organisation_id,
        quantity=right.quantity,
        source_key=right.source_key,
        granted_at=at,
        expires_at=right.expires_at,
    )
    granted(row, at=at, actor_id=actor_id)


def _fit(row: Entitlement, right: Right | None, at: datetime, actor_id: int | None) -> None:
    if right is None:
        revoke(row, at=at, actor_id=actor_id)
        return
    was_revoked = row.revoked_at is not None
    row.quantity, row.expires_at, row.revoked_at = right.quantity, right.expires_at, None
    row.save(update_fields=["quantity", "expires_at", "revoked_at"])
    if was_revoked:
        granted(row, at=at, actor_id=actor_id)
    else:
        _trace("changed", row, at, actor_id)


def _trace(what: str, row: Entitlement, at: datetime, actor_id: int | None, **more: object) -> None:
    facts: dict[str, object] = {
        **more,
        "product": row.product.key,
        "quantity": row.quantity,
        "source": row.source_key,
    }
    if row.person_id is not None:
        facts["person"] = row.person_id
    trail.record(
        f"billing.entitlement.{what}",
        subject=f"billing.entitlement:{row.pk}",
        at=at,
        actor_id=actor_id,
        organisation_id=row.organisation_id,
        facts=facts,
    )
