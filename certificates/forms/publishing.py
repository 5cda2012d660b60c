"""Forms of those who keep schemes and designs."""

from collections.abc import Mapping
from typing import Any

from django import forms

from certificates.documents import layouts
from certificates.rules import colours


class RulesForm(forms.Form):
    """A new version of a scheme as its file. `seen` is the digest of what was shown before it is published."""

    text = forms.CharField(
        label="The new version, as its file",
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "number"}),
    )
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class DesignForm(forms.Form):
    """Colours and words of a design; `based_on` is the version that was edited."""

    based_on = forms.IntegerField(widget=forms.HiddenInput)
    holder = forms.CharField(
        label="Name on the specimen",
        max_length=200,
        required=False,
        initial="Specimen Name",
        help_text="Try a long one, and one in another script. It is not part of the design.",
    )

    def __init__(self, data: Any = None, *, data_of: Mapping[str, Any]) -> None:
        super().__init__(data, initial={"based_on": data_of["version"]})
        for name, label in layouts.COLOURS.items():
            self.fields[f"colour-{name}"] = forms.CharField(
                label=label,
                initial=data_of["colours"][name],
                max_length=7,
                widget=forms.TextInput(attrs={"type": "color"}),
            )
        for name, label in layouts.WORDS.items():
            widget: forms.Widget = forms.Textarea(attrs={"rows": 2})
            if len(data_of["words"][name]) < 60:
                widget = forms.TextInput()
            self.fields[f"word-{name}"] = forms.CharField(
                label=label, initial=data_of["words"][name], max_length=300, widget=widget
            )

    @property
    def colours(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"colour-{name}"].lower() for name in layouts.COLOURS}

    @property
    def words(self) -> dict[str, str]:
        return {name: self.cleaned_data[f"word-{name}"] for name in layouts.WORDS}

    def colour_fields(self) -> list[forms.BoundField]:
        return [self[f"colour-{name}"] for name in layouts.COLOURS]

    def word_fields(self) -> list[forms.BoundField]:
        return [self[f"word-{name}"] for name in layouts.WORDS]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        wrong = [name for name in layouts.COLOURS if not colours.is_colour(given.get(f"colour-{name}", ""))]
        for name in wrong:
            self.add_error(f"colour-{name}", "Choose a colour such as #1c5a58.")
        if not wrong:
            for name in colours.unreadable(self.colours):
                self.add_error(
                    f"colour-{name}",
                    f"{layouts.COLOURS[name]} can hardly be read on this paper: make it darker.",
                )
        return given
