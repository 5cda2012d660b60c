"""Words for the codes of what is missing, what bars, and why something was decided."""

from collections.abc import Iterable

from django.utils.translation import gettext_lazy as _

from certificates.states import DoubtReason, RefusalReason, WaiverReason

MISSING = {
    "exam-not-passed": _("no passed result is recorded"),
    "exam-not-invigilated": _("the exam was passed, but not under invigilation with the identity checked"),
    "code-not-signed": _("the code of ethics is not signed in its present version"),
    "experience-short": _("the years of professional experience"),
    "field-experience-short": _("the years of experience in AI management"),
    "hours-short": _("the hours of projects or audits"),
    "references-short": _("the references"),
}
BARS = {
    "own": "It is your own.",
    "trained": "You trained this person. That bars you for ever.",
    "examined": "You examined this person. That bars you for ever.",
    "employed": "You work, or worked not long ago, in the same organisation.",
    "declared": "You declared a conflict.",
    "decided": "You made the decision that an appeal found wrong.",
}
_LABELS = {
    str(value): label
    for choices in (RefusalReason, WaiverReason, DoubtReason)
    for value, label in choices.choices
}


def missing_words(code: str) -> str:
    """What a code of something missing says."""
    return str(MISSING.get(code, code))


def bar_words(bar: str) -> str:
    """Why an officer may not decide, in a sentence."""
    return BARS.get(str(bar), str(bar))


def barred(bars: Iterable[str], *, own_act: bool = True) -> str:
    """What an officer is told who is kept out by what is recorded; without `own_act` it is who proposed before them."""
    if not own_act:
        return "Nothing was changed. Who proposed it is barred by now: drop it, and let two others act."
    return f"Nothing was changed. {' '.join(bar_words(bar) for bar in bars)} Ask another officer."


def code_words(code: str) -> str:
    """What a code in a timeline says: a reason, or something missing."""
    return str(_LABELS.get(code, missing_words(code)))
