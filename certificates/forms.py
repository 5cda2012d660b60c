"""Forms of the register."""

import uuid
from datetime import date
from typing import Any

from django import forms

from certificates.states import (
    DoubtReason,
    RefusalReason,
    ReinstatementReason,
    SuspensionReason,
    WaiverReason,
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


DAY_FAULT = {"invalid": "Write the day as year, month and day, such as 2024-05-31."}


def day_field(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=DAY_FAULT,
        **more,
    )


class LogForm(forms.Form):
    """One post, or one project or audit. `use_key` makes one form one entry, however often it is sent."""

    use_key = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.CharField(max_length=160)
    role = forms.CharField(label="What you were there", max_length=160)
    begins_on = day_field("First day")
    ends_on = day_field("Last day", required=False, help_text="Leave it empty while it goes on.")
    in_field = forms.BooleanField(
        label="It was in AI management",
        required=False,
        help_text="You planned, ran, controlled or audited how AI is developed or used, for most of your time.",
    )
    hours = forms.IntegerField(label="Hours", min_value=1, max_value=99_999)
    text = forms.CharField(
        label="What you did",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="So that somebody who was not there can judge it. Name no client who would not want it.",
    )
    contact = forms.CharField(
        label="Who can confirm it",
        max_length=200,
        required=False,
        help_text="A name with an address or a number. We ask only where something is unclear.",
    )

    def __init__(self, data: Any = None, *, kind: str, today: date) -> None:
        super().__init__(data, initial={"use_key": uuid.uuid4()})
        self.kind, self.today = kind, today
        for name in ("hours",) if kind == "experience" else ("in_field",):
            del self.fields[name]
        if kind == "hours":
            self.fields["ends_on"].required = True
            self.fields["ends_on"].help_text = "The last day of the work that is done already."

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        begins_on, ends_on = asked.get("begins_on"), asked.get("ends_on")
        if begins_on and begins_on > self.today:
            self.add_error("begins_on", "This day is still to come. Write down what has begun.")
        if begins_on and ends_on and ends_on < begins_on:
            self.add_error("ends_on", "The last day lies before the first.")
        if ends_on and ends_on > self.today and self.kind == "hours":
            self.add_error("ends_on", "This day is still to come. Write down the hours that are done.")
        hours = asked.get("hours")
        if begins_on and ends_on and hours and hours > 24 * ((ends_on - begins_on).days + 1):
            self.add_error("hours", "There are not so many hours between these days.")
        return asked


RELATIONS = [
    ("superior", "They were my superior"),
    ("client", "They were my client"),
    ("colleague", "They were a colleague of mine"),
    ("audited", "I audited them, or we audited together"),
    ("subordinate", "They reported to me"),
    ("relative", "They are a relative or partner of mine"),
]


class AskReferenceForm(forms.Form):
    name = forms.CharField(label="Name of the referee", max_length=160)
    email = forms.EmailField(label="Their e-mail address", help_text="At work, if they have one there.")
    relation = forms.ChoiceField(label="How they know you", choices=RELATIONS, widget=forms.RadioSelect)


class GiveReferenceForm(forms.Form):
    relation = forms.ChoiceField(
        label="How you know them",
        choices=[
            ("superior", "I was their superior"),
            ("client", "I was their client"),
            ("colleague", "I was a colleague"),
            ("audited", "They audited us, or we audited together"),
            ("subordinate", "I reported to them"),
            ("relative", "I am a relative or partner"),
        ],
        widget=forms.RadioSelect,
    )
    position = forms.CharField(label="Your position and organisation", max_length=160)
    known_since = forms.IntegerField(label="Since which year you know their work", min_value=1950)
    statement = forms.CharField(
        label="What you know of their work with AI management systems",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What they did, in which part, and how well. Only those who decide read this.",
    )
    recommends = forms.ChoiceField(
        label="Would you entrust this work to them again?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, year: int) -> None:
        super().__init__(data)
        self.year = year

    def clean_known_since(self) -> int:
        year: int = self.cleaned_data["known_since"]
        if year > self.year:
            raise forms.ValidationError("This year is still to come.")
        return year


class NoteForm(forms.Form):
    """Words that the other side reads."""

    note = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(
        self, data: Any = None, *, event: str, label: str, help_text: str = "", required: bool = True
    ) -> None:
        super().__init__(data, auto_id=f"id_{event}_%s")
        note = self.fields["note"]
        note.label, note.help_text, note.required = label, help_text, required


class OfferForm(NoteForm):
    level = forms.ChoiceField(label="Level")
    field_order = ("level", "note")

    def __init__(self, data: Any = None, *, levels: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["level"].choices = levels  # type: ignore[attr-defined]


class RefuseForm(NoteForm):
    refusal = forms.ChoiceField(label="Reason", choices=[("", "Choose a reason"), *RefusalReason.choices])
    field_order = ("refusal", "note")


class WaiveForm(NoteForm):
    missing = forms.ChoiceField(label="What is waived")
    reason = forms.ChoiceField(label="Reason", choices=[("", "Choose a reason"), *WaiverReason.choices])
    field_order = ("missing", "reason", "note")

    def __init__(self, data: Any = None, *, missing: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["missing"].choices = missing  # type: ignore[attr-defined]


class DeclareForm(forms.Form):
    began_on = day_field("Since when")
    ended_on = day_field("Until when", required=False, help_text="Leave it empty while it lasts.")
    note = forms.CharField(label="What it is", max_length=300)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="id_declare_%s")


class DoubtForm(NoteForm):
    reason = forms.ChoiceField(label="Reason", choices=[("", "Choose a reason"), *DoubtReason.choices])
    field_order = ("reason", "note")


class AppealForm(forms.Form):
    kind = forms.ChoiceField(
        label="What it is",
        choices=[
            ("appeal", "An appeal: the decision is wrong and should fall"),
            ("complaint", "A complaint: something went wrong in how it was made"),
        ],
        widget=forms.RadioSelect,
        initial="appeal",
    )
    text = forms.CharField(label="Why", max_length=8000, widget=forms.Textarea(attrs={"rows": 8}))


class VoteForm(forms.Form):
    finding = forms.ChoiceField(
        label="What you find",
        choices=[("uphold", "It is right, and upheld"), ("dismiss", "It is dismissed")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Who lodged it reads the reasons of those whose finding was agreed on.",
    )


class RulesForm(forms.Form):
    """A new version of a scheme as its file. `seen` is the digest of what was shown before it is published."""

    text = forms.CharField(
        label="The new version, as its file",
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class ActForm(forms.Form):
    """What an officer does to a credential. `use_key` makes one form one act, however often it is sent."""

    use_key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label="Reason")
    public_note = forms.CharField(
        label="Public note",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Shown to the holder and to whoever verifies. Name no other person.",
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
