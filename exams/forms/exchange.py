"""The forms of an import (a file, or the one that was shown in a preview and is held by the page) and of an export."""

import base64
import binascii
import zlib
from typing import Any

from django import forms
from django.db.models import QuerySet

from exams import itemtypes
from exams.models import Bank
from exams.queries.exchange import Which
from exams.rules import exchange
from exams.rules.exchange import frame
from exams.states import ItemState, Level, Pool

NAMES = {
    "qti": "QTI (2.1 to 3.0)", "moodle-xml": "Moodle XML", "gift": "GIFT",
    "aiken": "Aiken", "csv": "CSV",
}  # fmt: skip
ENDINGS = {"qti": "zip", "moodle-xml": "xml", "gift": "gift"}
# What a page may send back besides files is bounded (DATA_UPLOAD_MAX_MEMORY_SIZE).
MOST_HELD = 800_000


class ImportForm(forms.Form):
    """After is_valid: `content`, the file's bytes; `filename`; and `kept`, the same for a hidden field of the page."""

    bank = forms.ModelChoiceField(queryset=Bank.objects.none(), empty_label=None)
    format = forms.ChoiceField(choices=[(name, NAMES[name]) for name in NAMES if name in exchange.READERS])
    file = forms.FileField(
        required=False, help_text="Up to 20 MB. Nothing is written before you have seen what is in it."
    )
    domain = forms.IntegerField(
        required=False, min_value=1, max_value=99, help_text="For items whose file says none."
    )
    level = forms.ChoiceField(
        required=False,
        choices=[("", "As the file says"), *Level.choices],
        help_text="For items whose file says none.",
    )
    pool = forms.ChoiceField(choices=Pool.choices, help_text="For items whose file says none.")
    author = forms.CharField(
        required=False, max_length=200, help_text="Who wrote them; you, where you leave it empty."
    )
    source = forms.CharField(required=False, max_length=200, help_text="Where they were published.")
    edition = forms.CharField(required=False, max_length=80)
    aids = forms.CharField(
        required=False,
        max_length=300,
        help_text="With what aids they were written, as their author declares: a language model, a translation program.",
    )
    held = forms.CharField(required=False, widget=forms.HiddenInput)
    held_name = forms.CharField(required=False, max_length=255, widget=forms.HiddenInput)

    def __init__(self, *args: Any, banks: QuerySet[Bank], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank"].queryset = banks  # type: ignore[attr-defined]
        self.content = b""
        self.filename = self.kept = ""

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file = cleaned.get("file")
        if file:
            self._take(file)
        elif cleaned.get("held"):
            self.kept, self.filename = cleaned["held"], cleaned.get("held_name", "")
            self.content = self._opened(self.kept)
        elif "file" not in self.errors:
            self.add_error("file", "Choose a file.")
        return cleaned

    def _take(self, file: Any) -> None:
        if file.size > frame.MOST_BYTES:
            self.add_error(
                "file", "The file is larger than 20 MB. Split it, and import one part after the other."
            )
            return
        self.content, self.filename = file.read(), file.name
        self.kept = base64.b64encode(zlib.compress(self.content)).decode()
        if len(self.kept) > MOST_HELD:
            self.add_error(
                "file",
                "The file is too large for a preview in this page. Split it, or use manage.py import_items.",
            )

    def _opened(self, held: str) -> bytes:
        try:
            opener = zlib.decompressobj()
            content = opener.decompress(base64.b64decode(held, validate=True), frame.MOST_BYTES + 1)
        except (binascii.Error, ValueError, zlib.error):
            content = b""
        if not content or len(content) > frame.MOST_BYTES:
            self.add_error("file", "The preview can't be read any more. Choose the file again.")
        return content


class ExportForm(forms.Form):
    """Which items of a bank leave, and in which format. After is_valid: `which` and `filename`."""

    bank = forms.ModelChoiceField(queryset=Bank.objects.none(), empty_label=None)
    format = forms.ChoiceField(
        choices=[
            (name, NAMES[name].replace("2.1 to 3.0", "3.0")) for name in NAMES if name in exchange.WRITERS
        ],
        help_text="QTI holds every kind, and scenarios as texts of their own. GIFT holds the fewest kinds.",
    )
    state = forms.ChoiceField(
        required=False,
        choices=[("", "Any but retired"), *(one for one in ItemState.choices if one[0] != ItemState.RETIRED)],
    )
    pool = forms.ChoiceField(required=False, choices=[("", "Any"), *Pool.choices])
    kind = forms.ChoiceField(
        required=False,
        choices=[("", "Any"), *((kind, itemtypes.of(kind).NAME) for kind in itemtypes.kinds())],
    )
    domain = forms.IntegerField(
        required=False, min_value=1, max_value=99, help_text="Its number; empty for any."
    )
    level = forms.ChoiceField(required=False, choices=[("", "Any"), *Level.choices])

    def __init__(self, *args: Any, banks: QuerySet[Bank], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank"].queryset = banks  # type: ignore[attr-defined]

    @property
    def which(self) -> Which:
        return Which(**{name: self.cleaned_data[name] for name in Which.__dataclass_fields__})

    @property
    def filename(self) -> str:
        return f"{self.cleaned_data['bank'].key}.{ENDINGS[self.cleaned_data['format']]}"
