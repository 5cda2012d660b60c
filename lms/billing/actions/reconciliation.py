"""The nightly comparison: what follows from the ledger is held against the ledger, repaired where that is safe, and
reported where a person has to look."""

from dataclasses import dataclass
from datetime import datetime
from itertools import batched

from django.db import transaction

from lms.billing.actions import findings, moving, rights
from lms.billing.models import Document, Entitlement, Order, OrderLine
from lms.billing.queries import ledgers
from lms.billing.rules import ledger, numbers
from lms.billing.rules.ledger import Account
from lms.billing.states import FindingKind
from lms.db import clock


@dataclass(frozen=True)
class Outcome:
    """How many orders were looked at, what was repaired, and the keys of what stays for a person to look at."""

    orders: int
    repaired: int
    reported: tuple[str, ...]


def reconcile() -> Outcome:
    """Compares every order with its entitlements and its state, and the numbers of documents. Finds the same thing
    once; what is found no more is settled. Runs in steps: no lock is held for longer than one order."""
    at = clock.now()
    repaired = 0
    reported: list[str] = []
    ids = list(Order.objects.order_by("pk").values_list("pk", flat=True))
    for some in batched(ids, 200):
        accounts = ledgers.accounts_of(some)
        orders = Order.objects.filter(pk__in=some).in_bulk()
        held = _held(some)
        for pk in some:
            if _rights_differ(accounts[pk], held.get(pk, {})):
                repaired += _repair(orders[pk], at)
            reported += _report(orders[pk], accounts[pk], at)
    reported += _numbers(at)
    findings.close(prefix=findings.LEDGER, but=reported, at=at)
    return Outcome(len(ids), repaired, tuple(reported))


def _held(order_ids: tuple[int, ...]) -> dict[int, dict[str, Entitlement]]:
    lines = {line.source_key: line.order_id for line in OrderLine.objects.filter(order__in=order_ids)}
    found: dict[int, dict[str, Entitlement]] = {}
    for row in Entitlement.objects.filter(source_key__in=lines):
        found.setdefault(lines[row.source_key], {})[row.source_key] = row
    return found


def _rights_differ(account: Account, held: dict[str, Entitlement]) -> bool:
    wanted = ledger.entitlements_of([account])
    if set(wanted) - set(held):
        return True
    return any(rights.differs(row, wanted.get(source)) for source, row in held.items())


def _repair(order: Order, at: datetime) -> int:
    """The entitlements of one order, made anew from its ledger under its lock. Returns whether it was needed."""
    with transaction.atomic():
        row = moving.locked(order.uuid)
        changed = rights.follow(row, at=at, actor_id=None)
        for source in changed:
            findings.note(
                f"repaired:{source}:{at.date().isoformat()}",
                FindingKind.RIGHT_WRONG,
                order=row,
                at=at,
                facts={"source": source},
            )
        if changed:
            moving.trace(row, "entitlements_repaired", at=at, actor_id=None, sources=changed)
    return bool(changed)


def _report(order: Order, account: Account, at: datetime) -> list[str]:
    found = []
    standing = ledger.standing(account)
    if order.state != standing:
        key = f"{findings.LEDGER}state:{order.pk}:{order.state}:{standing}"
        findings.note(
            key, FindingKind.STATE_WRONG, order=order, at=at, facts={"is": order.state, "should": standing}
        )
        found.append(key)
    over = ledger.over(account)
    if over:
        kind = FindingKind.PAID_CANCELLED if account.cancelled else FindingKind.PAID_OVER
        key = f"{findings.LEDGER}over:{order.pk}:{over}"
        findings.note(key, kind, order=order, at=at, facts={"amount": over})
        found.append(key)
    return found


def _numbers(at: datetime) -> list[str]:
    series: dict[tuple[int, str, int], list[int]] = {}
    for issuer, name, year, number in Document.objects.values_list("issuer", "series", "year", "number"):
        series.setdefault((issuer, name, year), []).append(number)
    found = []
    for (issuer, name, year), known in series.items():
        for gap in numbers.gaps(known):
            key = f"{findings.LEDGER}number:{issuer}:{name}:{year}:{gap}"
            facts = {"series": name, "year": year, "number": gap}
            findings.note(key, FindingKind.NUMBER_MISSING, order=None, at=at, facts=facts)
            found.append(key)
    return found
