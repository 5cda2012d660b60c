"""Money that goes back: asked for by one person, approved by another, sent by hand or by the payment service."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import transaction

from lms.billing import signals
from lms.billing.actions import letters, moving, numbering
from lms.billing.models import Entitlement, Order, Redemption, Refund, RefundLine
from lms.billing.queries import ledgers, refundable, sellers
from lms.billing.rules import ledger
from lms.billing.rules import refunds as rule
from lms.billing.rules.ledger import Account
from lms.billing.states import REFUND, RefundKind, RefundState
from lms.db import clock


class NotRefundable(Exception):
    """Carries `why`, a code of rules.refunds.Refusal."""

    def __init__(self, why: rule.Refusal) -> None:
        super().__init__(why)
        self.why = why


class SamePerson(Exception):
    """Who asked for a refund does not decide on it."""


class KnownReference(Exception):
    """Another refund has this reference."""


class AskedAlready(Exception):
    """A refund of the order waits for a decision."""


def ask(
    *,
    order_uuid: UUID,
    counts: Mapping[int, int],
    reason: str,
    form_key: UUID,
    actor_id: int,
    outside_policy: bool = False,
) -> Refund:
    """Asks to give back so many of each line (by its id). With `outside_policy` the window does not count; what has
    begun is never given back.

    Sent again it gives the same refund. Raises Order.DoesNotExist, NotRefundable, AskedAlready.
    """
    at = clock.now()
    with transaction.atomic():
        order = moving.locked(order_uuid)
        known = Refund.objects.filter(form_key=form_key, order=order).first()
        if known is not None:
            return known
        if order.refunds.filter(state=RefundState.ASKED).exists():
            raise AskedAlready
        amounts = _amounts(order, counts, at, outside_policy)
        row = Refund.objects.create(
            form_key=form_key,
            order=order,
            kind=RefundKind.LINES,
            amount_minor=sum(amount.gross_minor for amount in amounts.values()),
            reason=reason,
            outside_policy=outside_policy,
            asked_at=at,
            asked_by_id=actor_id,
        )
        RefundLine.objects.bulk_create(
            RefundLine(
                refund=row,
                line_id=line_id,
                quantity=counts[line_id],
                net_minor=amount.net_minor,
                tax_minor=amount.tax_minor,
            )
            for line_id, amount in amounts.items()
        )
        moving.trace(order, "refund_asked", at=at, actor_id=actor_id, amount=row.amount_minor)
    return row


def ask_over(*, order_uuid: UUID, form_key: UUID, actor_id: int) -> Refund:
    """Asks to send back what was paid beyond what is owed. Raises Order.DoesNotExist, AskedAlready, NotRefundable."""
    at = clock.now()
    with transaction.atomic():
        order = moving.locked(order_uuid)
        known = Refund.objects.filter(form_key=form_key, order=order).first()
        if known is not None:
            return known
        over = ledger.over(ledgers.account_of(order))
        if not over:
            raise NotRefundable(rule.Refusal.NOTHING_LEFT)
        if order.refunds.filter(state=RefundState.ASKED).exists():
            raise AskedAlready
        row = Refund.objects.create(
            form_key=form_key,
            order=order,
            kind=RefundKind.OVER,
            amount_minor=over,
            asked_at=at,
            asked_by_id=actor_id,
        )
        moving.trace(order, "refund_asked", at=at, actor_id=actor_id, amount=over)
    return row


def approve(*, uuid: UUID, actor_id: int) -> None:
    """A second person approves: entitlements end, the credit note is made, the buyer is told, and `refund_approved`
    is announced. A second call does nothing.

    Raises Refund.DoesNotExist, SamePerson, IllegalMove, and NotRefundable where it has begun meanwhile.
    """
    at = clock.now()
    with transaction.atomic():
        row, order = _locked(uuid)
        if row.state in (RefundState.APPROVED, RefundState.SENT):
            return
        if row.asked_by_id == actor_id:
            raise SamePerson
        REFUND.after(row.state, "approve")
        account = ledgers.account_of(order)
        if row.kind == RefundKind.OVER and row.amount_minor > ledger.over(account):
            raise NotRefundable(rule.Refusal.NOTHING_LEFT)
        if row.kind == RefundKind.LINES:
            counts = {one.line_id: one.quantity for one in row.lines.all()}
            # The window counted when it was asked for: who decides late takes nothing from who asked in time.
            _amounts(order, counts, at, outside_policy=True)
        _decide(row, "approve", at, actor_id)
        if row.amount_minor == 0:
            _sent(row, "", at, actor_id)
        if row.kind == RefundKind.LINES:
            numbering.credit_note(order, lines=numbering.of_refund(row), reason="refund", at=at, refund=row)
        moving.settle(order, at=at, actor_id=actor_id)
        letters.refunded(order, row, at=at)
        if row.amount_minor:
            _announce(order, row, at)


def decline(*, uuid: UUID, note: str, actor_id: int) -> None:
    """A second person declines. Raises Refund.DoesNotExist, SamePerson and IllegalMove."""
    at = clock.now()
    with transaction.atomic():
        row, order = _locked(uuid)
        if row.asked_by_id == actor_id:
            raise SamePerson
        row.note = note
        _decide(row, "decline", at, actor_id)
        moving.trace(order, "refund_declined", at=at, actor_id=actor_id, amount=row.amount_minor)


def sent(*, uuid: UUID, provider: str, reference: str, at: datetime, actor_id: int | None = None) -> None:
    """The money has left, under this reference. A second call does nothing. Raises Refund.DoesNotExist, IllegalMove,
    KnownReference."""
    with transaction.atomic():
        row, order = _locked(uuid)
        if row.state == RefundState.SENT:
            return
        row.provider = sellers.account(order.issuer, provider)
        if Refund.objects.filter(provider=row.provider, reference=reference).exists():
            raise KnownReference(reference)
        _sent(row, reference, at, actor_id)
        moving.trace(order, "refund_sent", at=at, actor_id=actor_id, reference=reference)


def failed(*, uuid: UUID, reason: str, at: datetime) -> None:
    """The payment service could not send it: it stays approved, and finance reads why. Raises Refund.DoesNotExist."""
    with transaction.atomic():
        row, order = _locked(uuid)
        row.failure = reason[:200]
        row.save(update_fields=["failure"])
        moving.trace(order, "refund_failed", at=at, actor_id=None, reason=reason[:200])


def record_elsewhere(
    *, order_uuid: UUID, provider: str, reference: str, amount_minor: int, reason: str, at: datetime
) -> None:
    """Records money that went back without us: at the payment service, or by a charge back. Once for each
    (provider, reference). What was paid beyond what is owed goes first; what gives back the whole order ends it,
    begun or not. Raises Order.DoesNotExist and ValueError for no amount.
    """
    if amount_minor < 1:
        raise ValueError(amount_minor)
    with transaction.atomic():
        order = moving.locked(order_uuid)
        if Refund.objects.filter(provider=provider, reference=reference).exists():
            return
        account = ledgers.account_of(order)
        row = Refund.objects.create(
            order=order,
            kind=_kind_elsewhere(account, amount_minor),
            amount_minor=amount_minor,
            reason=reason,
            asked_at=at,
            state=RefundState.SENT,
            decided_at=at,
            sent_at=at,
            provider=provider,
            reference=reference,
        )
        credited = min(amount_minor, account.gross_minor - account.refunded_minor)
        if row.kind == RefundKind.ELSEWHERE and credited > 0:
            numbering.credit_note(
                order, lines=numbering.of_amount(order, credited), reason="elsewhere", at=at, refund=row
            )
        facts = {"reference": reference, "amount": amount_minor, "why": reason}
        moving.trace(order, "refunded_elsewhere", at=at, actor_id=None, **facts)
        moving.settle(order, at=at, actor_id=None)


def _kind_elsewhere(account: Account, amount_minor: int) -> RefundKind:
    if account.cancelled or amount_minor <= ledger.over(account):
        return RefundKind.OVER
    return RefundKind.PART if ledger.paid_at(account) is None else RefundKind.ELSEWHERE


def _amounts(
    order: Order, counts: Mapping[int, int], at: datetime, outside_policy: bool
) -> dict[int, rule.Amount]:
    """What each line gives back. Uses are locked first, so that none begins while it is looked at."""
    _lock_uses(order)
    found = {}
    for line, sold in refundable.sold(order):
        count = counts.get(line.pk, 0)
        if not count:
            continue
        why = rule.refusal(sold, count=count, at=at, window_days=order.issuer.refund_days)
        if why is not None and not (outside_policy and why == rule.Refusal.TOO_LATE):
            raise NotRefundable(why)
        found[line.pk] = rule.amount(sold, count)
    # What went back elsewhere without being divided among the lines is not given back once more.
    account = ledgers.account_of(order)
    whole = sum(amount.gross_minor for amount in found.values())
    if not found or whole > account.gross_minor - account.refunded_minor:
        raise NotRefundable(rule.Refusal.NOTHING_LEFT)
    return found


def _lock_uses(order: Order) -> None:
    if order.learner_id is not None:
        # Not its key: who begins holds the use and writes rows that point to the person, and would wait for us, we for them.
        get_user_model().objects.select_for_update(no_key=True).get(pk=order.learner_id)
    sources = [line.source_key for line in order.lines.all()]
    list(Entitlement.objects.select_for_update().filter(source_key__in=sources).order_by("pk"))
    list(
        Redemption.objects.select_for_update(of=("self",))
        .filter(entitlement__source_key__in=sources)
        .order_by("pk")
    )


def _locked(uuid: UUID) -> tuple[Refund, Order]:
    """The order first, as everywhere, then the refund."""
    order_uuid = Refund.objects.values_list("order__uuid", flat=True).get(uuid=uuid)
    order = moving.locked(order_uuid)
    return Refund.objects.select_for_update().get(uuid=uuid), order


def _announce(order: Order, row: Refund, at: datetime) -> None:
    paid = order.payments.order_by("-recorded_at", "-pk").first()
    signals.refund_approved.announce(
        refund_uuid=row.uuid,
        order_uuid=order.uuid,
        provider=paid.brought_by if paid else "",
        reference=paid.reference if paid else "",
        amount_minor=row.amount_minor,
        currency=order.currency,
        at=at,
    )


def _decide(row: Refund, event: str, at: datetime, actor_id: int) -> None:
    row.state = REFUND.after(row.state, event)
    row.decided_at, row.decided_by_id = at, actor_id
    row.save(update_fields=["state", "decided_at", "decided_by", "note"])


def _sent(row: Refund, reference: str, at: datetime, actor_id: int | None) -> None:
    row.state = REFUND.after(row.state, "send")
    row.reference, row.sent_at, row.failure = reference, at, ""
    row.save(update_fields=["state", "provider", "reference", "sent_at", "failure"])
