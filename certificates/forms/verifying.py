"""Forms of verifying: one certificate, a list, a day, the directory, an employer's watch-list."""

from typing import Any

from django import forms

from certificates.rules import lists, names, uploads


class VerifyForm(forms.Form):
    number = forms.CharField(
        label="Number on the certificate",
        max_length=300,
        help_text="Such as AIMS-LA-7F3K9-2QXM4-T. Dashes, spaces and case do not matter. A verification link will do as well.",
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    name = forms.CharField(
        label="Name on the certificate",
        max_length=200,
        required=False,
        help_text="With the name you see every fact that is printed on it. Without, how it stands, and its dates.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class FileForm(forms.Form):
    """A file to be verified, and the name of whoever showed it; cleaned, `content` are its bytes."""

    file = forms.FileField(
        label="Certificate or badge as a file",
        max_length=300,
        allow_empty_file=False,
        help_text="PDF, PNG, SVG, JSON or token; 5 MB at most. It is looked at and not kept.",
        widget=forms.FileInput(
            attrs={"accept": ".pdf,.png,.svg,.json,.jsonld,.jwt,application/pdf,image/png,image/svg+xml"}
        ),
        error_messages={
            "required": "Choose a file first.",
            "empty": "This file is empty, so that there is nothing to verify.",
        },
    )
    name = forms.CharField(
        label="Name of the person who shows it",
        max_length=200,
        required=False,
        help_text="It is compared with the name on the certificate.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > uploads.MOST_BYTES:
            raise forms.ValidationError(
                "This file is larger than 5 MB, as no document of ours is. Nothing was read of it."
            )
        return file


class ListForm(forms.Form):
    """A list pasted or as a file; cleaned, `rows` are its rows."""

    text = forms.CharField(
        label="Paste the list",
        required=False,
        max_length=lists.MOST_BYTES,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "autocomplete": "off"}),
        help_text="One certificate a line: the number or the link, and with it, if you have it, the name. A table copied from a spreadsheet will do.",
    )
    table = forms.FileField(
        label="Or choose a file",
        required=False,
        help_text="CSV or text, in any encoding and with any separator; 512 KB at most.",
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        table, text = given.get("table"), given.get("text") or ""
        if table is not None and table.size > lists.MOST_BYTES:
            raise forms.ValidationError("This file is larger than 512 KB. Nothing was looked up; divide it.")
        if table is not None:
            text = lists.decoded(table.read())
        try:
            given["rows"] = lists.rows(text)
        except lists.TooMany as many:
            raise forms.ValidationError(
                f"This list has {many.rows:,} rows, and {lists.MOST_ROWS:,} are answered at once. Nothing was looked up; divide it."
            ) from None
        if not given["rows"] and not self.errors:
            raise forms.ValidationError("Paste a list, or choose a file with one number a line.")
        return given


class WatchForm(forms.Form):
    """Which certificate an employer wants to be told about, and why."""

    organisation = forms.ChoiceField()
    number = forms.CharField(label="Number on the certificate", max_length=300)
    name = forms.CharField(
        label="Name on the certificate",
        max_length=200,
        help_text="As printed: it shows that you have seen the certificate.",
    )
    purpose = forms.CharField(
        label="What you need it for",
        max_length=200,
        help_text="The holder reads this and decides. For example: you lead our management system until 2029.",
    )

    def __init__(self, data: Any = None, *, organisations: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["organisation"].choices = organisations  # type: ignore[attr-defined]
        if len(organisations) == 1:
            self.initial["organisation"] = organisations[0][0]


class DayForm(forms.Form):
    at = forms.DateField(
        label="How it stood on",
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"invalid": "Write the day as year, month and day, such as 2027-05-31."},
    )


class DirectoryForm(forms.Form):
    q = forms.CharField(label="Name", max_length=120, required=False)
    scheme = forms.ChoiceField(required=False)
    country = forms.ChoiceField(required=False)

    def __init__(
        self, data: Any = None, *, schemes: list[tuple[str, str]], countries: list[tuple[str, str]]
    ) -> None:
        super().__init__(data)
        self.fields["scheme"].choices = [("", "Any scheme"), *schemes]  # type: ignore[attr-defined]
        self.fields["country"].choices = [("", "Any country"), *countries]  # type: ignore[attr-defined]

    def clean_q(self) -> str:
        words: str = self.cleaned_data["q"].strip()
        if words and len("".join(names.folded(words))) < 2:
            raise forms.ValidationError("Write at least two letters of the name.")
        return words
