"""Forms of an organisation's managers."""

from collections.abc import Sequence

from django import forms

from lms.organisations.rules.api_keys import SCOPES


class EndpointForm(forms.Form):
    url = forms.CharField(
        label="Address to call",
        max_length=500,
        help_text="Such as https://people.example.org/hooks/certificates. It must accept a POST and answer 2xx within ten seconds.",
        widget=forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, *args: object, organisations: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # what every form takes
        self.fields["organisation"] = forms.ChoiceField(label="Organisation", choices=organisations)
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = organisations[0][0]


class TrailForm(forms.Form):
    """What is searched for in the audit trail; all of it may be left out."""

    verb = forms.CharField(
        label="What was done",
        required=False,
        max_length=80,
        help_text="As it begins: exams, or exams.result.released.",
    )
    subject = forms.CharField(
        label="To what", required=False, max_length=120, help_text="As it begins: exams.result:17."
    )
    actor = forms.EmailField(label="By whom", required=False, help_text="The whole e-mail address.")
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}))


class ImpersonateForm(forms.Form):
    """Whose pages, and why."""

    email = forms.EmailField(label="Whose pages", help_text="The e-mail address that they sign in with.")
    reason = forms.CharField(
        label="Why",
        max_length=300,
        help_text="The person reads it, and it stays in the record: such as the number of their request.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ApiKeyForm(forms.Form):
    """What a key is for, what it opens, and for how long."""

    name = forms.CharField(
        label="What it is for", max_length=80, help_text="Such as the name of the system that will use it."
    )
    scopes = forms.MultipleChoiceField(
        label="What it opens",
        choices=list(SCOPES.items()),
        widget=forms.CheckboxSelectMultiple,
        help_text="As little as will do.",
    )
    days = forms.TypedChoiceField(
        label="For how long",
        choices=[(30, "30 days"), (90, "90 days"), (365, "a year")],
        coerce=int,
        initial=90,
    )

    def __init__(self, *args: object, organisations: Sequence[tuple[str, str]], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # what every form takes
        self.fields["organisation"] = forms.ChoiceField(label="Organisation", choices=organisations)
        if len(organisations) == 1:
            self.fields["organisation"].widget = forms.HiddenInput()
            self.fields["organisation"].initial = organisations[0][0]
