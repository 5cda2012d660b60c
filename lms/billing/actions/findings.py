"""What comparisons find: noted once, settled by hand or because it is found no more."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from lms.audit import trail
from lms.billing.models import Finding, Order
from lms.billing.states import FindingKind
from lms.db import clock

LEDGER = "ledger:"
"""How the keys begin of what the comparison of the ledger with what follows from it finds."""


def note(
    key: str, kind: FindingKind, *, order: Order | None, at: datetime, facts: Mapping[str, Any] | None = None
) -> bool:
    """Notes a finding, in the caller's transaction; what was no longer found and is found again is open again, what
    somebody settled stays settled. Returns whether it is new."""
    row, made = Finding.objects.get_or_create(
        key=key, defaults={"kind": kind, "order": order, "facts": dict(facts or {}), "found_at": at}
    )
    if not made and row.settled_at is not None and row.settled_by_id is None:
        row.settled_at = None
        row.save(update_fields=["settled_at"])
    return made


def close(*, prefix: str, but: Collection[str], at: datetime) -> None:
    """Settles the open findings whose keys begin so and that were not found again."""
    Finding.objects.filter(key__startswith=prefix, settled_at__isnull=True).exclude(key__in=but).update(
        settled_at=at
    )


def settle(*, finding_id: int, actor_id: int) -> None:
    """Somebody has seen to it. A second call does nothing. Raises Finding.DoesNotExist."""
    at = clock.now()
    with transaction.atomic():
        row = Finding.objects.select_for_update().get(pk=finding_id)
        if row.settled_at is not None:
            return
        row.settled_at, row.settled_by_id = at, actor_id
        row.save(update_fields=["settled_at", "settled_by"])
        trail.record(
            "billing.finding.settled",
            subject=f"billing.finding:{row.pk}",
            at=at,
            actor_id=actor_id,
            facts={"key": row.key},
        )
