"""Forms of those who keep the register: standing, scope, erasure, fees, batches, looking up."""

import uuid
from datetime import date
from typing import Any

from django import forms

from certificates.states import (
    ErasureReason,
    ReductionReason,
    ReinstatementReason,
    SuspensionReason,
    WithdrawalReason,
)


class ActForm(forms.Form):
    """What an officer does to a credential. `use_key` makes one form one act, however often it is sent."""

    use_key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label="Reason")
    public_note = forms.CharField(
        label="Public note",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Shown to the holder and to whoever verifies, for ever. Name no person.",
    )

    reasons: Any = ()
    act = ""

    def __init__(self, data: Any = None) -> None:
        # Several of these stand on one page: each has ids of its own.
        super().__init__(data, initial={"use_key": uuid.uuid4()}, auto_id=f"id_{self.act}_%s")
        self.fields["reason"].choices = [("", "Choose a reason"), *self.reasons.choices]  # type: ignore[attr-defined]


class SuspendForm(ActForm):
    act = "suspend"
    reasons = SuspensionReason


class ReinstateForm(ActForm):
    act = "reinstate"
    reasons = ReinstatementReason


class WithdrawForm(ActForm):
    act = "withdraw"
    reasons = WithdrawalReason
    sure = forms.BooleanField(
        label="I know that a withdrawal cannot be undone.",
        error_messages={"required": "A withdrawal cannot be undone: tick the box to say that you know."},
    )


class ScopeForm(ActForm):
    act = "scope"
    reasons = ReductionReason
    scope = forms.CharField(
        label="What is left of the scope", widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )
    field_order = ("scope", "reason", "public_note", "use_key")


class EraseForm(forms.Form):
    use_key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(choices=[("", "Choose a reason"), *ErasureReason.choices])
    sure = forms.BooleanField(
        label="I know that nothing of it can be brought back.",
        error_messages={
            "required": "What is erased cannot be brought back: tick the box to say that you know."
        },
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"use_key": uuid.uuid4()}, auto_id="id_erase_%s")


class ReferenceForm(forms.Form):
    reference = forms.CharField(
        label="Reference of the payment", max_length=80, help_text="As it stands on the bank statement."
    )


class BatchForm(forms.Form):
    """Which documents an officer wants together. `use_key` makes one form one batch."""

    use_key = forms.UUIDField(widget=forms.HiddenInput)
    scheme = forms.ChoiceField()
    since = forms.DateField(
        label="Granted from", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label="Granted until", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, data: Any = None, *, schemes: list[tuple[str, str]], on: date) -> None:
        super().__init__(data, initial={"use_key": uuid.uuid4(), "since": on, "until": on})
        self.fields["scheme"].choices = [("", "Choose a scheme"), *schemes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", "The last day is before the first.")
        return given


class RegisterForm(forms.Form):
    q = forms.CharField(label="Name or number", max_length=120, required=False)
    standing = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Any standing"),
            ("valid", "Valid"),
            ("due", "Valid, renewal due"),
            ("expired", "Expired"),
            ("suspended", "Suspended"),
            ("withdrawn", "Withdrawn"),
        ],
    )
    scheme = forms.ChoiceField(required=False)

    def __init__(self, data: Any = None, *, schemes: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["scheme"].choices = [("", "Any scheme"), *schemes]  # type: ignore[attr-defined]
