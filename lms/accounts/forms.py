"""Forms about oneself."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from lms.accounts.models import Person
from lms.kit import names, zones
from lms.privacy.actions import legal
from lms.privacy.queries import legal as legal_texts


def _clean_name(text: str) -> str:
    try:
        return names.tidy(text)
    except names.Unprintable:
        raise forms.ValidationError(
            _("A name can’t hold control characters. Type it again rather than pasting it.")
        ) from None


class SignupForm(forms.Form):
    """What sign-up asks beside address and password."""

    display_name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As others here see you, and on your certificate unless you give another there."),
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
                label=_("I have read these texts and accept them."),
                help_text=links,
                error_messages={"required": _("Tick the box to go on: without it there is no account.")},
            )

    def clean_display_name(self) -> str:
        return _clean_name(self.cleaned_data["display_name"])

    def signup(self, request: Any, user: Person) -> None:
        user.display_name = self.cleaned_data["display_name"]
        user.save(update_fields=["display_name"])
        if self.cleaned_data.get("accepted"):
            legal.accept(person_id=user.pk, kinds=legal_texts.OF_ACCOUNTS, context="sign-up")


class ProfileForm(forms.ModelForm[Person]):
    """With `fixed`, the names of documents are shown and can't be changed: certificates carry them."""

    NAMES = ("legal_name", "certificate_name", "certificate_name_latin")

    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=[(zone, zone.replace("_", " ")) for zone in zones.names()],
        help_text=_("Dates and times are shown to you in this zone. The exam’s clock is the server’s."),
    )
    language = forms.ChoiceField(
        label=_("Language"),
        choices=settings.LETTER_LANGUAGES,
        help_text=_(
            "Everything that we write to you comes in it, and so do the pages about your account and your organisations."
            " All other pages are in English."
        ),
    )

    class Meta:
        model = Person
        fields = [
            "display_name",
            "legal_name",
            "certificate_name",
            "certificate_name_latin",
            "language",
            "time_zone",
        ]
        labels = {
            "display_name": _("Your name"),
            "legal_name": _("Legal name"),
            "certificate_name": _("Name on certificates"),
            "certificate_name_latin": _("The same in Latin letters"),
        }
        help_texts = {
            "display_name": _("How others here see you."),
            "legal_name": _(
                "As in your identity document, if it differs. Only who checks identities sees it."
            ),
            "certificate_name": _(
                "As it shall be printed, in your own script. Left empty, your name is used."
            ),
            "certificate_name_latin": _(
                "Printed beside a name in another script, so that everybody can read it."
            ),
        }

    def __init__(self, *args: Any, fixed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.NAMES if fixed else ():
            self.fields[name].disabled = True
            self.fields[name].help_text = _("Fixed, for certificates carry it.")

    def clean_display_name(self) -> str:
        return _clean_name(self.cleaned_data["display_name"])

    def clean_legal_name(self) -> str:
        return _clean_name(self.cleaned_data["legal_name"])

    def clean_certificate_name(self) -> str:
        return _clean_name(self.cleaned_data["certificate_name"])

    def clean_certificate_name_latin(self) -> str:
        latin = _clean_name(self.cleaned_data["certificate_name_latin"])
        if not names.is_latin(latin):
            raise forms.ValidationError(_("Use Latin letters alone here, such as Hana Sato for 佐藤 花."))
        return latin

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        native, latin = given.get("certificate_name", ""), given.get("certificate_name_latin", "")
        if latin and not native:
            self.add_error("certificate_name", _("Give the name in your own script, or leave both empty."))
        elif (
            native
            and not names.is_latin(native)
            and not latin
            and "certificate_name_latin" not in self.errors
        ):
            self.add_error(
                "certificate_name_latin",
                _(
                    "Give the name in Latin letters too: a register is read by people who can’t read your script."
                ),
            )
        return given
