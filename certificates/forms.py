"""Forms of the register."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms

from certificates.states import (
    CorrectionReason,
    ErasureReason,
    ReductionReason,
    ReinstatementReason,
    SuspensionReason,
    WithdrawalReason,
)


class VerifyForm(forms.Form):
    number = forms.CharField(
        label="Number on the certificate",
        max_length=300,
        help_text="Such as AIMS-LA-7F3K9-2QXM4-T. Dashes, spaces and case do not matter. A verification link will do as well.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(
        label="Name on the certificate",
        max_length=200,
        required=False,
        help_text="With the name you see every fact that is printed on it. Without, how it stands, and its dates.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DayForm(forms.Form):
    at = forms.DateField(
        label="How it stood on",
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Write the day as year, month and day, such as 2027-05-31."},
    )


class SignForm(forms.Form):
    """The version stands in the form, so that nobody signs a text that they were not shown."""

    version = forms.CharField(max_length=20, widget=forms.HiddenInput)
    agree = forms.BooleanField(
        label="I have read the code of ethics and will hold to it.",
        error_messages={"required": "To sign the code of ethics, tick the box beneath it."},
    )

    def __init__(self, data: Any = None, *, shown: str) -> None:
        super().__init__(data, initial={"version": shown})
        self.shown = shown

    def clean_version(self) -> str:
        version: str = self.cleaned_data["version"]
        if version != self.shown:
            raise forms.ValidationError(
                "The code of ethics was changed while you read it. Nothing is signed; please read it again."
            )
        return version


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


class HoursForm(forms.Form):
    """Hours for the log. `use_key` makes one form one entry, however often it is sent."""

    use_key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label="What you did",
        max_length=200,
        help_text="Such as: Led the internal audit of an AI management system.",
    )
    category = forms.ChoiceField()
    hours = forms.DecimalField(
        min_value=Decimal("0.25"),
        max_value=Decimal(2000),
        decimal_places=2,
        help_text="In hours; 1.5 is an hour and a half.",
    )
    occurred_on = forms.DateField(
        label="On which day it ended", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    evidence = forms.FileField(
        label="A file that shows it",
        required=False,
        help_text="PDF, PNG, JPEG or WebP, 10 MB at most. You may add it later; it is asked for if you are drawn.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"}),
    )

    def __init__(self, data: Any = None, files: Any = None, *, categories: list[tuple[str, str]]) -> None:
        super().__init__(data, files, initial={"use_key": uuid.uuid4()})
        self.fields["category"].choices = [("", "Choose a category"), *categories]  # type: ignore[attr-defined]

    @property
    def minutes(self) -> int:
        return int(self.cleaned_data["hours"] * 60)


class EvidenceForm(forms.Form):
    evidence = forms.FileField(
        label="File", widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"})
    )


class NameForm(forms.Form):
    name = forms.CharField(
        label="Name as it shall be printed", max_length=120, help_text="In your own script."
    )
    reason = forms.ChoiceField(choices=[("", "Choose a reason"), *CorrectionReason.choices])
    evidence = forms.FileField(
        label="A document that shows the name",
        help_text="A passport, a marriage certificate, a court order. PDF, PNG, JPEG or WebP, 10 MB at most. Only officers see it.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"}),
    )


class SurrenderForm(forms.Form):
    sure = forms.BooleanField(
        label="I know that this cannot be undone.",
        error_messages={
            "required": "Giving a certificate up cannot be undone: tick the box to say that you know."
        },
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
