"""How many holders a changed rule of a scheme would touch, before it is published."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q

from certificates.models import Credential
from certificates.queries.schemes import LevelView, SchemeView
from certificates.rules import impact, validity
from certificates.states import CredentialState


@dataclass(frozen=True)
class Touched:
    """One level: who holds it, how many of them may renew now, and what would change for them."""

    level: LevelView
    holders: int
    due: int
    changes: tuple[tuple[str, str, str], ...]


def touched(scheme: SchemeView, changed: Mapping[str, int], *, on: date) -> tuple[Touched, ...]:
    """What numbers changed by their path (`grace_days`, `lead.cpd_hours`, `lead.fee`, the fee in minor
    units) would mean for each level. Holders keep their rules to the end of their edition, so that those
    who are due meet them first. One statement."""
    data = _with(scheme.data, changed)
    counts = _holders(scheme.id, on)
    shared = impact.changes(scheme.data, data)
    return tuple(
        Touched(
            level,
            *counts.get(level.id, (0, 0)),
            shared + impact.level_changes(scheme.data, data, level.key),
        )
        for level in scheme.levels
    )


def _holders(scheme_id: int, on: date) -> dict[int, tuple[int, int]]:
    last_due = on + (date.max - validity.due_from(date.max))
    standing = Q(editions__begins_on__lte=on, editions__expires_on__gte=on)
    rows = (
        Credential.objects.filter(level__scheme_id=scheme_id)
        .exclude(state=CredentialState.WITHDRAWN)
        .order_by()
        .values("level_id")
        .annotate(
            holders=Count("pk", filter=standing, distinct=True),
            due=Count("pk", filter=standing & Q(editions__expires_on__lte=last_due), distinct=True),
        )
    )
    return {row["level_id"]: (row["holders"], row["due"]) for row in rows}


def _with(data: dict[str, Any], changed: Mapping[str, int]) -> dict[str, Any]:
    new = copy.deepcopy(data)
    levels = {level["key"]: level for level in new["levels"]}
    for path, value in changed.items():
        *rooms, last = path.split(".")
        if rooms and rooms[0] in levels and last == "fee":
            _set_fee(new, rooms[0], value)
            continue
        found = levels[rooms[0]] if rooms and rooms[0] in levels else new
        for room in rooms if found is new else ():
            found = found[room]
        found[last] = value
    return new


def _set_fee(new: dict[str, Any], level_key: str, amount: int) -> None:
    for fee in new["fees"]:
        if fee["key"] == "annual" and level_key in fee["levels"]:
            if fee["amount"] == amount:
                return
            fee["levels"] = [key for key in fee["levels"] if key != level_key]
    new["fees"].append(
        {"key": "annual", "levels": [level_key], "title": "", "amount": amount, "currency": "EUR", "note": ""}
    )
