"""What a new version of a scheme would change, and how many people it would touch."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max

from certificates.models import Application, Credential, DesignVersion, SchemeVersion
from certificates.models.applications import OPEN
from certificates.rules import revisions
from certificates.rules.revisions import Change
from certificates.states import CredentialState


@dataclass(frozen=True)
class Touched:
    """One rule that would change, with how many hold a certificate that it bears on, and how many have applied."""

    change: Change
    level: str
    holders: int
    applicants: int


def versions(*, key: str) -> list[SchemeVersion]:
    """Every version of a scheme, the newest first."""
    return list(SchemeVersion.objects.select_related("scheme", "published_by").filter(scheme__key=key))


def newest_schemes() -> list[SchemeVersion]:
    """The newest version of each scheme."""
    rows = SchemeVersion.objects.select_related("scheme").order_by("scheme__key", "number")
    return list({version.scheme_id: version for version in rows}.values())


def newest_designs() -> list[DesignVersion]:
    """The newest version of each design."""
    rows = DesignVersion.objects.select_related("design").order_by("design__key", "number")
    return list({version.design_id: version for version in rows}.values())


def touched(*, key: str, old: Mapping[str, Any], new: Mapping[str, Any], on: date) -> list[Touched]:
    """Every rule that differs, with those it would touch on a day. Two statements.

    Holders are those whose certificate is not withdrawn and whose renewal is still open.
    """
    grace = timedelta(days=old["grace_days"])
    held = Credential.objects.filter(level__scheme__key=key).exclude(state=CredentialState.WITHDRAWN)
    held = held.annotate(last_day=Max("editions__expires_on")).filter(last_day__gte=on - grace)
    holders = dict(held.order_by().values_list("level__key").annotate(Count("holder", distinct=True)))
    rows = Application.objects.filter(level__scheme__key=key, state__in=OPEN).order_by()
    applicants = dict(rows.values_list("level__key").annotate(Count("pk")))
    titles = {level["key"]: level["title"] for level in (*old["levels"], *new["levels"])}
    return [
        Touched(
            change,
            titles.get(change.level, ""),
            sum(holders.get(level, 0) for level in change.levels),
            sum(applicants.get(level, 0) for level in change.levels),
        )
        for change in revisions.changes(old, new)
    ]
