"""Forms of an organisation's managers."""

from collections.abc import Collection, Sequence
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from lms.kit import names
from lms.organisations.rules import domains, invited
from lms.organisations.rules.api_keys import SCOPES
from lms.organisations.rules.roles import Hats
from lms.organisations.states import Role


class EndpointForm(forms.Form):
    url = forms.CharField(
        label=_("Address to call"),
        max_length=500,
        help_text=_(
            "Such as https://people.example.org/hooks/certificates. It must accept a POST and answer 2xx within ten seconds."
        ),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, organisations: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # what every form takes
        self.fields["organisation"] = forms.ChoiceField(label=_("Organisation"), choices=organisations)
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = organisations[0][0]


class TrailForm(forms.Form):
    """What is searched for in the audit trail; all of it may be left out."""

    verb = forms.CharField(
        label=_("What was done"),
        required=False,
        max_length=80,
        help_text=_("As it begins: exams, or exams.result.released."),
    )
    subject = forms.CharField(
        label=_("To what"), required=False, max_length=120, help_text=_("As it begins: exams.result:17.")
    )
    actor = forms.EmailField(label=_("By whom"), required=False, help_text=_("The whole e-mail address."))
    since = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}))


class OrganisationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=160)
    hats = forms.MultipleChoiceField(
        label=_("What it is"),
        choices=[
            ("provider", _("a training provider: it teaches and examines")),
            ("employer", _("an employer: its people learn and are certified")),
            ("certification_body", _("a certification body: it decides who is certified")),
        ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one: it decides which roles its people can have.")},
    )

    def clean_name(self) -> str:
        return printable(self.cleaned_data["name"])

    def worn(self) -> Hats:
        return Hats(**dict.fromkeys(self.cleaned_data["hats"], True))


class RolesForm(forms.Form):
    """A person's roles; those that the asker can't change are shown and stay."""

    roles = forms.MultipleChoiceField(
        label=_("Roles"), choices=(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offered: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["roles"].choices = [(r.value, r.label) for r in Role if r.value in offered]  # type: ignore[attr-defined]


class InviteForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)

    def __init__(self, *args: Any, offered: Collection[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(r.value, r.label) for r in Role if r.value in offered]
        self.fields["role"] = forms.ChoiceField(label=_("As"), choices=choices, initial="member")


class LinkForm(forms.Form):
    uses = forms.IntegerField(label=_("How many people may use it"), min_value=1, max_value=500, initial=25)
    days = forms.IntegerField(label=_("For how many days"), min_value=1, max_value=90, initial=14)


class ListForm(forms.Form):
    table = forms.FileField(
        label=_("A table (CSV)"),
        help_text=_(
            "With a first line that names its columns: email, and if you like role. 500 rows and 200 KB at most."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_table(self) -> list[invited.Row]:
        file = self.cleaned_data["table"]
        if file.size > 200_000:
            raise forms.ValidationError(_("The file is larger than 200 KB. Nobody was invited."))
        try:
            return invited.read(file.read().decode("utf-8-sig"))
        except (UnicodeDecodeError, invited.NotAList):
            raise forms.ValidationError(
                _(
                    "This is no table with a column named email, is not in UTF-8, or has more than 500 rows."
                    " Nobody was invited. Save it as CSV (UTF-8) and send it again."
                )
            ) from None


class DomainForm(forms.Form):
    name = forms.CharField(
        label=_("Domain"),
        max_length=253,
        help_text=_("What stands after the @ in your people’s addresses, such as example.org."),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )

    def clean_name(self) -> str:
        try:
            return domains.tidy(self.cleaned_data["name"])
        except domains.NoDomain:
            raise forms.ValidationError(
                _(
                    "This is no domain of one organisation: write it as example.org. Domains in which everybody can have"
                    " an address are nobody’s own."
                )
            ) from None


class OpenIdForm(forms.Form):
    server = forms.CharField(
        label=_("Address of the provider (issuer)"),
        max_length=500,
        help_text=_("Such as https://login.example.org. Below it stands /.well-known/openid-configuration."),
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    client = forms.CharField(label=_("Client ID"), max_length=191)
    secret = forms.CharField(
        label=_("Client secret"),
        max_length=191,
        required=False,
        help_text=_("Left empty, the one that is kept stays. It is shown to nobody."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )

    def clean_server(self) -> str:
        return _web_address(self.cleaned_data["server"]).rstrip("/")


class SamlForm(forms.Form):
    entity = forms.CharField(label=_("Entity ID of the provider"), max_length=500)
    address = forms.CharField(
        label=_("Sign-in address (HTTP redirect)"),
        max_length=500,
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    certificate = forms.CharField(
        label=_("Certificate by which it signs (PEM)"),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def clean_address(self) -> str:
        return _web_address(self.cleaned_data["address"])

    def clean_certificate(self) -> str:
        text = str(self.cleaned_data["certificate"]).strip()
        if not text.startswith("-----BEGIN"):
            text = f"-----BEGIN CERTIFICATE-----\n{text}\n-----END CERTIFICATE-----"
        try:
            found = x509.load_pem_x509_certificate(text.encode())
        except ValueError:
            raise forms.ValidationError(_("This is no certificate in PEM. Nothing was changed.")) from None
        return found.public_bytes(serialization.Encoding.PEM).decode()


class ToolForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the tool"), max_length=100, help_text=_("People see it when they are asked.")
    )
    addresses = forms.CharField(
        label=_("Addresses to answer at (redirect URIs)"),
        max_length=4000,
        help_text=_("One on each line, exactly as the tool names them."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
    )

    def clean_addresses(self) -> list[str]:
        return [_web_address(line) for line in self.cleaned_data["addresses"].split()]


def printable(text: str) -> str:
    try:
        return names.tidy(text)
    except names.Unprintable:
        raise forms.ValidationError(
            _("A name can’t hold control characters. Type it again rather than pasting it.")
        ) from None


def _web_address(text: str) -> str:
    """An address of https; of http too where sign-in within this machine may be tried out."""
    address = urlsplit(text.strip())
    schemes = {"https", "http"} if settings.SIGN_IN_WITHIN else {"https"}
    if address.scheme not in schemes or not address.hostname or address.username or address.fragment:
        raise forms.ValidationError(_("Give a whole address that begins with https://."))
    return address.geturl()


class ImpersonateForm(forms.Form):
    """Whose pages, and why."""

    email = forms.EmailField(
        label=_("Whose pages"), help_text=_("The e-mail address that they sign in with.")
    )
    reason = forms.CharField(
        label=_("Why"),
        max_length=300,
        help_text=_("The person reads it, and it stays in the record: such as the number of their request."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ApiKeyForm(forms.Form):
    """What a key is for, what it opens, and for how long."""

    name = forms.CharField(
        label=_("What it is for"),
        max_length=80,
        help_text=_("Such as the name of the system that will use it."),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it opens"),
        choices=[(scope, translation.gettext_lazy(words)) for scope, words in SCOPES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("As little as will do."),
    )
    days = forms.TypedChoiceField(
        label=_("For how long"),
        choices=[(30, _("30 days")), (90, _("90 days")), (365, _("a year"))],
        coerce=int,
        initial=90,
    )

    def __init__(self, *args: object, organisations: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # what every form takes
        self.fields["organisation"] = forms.ChoiceField(label=_("Organisation"), choices=organisations)
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = organisations[0][0]
