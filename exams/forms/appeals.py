"""The forms of appeals. They parse; the actions decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from exams.rules.appeals import FINDINGS, Against, Finding

WORDS = {
    Finding.DISMISS: "Dismiss it: the result stands",
    Finding.REMARK: "Uphold it: the sitting is marked again",
    Finding.REKEY: "Uphold it: examiners decide about the key of the form",
}


class AppealForm(forms.Form):
    reasons = forms.CharField(
        label=_("What you have against the result"),
        min_length=20,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "What happened, or which item, by its number, and why. Only the people who hear the appeal read it."
        ),
    )


OF_ANNULMENT = {
    Finding.DISMISS: "Dismiss it: the result stays annulled",
    Finding.REMARK: "Uphold it: the result comes back, and the sitting is marked again",
}


class VoteForm(forms.Form):
    finding = forms.ChoiceField(
        label="What you find",
        widget=forms.RadioSelect,
        choices=[],
        error_messages={"required": "Say what you find."},
    )
    reason = forms.CharField(
        label="Why",
        min_length=20,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Where others find the same, the candidate reads this. It can't be changed.",
    )

    def __init__(self, *args: Any, against: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = FINDINGS[Against(against)]
        self.fields["finding"].choices = [(one.value, words_of(one, against)) for one in offered]  # type: ignore[attr-defined]

    @property
    def found(self) -> Finding:
        return Finding(self.cleaned_data["finding"])


def words_of(finding: Finding, against: str) -> str:
    """What a finding means in this appeal."""
    return (OF_ANNULMENT if against == Against.ANNULMENT else WORDS)[finding]
