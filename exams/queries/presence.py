"""Reads about when a candidate's page was heard from."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from exams.models import Presence, Sitting
from exams.queries import sittings


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
