"""Words for codes that several edges need: why an event happened, why a text is no number."""

from django.utils.translation import pgettext_lazy

from certificates.rules.numbers import Slip
from certificates.rules.standing import Happening
from certificates.states import (
    CorrectionReason,
    ErasureReason,
    ReductionReason,
    ReinstatementReason,
    SuspensionReason,
    WithdrawalReason,
)

REASONS = {
    Happening.SUSPENDED.value: SuspensionReason,
    Happening.REINSTATED.value: ReinstatementReason,
    Happening.WITHDRAWN.value: WithdrawalReason,
    Happening.NAME_CORRECTED.value: CorrectionReason,
    Happening.SCOPE_REDUCED.value: ReductionReason,
    Happening.PERSONAL_DATA_ERASED.value: ErasureReason,
}


def reason_words(kind: str, code: str) -> str:
    """The words of a reason code for a kind of event; empty when there is none."""
    choices = REASONS.get(kind)
    if choices is None or code not in choices.values:
        return ""
    return str(choices(code).label)


_SLIPS = {
    Slip.EMPTY: "No number was given",
    Slip.TOO_SHORT: "Typing error: too short to be a number",
    Slip.TOO_LONG: "Typing error: too long to be a number",
    Slip.CHARACTER: "Typing error: a character that no number has",
    Slip.CHECK: "Typing error: the characters do not agree with each other",
}


def slip_words(slip: Slip) -> str:
    """Why a text can't be a number, in a few words."""
    return _SLIPS[slip]


STANDS = {
    "Valid": pgettext_lazy("certificate", "Valid"),
    "Valid, renewal due": pgettext_lazy("certificate", "Valid, renewal due"),
    "Expired": pgettext_lazy("certificate", "Expired"),
    "Suspended": pgettext_lazy("certificate", "Suspended"),
    "Withdrawn": pgettext_lazy("certificate", "Withdrawn"),
    "Superseded": pgettext_lazy("certificate", "Superseded"),
    "To come": pgettext_lazy("certificate", "To come"),
}


def standing_words(label: str) -> str:
    """How a certificate stands (`CredentialView.label`), in the language of the page."""
    return str(STANDS.get(label, label))
