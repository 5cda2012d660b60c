"""Keeping a candidate's own marks."""

from typing import Any
from uuid import UUID

from exams.models import Sitting, SittingDesk
from exams.queries.sittings import UnknownSitting
from exams.rules import desks
from exams.states import SittingState
from lms.db import clock


def keep(*, sitting_uuid: UUID, person_id: int, content: Any) -> None:
    """Keeps the marks of a sitting that runs or is paused, in place of those before: the newest count as a whole.

    They are no response and no part of the chain. Raises UnknownSitting (also once it has ended) and
    NotADesk (of the rules).
    """
    rows = Sitting.objects.filter(uuid=sitting_uuid, candidate_id=person_id)
    found = rows.filter(state__in=[SittingState.RUNNING, SittingState.PAUSED]).values_list(
        "pk", "form__length"
    )
    sitting = found.first()
    if sitting is None:
        raise UnknownSitting(sitting_uuid)
    sitting_id, length = sitting
    clean = desks.clean(content, positions=frozenset(range(1, length + 1)))
    SittingDesk.objects.update_or_create(
        sitting_id=sitting_id, defaults={"content": clean, "saved_at": clock.now()}
    )
