"""The form of an item or a scenario in another language: a control for each text, with what it says beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from exams.rules import languages as rules
from exams.rules.languages import Part


class VariantForm(forms.Form):
    """After is_valid: `said`, the texts by path, and `whys`, the rationales by part."""

    source = forms.CharField(
        required=False,
        max_length=300,
        label="How it was made",
        help_text="By whom translated, with what aids; kept with the variant.",
    )

    def __init__(
        self, *args: Any, parts: Sequence[Part], rationales: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = {f"text_{place}": part for place, part in enumerate(parts)}
        self.whys_of = {f"why_{name}": name for name, why in rationales.items() if why}
        for name, part in self.names.items():
            self._add(name, label_of(part.path), part.text)
        for name, of in self.whys_of.items():
            self._add(name, f"Rationale of {of.upper() if len(of) == 1 else of}", rationales[of])
        self.order_fields([*self.names, *self.whys_of, "source"])

    def _add(self, name: str, label: str, text: str) -> None:
        rows = min(12, 1 + len(text) // 90 + text.count("\n"))
        self.fields[name] = forms.CharField(
            label=label,
            max_length=max(rules.MOST, 2 * len(text)),
            widget=forms.Textarea(attrs={"rows": rows}),
            help_text=text,
        )

    @property
    def said(self) -> dict[str, str]:
        return {part.path: self._clean(name) for name, part in self.names.items()}

    @property
    def whys(self) -> dict[str, str]:
        return {of: self._clean(name) for name, of in self.whys_of.items()}

    def _clean(self, name: str) -> str:
        return str(self.cleaned_data[name]).replace("\r\n", "\n")

    def begin_with(self, content: Mapping[str, Any], rationales: Mapping[str, str]) -> None:
        """Shows what an earlier variant says of the same parts."""
        known = {part.path: part.text for part in rules.parts(content)}
        for name, part in self.names.items():
            self.initial[name] = known.get(part.path, "")
        for name, of in self.whys_of.items():
            self.initial[name] = rationales.get(of, "")


def label_of(path: str) -> str:
    """options.a.text is Option A, stem is Stem."""
    *inner, last = path.split(".")
    if not inner:
        return last.capitalize()
    named = [one.upper() if len(one) == 1 else one.removesuffix("s").capitalize() for one in inner]
    return " ".join(named + ([last] if last not in ("text", "name") else []))
