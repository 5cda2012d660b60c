"""The public register: what holders show of themselves, and counts of all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from certificates.models import Credential, Edition
from certificates.queries import credentials
from certificates.states import CredentialState

_KEPT_SECONDS = 600
# A sweep counts again every ten minutes; where that fails to come, the last counts do for so long.
_TOLD_SECONDS = 3600


@dataclass(frozen=True)
class LevelCount:
    """How many credentials of a level there are, by how they stand."""

    scheme: str
    level: str
    valid: int
    suspended: int
    expired: int
    withdrawn: int

    @property
    def granted(self) -> int:
        return self.valid + self.suspended + self.expired + self.withdrawn


def listed(*, search: str, scheme_key: str, country: str, on: date) -> QuerySet[Credential]:
    """Credentials whose holders show them here, that match: words of the name, a scheme, a country."""
    rows = credentials.register(search=search, standing="", scheme_key=scheme_key, on=on)
    rows = rows.filter(listing__isnull=False).select_related("listing")
    return rows.filter(listing__country=country) if country else rows


def statistics(*, on: date) -> Sequence[LevelCount]:
    """Counts by level of every credential, listed or not. Kept for ten minutes, or what `count` kept; else one statement."""
    kept: list[LevelCount] | None = cache.get(_key(on))
    if kept is None:
        kept = _counted(on)
        cache.set(_key(on), kept, _KEPT_SECONDS)
    return kept


def count(*, on: date) -> None:
    """Counts anew for all who ask within the hour, where the cache is shared: among millions that takes seconds, for which
    no visitor waits then. One statement."""
    cache.set(_key(on), _counted(on), _TOLD_SECONDS)


def _key(on: date) -> str:
    return f"certificates:statistics:{on.isoformat()}"


def _counted(on: date) -> list[LevelCount]:
    last = (
        Edition.objects.filter(credential=OuterRef("pk")).values("credential").annotate(d=Max("expires_on"))
    )
    granted = Q(state=CredentialState.GRANTED)
    rows = (
        Credential.objects.annotate(last_day=Subquery(last.values("d")))
        .order_by()
        .values("level__scheme__title", "level__title", "level__rank")
        .annotate(
            valid=Count("pk", filter=granted & Q(last_day__gte=on)),
            expired=Count("pk", filter=granted & Q(last_day__lt=on)),
            suspended=Count("pk", filter=Q(state=CredentialState.SUSPENDED)),
            withdrawn=Count("pk", filter=Q(state=CredentialState.WITHDRAWN)),
        )
        .order_by("level__scheme__title", "level__rank")
    )
    return [
        LevelCount(
            row["level__scheme__title"],
            row["level__title"],
            row["valid"],
            row["suspended"],
            row["expired"],
            row["withdrawn"],
        )
        for row in rows
    ]
