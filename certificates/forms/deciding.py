"""Forms of deciding: on applications, doubts and appeals."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.forms.days import day_field
from certificates.states import DoubtReason, RefusalReason, WaiverReason


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
    note = forms.CharField(label=_("What it is"), max_length=300)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="id_declare_%s")


class DoubtForm(NoteForm):
    reason = forms.ChoiceField(label="Reason", choices=[("", "Choose a reason"), *DoubtReason.choices])
    field_order = ("reason", "note")


class AppealForm(forms.Form):
    kind = forms.ChoiceField(
        label=_("What it is"),
        choices=[
            ("appeal", _("An appeal: the decision is wrong and should fall")),
            ("complaint", _("A complaint: something went wrong in how it was made")),
        ],
        widget=forms.RadioSelect,
        initial="appeal",
    )
    text = forms.CharField(label=_("Why"), max_length=8000, widget=forms.Textarea(attrs={"rows": 8}))


class VoteForm(forms.Form):
    finding = forms.ChoiceField(
        label="What you find",
        choices=[("uphold", "It is right, and upheld"), ("dismiss", "It is dismissed")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Who lodged it reads the reasons of those whose finding was agreed on.",
    )
