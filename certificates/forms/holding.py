"""Forms of a holder: what others see, hours and their evidence, a corrected name, giving up."""

import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from certificates.queries.verification import HIDEABLE
from certificates.states import CorrectionReason
from lms.kit import names


class SharingForm(forms.Form):
    """What the holder shows: the facts of the link that are hidden, and the place in the public register."""

    hidden = forms.MultipleChoiceField(
        label=_("Hide from whoever has the link"),
        choices=[(name, translation.gettext_lazy(words)) for name, words in HIDEABLE.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Standing, scheme, level and dates are always shown. Who types the name as printed sees everything."
        ),
    )
    listed = forms.BooleanField(
        label=_("List me in the public register"),
        required=False,
        help_text=_(
            "Anyone can then find you there by name, scheme and country, with how the certificate stands."
        ),
    )
    country = forms.ChoiceField(
        label=_("Country"),
        required=False,
        help_text=_("Shown in the public register; leave it empty to be listed without."),
    )
    named = forms.BooleanField(
        label=_("Name me in the badge"),
        required=False,
        help_text=_(
            "Otherwise the badge has a digest of your name: whoever knows the name finds that it fits."
        ),
    )

    def __init__(
        self, data: Any = None, *, countries: list[tuple[str, str]], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["country"].choices = [("", _("Not told")), *countries]  # type: ignore[attr-defined]


class HoursForm(forms.Form):
    """Hours for the log. `use_key` makes one form one entry, however often it is sent."""

    use_key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label=_("What you did"),
        max_length=200,
        help_text=_("Such as: Led the internal audit of an AI management system."),
    )
    category = forms.ChoiceField(label=_("Category"))
    hours = forms.DecimalField(
        label=_("Hours"),
        min_value=Decimal("0.25"),
        max_value=Decimal(2000),
        decimal_places=2,
        help_text=_("In hours; 1.5 is an hour and a half."),
    )
    occurred_on = forms.DateField(
        label=_("On which day it ended"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    evidence = forms.FileField(
        label=_("A file that shows it"),
        required=False,
        help_text=_(
            "PDF, PNG, JPEG or WebP, 10 MB at most. You may add it later; it is asked for if you are drawn."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"}),
    )

    def __init__(self, data: Any = None, files: Any = None, *, categories: list[tuple[str, str]]) -> None:
        super().__init__(data, files, initial={"use_key": uuid.uuid4()})
        self.fields["category"].choices = [("", _("Choose a category")), *categories]  # type: ignore[attr-defined]

    @property
    def minutes(self) -> int:
        return int(self.cleaned_data["hours"] * 60)


class EvidenceForm(forms.Form):
    evidence = forms.FileField(
        label=_("File"), widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"})
    )


class NameForm(forms.Form):
    name = forms.CharField(
        label=_("Name as it shall be printed"), max_length=120, help_text=_("In your own script.")
    )
    reason = forms.ChoiceField(choices=[("", _("Choose a reason")), *CorrectionReason.choices])
    evidence = forms.FileField(
        label=_("A document that shows the name"),
        help_text=_(
            "A passport, a marriage certificate, a court order. PDF, PNG, JPEG or WebP, 10 MB at most. Only officers see it."
        ),
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"}),
    )

    def clean_name(self) -> str:
        try:
            return names.tidy(self.cleaned_data["name"])
        except names.Unprintable:
            raise forms.ValidationError(
                _("A name can’t hold control characters. Type it again rather than pasting it.")
            ) from None


class SurrenderForm(forms.Form):
    sure = forms.BooleanField(
        label=_("I know that this cannot be undone."),
        error_messages={
            "required": _("Giving a certificate up cannot be undone: tick the box to say that you know.")
        },
    )
