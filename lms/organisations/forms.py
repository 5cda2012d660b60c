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
