"""Forms of an organisation's managers."""

from collections.abc import Sequence

from django import forms


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
