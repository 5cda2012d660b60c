"""Who may stand over a sitting: not the candidate, and nobody who trained them (ISO/IEC 17024)."""

from collections.abc import Collection
from enum import StrEnum


class Bar(StrEnum):
    CANDIDATE = "candidate"  # it is their own sitting
    TRAINER = "trainer"  # they trained the candidate


def bar(*, person_id: int, candidate_id: int, trainer_ids: Collection[int]) -> Bar | None:
    """What keeps a person from acting on a candidate's sitting, or None."""
    if person_id == candidate_id:
        return Bar.CANDIDATE
    return Bar.TRAINER if person_id in trainer_ids else None
