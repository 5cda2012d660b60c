"""Reads about when a candidate's page was heard from."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Min, OuterRef, Subquery

from exams.models import Presence, Sitting
from exams.queries import sittings
from exams.rules import outages


@dataclass(frozen=True)
class LostEnd:
    """A deadline that fell into an outage: since when nobody was heard, when this sitting was heard last
    (None where it never was), and when anybody was heard again (None where nobody was yet)."""

    from_at: datetime
    own_until_at: datetime | None
    heard_again_at: datetime | None


@dataclass(frozen=True)
class Last:
    """The last span in which a sitting was heard: its row's id and its end."""

    id: int
    until_at: datetime


def heard(uuid: UUID, *, person_id: int) -> tuple[Sitting, Last | None]:
    """One's own sitting, and when it was last heard. One statement. Raises UnknownSitting."""
    last = Presence.objects.filter(sitting=OuterRef("pk")).order_by("-until_at", "-pk")
    rows = Sitting.objects.filter(uuid=uuid, candidate_id=person_id).annotate(
        heard_until_at=Subquery(last.values("until_at")[:1]), heard_id=Subquery(last.values("pk")[:1])
    )
    found = sittings.timed(rows).first()
    if found is None:
        raise sittings.UnknownSitting(uuid)
    read = vars(found)
    return found, None if read["heard_id"] is None else Last(read["heard_id"], read["heard_until_at"])


def somebody_was_heard(deadlines: Sequence[datetime]) -> bool:
    """Whether one span alone shows that we could be reached around all of these deadlines, or there is no span
    at all to tell from. One statement; False says only that each must be looked at."""
    first, last = min(deadlines), max(deadlines)
    span = Presence.objects.filter(from_at__lte=last).order_by("-until_at").first()
    return span is None or (span.from_at <= first and last - span.until_at < outages.LEAST)


def lost_end(sitting_id: int, *, deadline_at: datetime) -> LostEnd | None:
    """How an outage took the end of a sitting; None where somebody was heard around its deadline, which one
    statement tells."""
    spans = Presence.objects.filter(from_at__lte=deadline_at).order_by("-until_at")
    last = list(spans.values_list("sitting_id", "until_at")[: 2 * outages.FEWEST])
    from_at = outages.silent_from(last=last, deadline_at=deadline_at)
    if from_at is None:
        return None
    own = Presence.objects.filter(sitting=sitting_id, from_at__lte=deadline_at)
    again = Presence.objects.filter(from_at__gt=deadline_at)
    return LostEnd(
        from_at,
        own.aggregate(until_at=Max("until_at"))["until_at"],
        again.aggregate(from_at=Min("from_at"))["from_at"],
    )
