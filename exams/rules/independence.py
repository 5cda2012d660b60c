"""Who may stand over a sitting: not the candidate, and nobody who trained them (ISO/IEC 17024). Who hears an appeal
has besides had no part in what it is against."""

from collections.abc import Collection
from enum import StrEnum


class Bar(StrEnum):
    CANDIDATE = "candidate"  # it is their own sitting
    TRAINER = "trainer"  # they trained the candidate
    DECIDED = "decided"  # they had a part in the decision


def bar(
    *, person_id: int, candidate_id: int, trainer_ids: Collection[int], decider_ids: Collection[int] = ()
) -> Bar | None:
    """What keeps a person from acting on a candidate's sitting, or None."""
    if person_id == candidate_id:
        return Bar.CANDIDATE
    if person_id in trainer_ids:
        return Bar.TRAINER
    return Bar.DECIDED if person_id in decider_ids else None
