"""What a form's key may say of an item beside which response is right. Explained in docs/algorithms/key-validation.md."""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import Any

TREATMENT = "treatment"


class Treatment(StrEnum):
    CREDIT = "credit"  # everybody gets all the points, with or without a response
    DROP = "drop"  # it counts nowhere: no points, and none in the maximum


def treatment(key: Mapping[str, Any]) -> Treatment | None:
    said = key.get(TREATMENT)
    return Treatment(said) if said else None


def treated(key: Mapping[str, Any], maximum: Fraction) -> tuple[Fraction, Fraction] | None:
    """Points and maximum where they do not depend on the response, else None."""
    match treatment(key):
        case Treatment.CREDIT:
            return maximum, maximum
        case Treatment.DROP:
            return Fraction(0), Fraction(0)
    return None
