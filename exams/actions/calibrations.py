"""Calibrations of items, taken from an analysis of responses."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from exams.models import Bank, Calibration, Item
from lms.audit import trail
from lms.db import clock


@dataclass(frozen=True)
class Calibrated:
    """An item by its code, with its slope and easiness; see exams.models.Calibration."""

    code: str
    slope: float
    easiness: float


class UnknownItems(LookupError):
    """The bank has no items with these codes. Carries `codes`."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        self.codes = codes


class UnknownBank(LookupError):
    """There is no such bank."""


def calibrate(
    *, bank_key: str, found: Sequence[Calibrated], model: str, persons: int, responses_digest: str
) -> int:
    """Keeps calibrations of the current versions of a bank's items, all or none; returns how many. What was known
    before stays on record, and forms stay as they are. Raises UnknownBank and UnknownItems."""
    with transaction.atomic():
        bank = Bank.objects.filter(key=bank_key).first()
        if bank is None:
            raise UnknownBank(bank_key)
        at = clock.now()
        items = Item.objects.filter(bank=bank, code__in=[one.code for one in found])
        versions = dict(items.exclude(current=None).values_list("code", "current_id"))
        strangers = [one.code for one in found if one.code not in versions]
        if strangers:
            raise UnknownItems(strangers)
        Calibration.objects.bulk_create(
            Calibration(
                version_id=versions[one.code],
                model=model,
                slope=one.slope,
                easiness=one.easiness,
                persons=persons,
                responses_digest=responses_digest,
                at=at,
            )
            for one in found
        )
        trail.record(
            "exams.bank.calibrated",
            subject=f"exams.bank:{bank.pk}",
            at=at,
            actor_id=None,
            facts={"items": len(found), "model": model, "persons": persons, "responses": responses_digest},
            organisation_id=bank.organisation_id,
        )
    return len(found)
