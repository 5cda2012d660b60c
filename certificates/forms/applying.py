"""Forms of applying: the code, practice, references, and what a referee says."""

import uuid
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from certificates.forms.days import day_field

RELATIONS = [
    ("superior", _("They were my superior")),
    ("client", _("They were my client")),
    ("colleague", _("They were a colleague of mine")),
    ("audited", _("I audited them, or we audited together")),
    ("subordinate", _("They reported to me")),
    ("relative", _("They are a relative or partner of mine")),
]


class SignForm(forms.Form):
    """The version stands in the form, so that nobody signs a text that they were not shown."""

    version = forms.CharField(max_length=20, widget=forms.HiddenInput)
    agree = forms.BooleanField(
        label=_("I have read the code of ethics and will hold to it."),
        error_messages={"required": _("To sign the code of ethics, tick the box beneath it.")},
    )

    def __init__(self, data: Any = None, *, shown: str) -> None:
        super().__init__(data, initial={"version": shown})
        self.shown = shown

    def clean_version(self) -> str:
        version: str = self.cleaned_data["version"]
        if version != self.shown:
            raise forms.ValidationError(
                _(
                    "The code of ethics was changed while you read it. Nothing is signed; please read it again."
                )
            )
        return version


class LogForm(forms.Form):
    """One post, or one project or audit. `use_key` makes one form one entry, however often it is sent."""

    use_key = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.CharField(label=_("Organisation"), max_length=160)
    role = forms.CharField(label=_("What you were there"), max_length=160)
    begins_on = day_field(_("First day"))
    ends_on = day_field(_("Last day"), required=False, help_text=_("Leave it empty while it goes on."))
    in_field = forms.BooleanField(
        label=_("It was in AI management"),
        required=False,
        help_text=_(
            "You planned, ran, controlled or audited how AI is developed or used, for most of your time."
        ),
    )
    hours = forms.IntegerField(label=_("Hours"), min_value=1, max_value=99_999)
    text = forms.CharField(
        label=_("What you did"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("So that somebody who was not there can judge it. Name no client who would not want it."),
    )
    contact = forms.CharField(
        label=_("Who can confirm it"),
        max_length=200,
        required=False,
        help_text=_("A name with an address or a number. We ask only where something is unclear."),
    )

    def __init__(self, data: Any = None, *, kind: str, today: date) -> None:
        super().__init__(data, initial={"use_key": uuid.uuid4()})
        self.kind, self.today = kind, today
        for name in ("hours",) if kind == "experience" else ("in_field",):
            del self.fields[name]
        if kind == "hours":
            self.fields["ends_on"].required = True
            self.fields["ends_on"].help_text = _("The last day of the work that is done already.")

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        begins_on, ends_on = asked.get("begins_on"), asked.get("ends_on")
        if begins_on and begins_on > self.today:
            self.add_error("begins_on", _("This day is still to come. Write down what has begun."))
        if begins_on and ends_on and ends_on < begins_on:
            self.add_error("ends_on", _("The last day lies before the first."))
        if ends_on and ends_on > self.today and self.kind == "hours":
            self.add_error("ends_on", _("This day is still to come. Write down the hours that are done."))
        hours = asked.get("hours")
        if begins_on and ends_on and hours and hours > 24 * ((ends_on - begins_on).days + 1):
            self.add_error("hours", _("There are not so many hours between these days."))
        return asked


class AskReferenceForm(forms.Form):
    name = forms.CharField(label=_("Name of the referee"), max_length=160)
    email = forms.EmailField(label=_("Their e-mail address"), help_text=_("At work, if they have one there."))
    relation = forms.ChoiceField(label=_("How they know you"), choices=RELATIONS, widget=forms.RadioSelect)


class GiveReferenceForm(forms.Form):
    relation = forms.ChoiceField(
        label=_("How you know them"),
        choices=[
            ("superior", _("I was their superior")),
            ("client", _("I was their client")),
            ("colleague", _("I was a colleague")),
            ("audited", _("They audited us, or we audited together")),
            ("subordinate", _("I reported to them")),
            ("relative", _("I am a relative or partner")),
        ],
        widget=forms.RadioSelect,
    )
    position = forms.CharField(label=_("Your position and organisation"), max_length=160)
    known_since = forms.IntegerField(label=_("Since which year you know their work"), min_value=1950)
    statement = forms.CharField(
        label=_("What you know of their work with AI management systems"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("What they did, in which part, and how well. Only those who decide read this."),
    )
    recommends = forms.ChoiceField(
        label=_("Would you entrust this work to them again?"),
        choices=[("yes", _("Yes")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, year: int) -> None:
        super().__init__(data)
        self.year = year

    def clean_known_since(self) -> int:
        year: int = self.cleaned_data["known_since"]
        if year > self.year:
            raise forms.ValidationError(_("This year is still to come."))
        return year
