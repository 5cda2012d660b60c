"""Forms of scenarios and enemies in the bank. They parse; the actions decide."""

from typing import Any

from django import forms

from exams.forms import CODE
from exams.models import Bank
from exams.states import Pool


class CodesField(forms.Field):
    """Codes of items such as LI-4-031, separated by commas, blanks or lines; each once, in the order given."""

    MOST = 200

    def to_python(self, value: Any) -> tuple[str, ...]:
        codes = tuple(dict.fromkeys(str(value or "").replace(",", " ").split()))
        if len(codes) > self.MOST or any(len(code) > 40 for code in codes):
            raise forms.ValidationError(f"Name at most {self.MOST} items by their codes, such as LI-4-031.")
        return codes

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value


class ScenarioForm(forms.Form):
    """A scenario as its author writes it. Bank, code and pool never change."""

    bank = forms.ModelChoiceField(Bank.objects.none(), empty_label=None)
    code = forms.RegexField(
        CODE,
        max_length=40,
        help_text="Its name in the bank, for example LI-S-07.",
        error_messages={"invalid": "Use letters, digits, dots and hyphens."},
    )
    pool = forms.ChoiceField(choices=Pool.choices, help_text="Only items of the same pool hang on it.")
    title = forms.CharField(max_length=200)
    text = forms.CharField(
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="What candidates read before the items. Leave an empty line between paragraphs.",
    )

    def __init__(self, *args: Any, banks: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if banks is None:
            del self.fields["bank"], self.fields["code"], self.fields["pool"]
        else:
            self.fields["bank"].queryset = banks  # type: ignore[attr-defined]

    def clean_text(self) -> str:
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class ArrangeForm(forms.Form):
    items = CodesField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        label="Items, in their order",
        help_text="Their codes. Those that you leave out no longer hang on the scenario; only drafts come or go.",
    )


class EnemiesForm(forms.Form):
    enemies = CodesField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="Never in one form with",
        help_text="Codes of items of this bank: those that give this one away, or ask the same. It holds both ways.",
    )
