"""Hearing from a candidate's page."""

from uuid import UUID

from exams.actions import endings
from exams.models import Presence, Sitting
from exams.queries import presence as queries
from exams.queries import sittings as reads
from exams.rules import presence as rules
from exams.rules.presence import Hearing
from exams.states import SittingState


def hear(*, sitting_uuid: UUID, person_id: int) -> Sitting:
    """Records that a candidate's page is there, and returns the sitting as it stands: one statement to read,
    at most one to write, and no lock. Closes it if its time is up. Raises UnknownSitting."""
    sitting, last = queries.heard(sitting_uuid, person_id=person_id)
    at = reads.time_of(sitting)
    endings.refresh(sitting, is_back=True)
    if sitting.state in (SittingState.RUNNING, SittingState.PAUSED):
        hearing = rules.hearing(until_at=last.until_at if last else None, at=at)
        if hearing is Hearing.NEW:
            Presence.objects.create(sitting_id=sitting.pk, from_at=at, until_at=at)
        elif last is not None and hearing is Hearing.EXTEND:
            # Of two pages at once the later one counts, whichever is written last.
            Presence.objects.filter(pk=last.id, until_at__lt=at).update(until_at=at)
    return sitting
