"""Forms about oneself."""

import unicodedata
from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html_join

from lms.accounts.models import Person
from lms.kit import zones
from lms.privacy.actions import legal
from lms.privacy.queries import legal as legal_texts


def _clean_name(text: str) -> str:
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if any(
        unicodedata.category(letter) in {"Cc", "Cf", "Co", "Cs"}
        for letter in name.replace("\u200c", "").replace("\u200d", "")
    ):
        raise forms.ValidationError(
            "A name can't hold control characters. Type it again rather than pasting it."
        )
    return name


class SignupForm(forms.Form):
    """What sign-up asks beside address and password."""

    display_name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="As others here see you, and on your certificate unless you give another there.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ["display_name", "email", "password1", "accepted"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        texts = legal_texts.current()
        if texts:
            links = format_html_join(
                " · ", '<a href="/legal/{}/">{}</a>', ((text.kind, text.title) for text in texts)
            )
            self.fields["accepted"] = forms.BooleanField(
                label="I have read these texts and accept them.",
                help_text=links,
                error_messages={"required": "Tick the box to go on: without it there is no account."},
            )

    def clean_display_name(self) -> str:
        return _clean_name(self.cleaned_data["display_name"])

    def signup(self, request: Any, user: Person) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.save(update_fields=["display_name"])
        if self.cleaned_data.get("accepted"):
            legal.accept(person_id=user.pk, kinds=legal_texts.OF_ACCOUNTS, context="sign-up")


class ProfileForm(forms.ModelForm[Person]):
    time_zone = forms.ChoiceField(
        choices=[(zone, zone.replace("_", " ")) for zone in zones.names()],
        help_text="Dates and times are shown to you in this zone. The exam's clock is the server's.",
    )

    language = forms.ChoiceField(
        label="Language of letters",
        choices=settings.LETTER_LANGUAGES,
        help_text="Everything that we write to you comes in it. The pages are in English.",
    )

    class Meta:
        model = Person
        fields = ["display_name", "certificate_name", "time_zone", "language"]

    def clean_display_name(self) -> str:
        return _clean_name(self.cleaned_data["display_name"])

    def clean_certificate_name(self) -> str:
        return _clean_name(self.cleaned_data["certificate_name"])
