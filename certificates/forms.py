"""Forms of the register."""

import uuid
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms

from certificates.documents import layouts
from certificates.queries.verification import HIDEABLE
from certificates.rules import colours, lists, names, uploads
from certificates.states import (
    CorrectionReason,
    DoubtReason,
    ErasureReason,
    ReductionReason,
    RefusalReason,
    ReinstatementReason,
    SuspensionReason,
    WaiverReason,
    WithdrawalReason,
)


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


class SharingForm(forms.Form):
    """What the holder shows: the facts of the link that are hidden, and the place in the public register."""

    hidden = forms.MultipleChoiceField(
        label="Hide from whoever has the link",
        choices=list(HIDEABLE.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Standing, scheme, level and dates are always shown. Who types the name as printed sees everything.",
    )
    listed = forms.BooleanField(
        label="List me in the public register",
        required=False,
        help_text="Anyone can then find you there by name, scheme and country, with how the certificate stands.",
    )
    country = forms.ChoiceField(
        required=False, help_text="Shown in the public register; leave it empty to be listed without."
    )
    named = forms.BooleanField(
        label="Name me in the badge",
        required=False,
        help_text="Otherwise the badge has a digest of your name: whoever knows the name finds that it fits.",
    )

    def __init__(
        self, data: Any = None, *, countries: list[tuple[str, str]], initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["country"].choices = [("", "Not told"), *countries]  # type: ignore[attr-defined]


class SignForm(forms.Form):
    """The version stands in the form, so that nobody signs a text that they were not shown."""

    version = forms.CharField(max_length=20, widget=forms.HiddenInput)
    agree = forms.BooleanField(
        label="I have read the code of ethics and will hold to it.",
        error_messages={"required": "To sign the code of ethics, tick the box beneath it."},
    )

    def __init__(self, data: Any = None, *, shown: str) -> None:
        super().__init__(data, initial={"version": shown})
        self.shown = shown

    def clean_version(self) -> str:
        version: str = self.cleaned_data["version"]
        if version != self.shown:
            raise forms.ValidationError(
                "The code of ethics was changed while you read it. Nothing is signed; please read it again."
            )
        return version


DAY_FAULT = {"invalid": "Write the day as year, month and day, such as 2024-05-31."}


def day_field(label: str, **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages=DAY_FAULT,
        **more,
    )


class LogForm(forms.Form):
    """One post, or one project or audit. `use_key` makes one form one entry, however often it is sent."""

    use_key = forms.UUIDField(widget=forms.HiddenInput)
    organisation = forms.CharField(max_length=160)
    role = forms.CharField(label="What you were there", max_length=160)
    begins_on = day_field("First day")
    ends_on = day_field("Last day", required=False, help_text="Leave it empty while it goes on.")
    in_field = forms.BooleanField(
        label="It was in AI management",
        required=False,
        help_text="You planned, ran, controlled or audited how AI is developed or used, for most of your time.",
    )
    hours = forms.IntegerField(label="Hours", min_value=1, max_value=99_999)
    text = forms.CharField(
        label="What you did",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="So that somebody who was not there can judge it. Name no client who would not want it.",
    )
    contact = forms.CharField(
        label="Who can confirm it",
        max_length=200,
        required=False,
        help_text="A name with an address or a number. We ask only where something is unclear.",
    )

    def __init__(self, data: Any = None, *, kind: str, today: date) -> None:
        super().__init__(data, initial={"use_key": uuid.uuid4()})
        self.kind, self.today = kind, today
        for name in ("hours",) if kind == "experience" else ("in_field",):
            del self.fields[name]
        if kind == "hours":
            self.fields["ends_on"].required = True
            self.fields["ends_on"].help_text = "The last day of the work that is done already."

    def clean(self) -> dict[str, Any]:
        asked = super().clean() or {}
        begins_on, ends_on = asked.get("begins_on"), asked.get("ends_on")
        if begins_on and begins_on > self.today:
            self.add_error("begins_on", "This day is still to come. Write down what has begun.")
        if begins_on and ends_on and ends_on < begins_on:
            self.add_error("ends_on", "The last day lies before the first.")
        if ends_on and ends_on > self.today and self.kind == "hours":
            self.add_error("ends_on", "This day is still to come. Write down the hours that are done.")
        hours = asked.get("hours")
        if begins_on and ends_on and hours and hours > 24 * ((ends_on - begins_on).days + 1):
            self.add_error("hours", "There are not so many hours between these days.")
        return asked


RELATIONS = [
    ("superior", "They were my superior"),
    ("client", "They were my client"),
    ("colleague", "They were a colleague of mine"),
    ("audited", "I audited them, or we audited together"),
    ("subordinate", "They reported to me"),
    ("relative", "They are a relative or partner of mine"),
]


class AskReferenceForm(forms.Form):
    name = forms.CharField(label="Name of the referee", max_length=160)
    email = forms.EmailField(label="Their e-mail address", help_text="At work, if they have one there.")
    relation = forms.ChoiceField(label="How they know you", choices=RELATIONS, widget=forms.RadioSelect)


class GiveReferenceForm(forms.Form):
    relation = forms.ChoiceField(
        label="How you know them",
        choices=[
            ("superior", "I was their superior"),
            ("client", "I was their client"),
            ("colleague", "I was a colleague"),
            ("audited", "They audited us, or we audited together"),
            ("subordinate", "I reported to them"),
            ("relative", "I am a relative or partner"),
        ],
        widget=forms.RadioSelect,
    )
    position = forms.CharField(label="Your position and organisation", max_length=160)
    known_since = forms.IntegerField(label="Since which year you know their work", min_value=1950)
    statement = forms.CharField(
        label="What you know of their work with AI management systems",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What they did, in which part, and how well. Only those who decide read this.",
    )
    recommends = forms.ChoiceField(
        label="Would you entrust this work to them again?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, *, year: int) -> None:
        super().__init__(data)
        self.year = year

    def clean_known_since(self) -> int:
        year: int = self.cleaned_data["known_since"]
        if year > self.year:
            raise forms.ValidationError("This year is still to come.")
        return year


class NoteForm(forms.Form):
    """Words that the other side reads."""

    note = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(
        self, data: Any = None, *, event: str, label: str, help_text: str = "", required: bool = True
    ) -> None:
        super().__init__(data, auto_id=f"id_{event}_%s")
        note = self.fields["note"]
        note.label, note.help_text, note.required = label, help_text, required


class OfferForm(NoteForm):
    level = forms.ChoiceField(label="Level")
    field_order = ("level", "note")

    def __init__(self, data: Any = None, *, levels: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["level"].choices = levels  # type: ignore[attr-defined]


class RefuseForm(NoteForm):
    refusal = forms.ChoiceField(label="Reason", choices=[("", "Choose a reason"), *RefusalReason.choices])
    field_order = ("refusal", "note")


class WaiveForm(NoteForm):
    missing = forms.ChoiceField(label="What is waived")
    reason = forms.ChoiceField(label="Reason", choices=[("", "Choose a reason"), *WaiverReason.choices])
    field_order = ("missing", "reason", "note")

    def __init__(self, data: Any = None, *, missing: list[tuple[str, str]], **more: Any) -> None:
        super().__init__(data, **more)
        self.fields["missing"].choices = missing  # type: ignore[attr-defined]


class DeclareForm(forms.Form):
    began_on = day_field("Since when")
    ended_on = day_field("Until when", required=False, help_text="Leave it empty while it lasts.")
    note = forms.CharField(label="What it is", max_length=300)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="id_declare_%s")


class DoubtForm(NoteForm):
    reason = forms.ChoiceField(label="Reason", choices=[("", "Choose a reason"), *DoubtReason.choices])
    field_order = ("reason", "note")


class AppealForm(forms.Form):
    kind = forms.ChoiceField(
        label="What it is",
        choices=[
            ("appeal", "An appeal: the decision is wrong and should fall"),
            ("complaint", "A complaint: something went wrong in how it was made"),
        ],
        widget=forms.RadioSelect,
        initial="appeal",
    )
    text = forms.CharField(label="Why", max_length=8000, widget=forms.Textarea(attrs={"rows": 8}))


class VoteForm(forms.Form):
    finding = forms.ChoiceField(
        label="What you find",
        choices=[("uphold", "It is right, and upheld"), ("dismiss", "It is dismissed")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Who lodged it reads the reasons of those whose finding was agreed on.",
    )


class RulesForm(forms.Form):
    """A new version of a scheme as its file. `seen` is the digest of what was shown before it is published."""

    text = forms.CharField(
        label="The new version, as its file",
        max_length=200_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false"}),
    )
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)


class ActForm(forms.Form):
    """What an officer does to a credential. `use_key` makes one form one act, however often it is sent."""

    use_key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(label="Reason")
    public_note = forms.CharField(
        label="Public note",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Shown to the holder and to whoever verifies, for ever. Name no person.",
    )

    reasons: Any = ()
    act = ""

    def __init__(self, data: Any = None) -> None:
        # Several of these stand on one page: each has ids of its own.
        super().__init__(data, initial={"use_key": uuid.uuid4()}, auto_id=f"id_{self.act}_%s")
        self.fields["reason"].choices = [("", "Choose a reason"), *self.reasons.choices]  # type: ignore[attr-defined]


class SuspendForm(ActForm):
    act = "suspend"
    reasons = SuspensionReason


class ReinstateForm(ActForm):
    act = "reinstate"
    reasons = ReinstatementReason


class WithdrawForm(ActForm):
    act = "withdraw"
    reasons = WithdrawalReason
    sure = forms.BooleanField(
        label="I know that a withdrawal cannot be undone.",
        error_messages={"required": "A withdrawal cannot be undone: tick the box to say that you know."},
    )


class HoursForm(forms.Form):
    """Hours for the log. `use_key` makes one form one entry, however often it is sent."""

    use_key = forms.UUIDField(widget=forms.HiddenInput)
    title = forms.CharField(
        label="What you did",
        max_length=200,
        help_text="Such as: Led the internal audit of an AI management system.",
    )
    category = forms.ChoiceField()
    hours = forms.DecimalField(
        min_value=Decimal("0.25"),
        max_value=Decimal(2000),
        decimal_places=2,
        help_text="In hours; 1.5 is an hour and a half.",
    )
    occurred_on = forms.DateField(
        label="On which day it ended", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    evidence = forms.FileField(
        label="A file that shows it",
        required=False,
        help_text="PDF, PNG, JPEG or WebP, 10 MB at most. You may add it later; it is asked for if you are drawn.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"}),
    )

    def __init__(self, data: Any = None, files: Any = None, *, categories: list[tuple[str, str]]) -> None:
        super().__init__(data, files, initial={"use_key": uuid.uuid4()})
        self.fields["category"].choices = [("", "Choose a category"), *categories]  # type: ignore[attr-defined]

    @property
    def minutes(self) -> int:
        return int(self.cleaned_data["hours"] * 60)


class EvidenceForm(forms.Form):
    evidence = forms.FileField(
        label="File", widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"})
    )


class NameForm(forms.Form):
    name = forms.CharField(
        label="Name as it shall be printed", max_length=120, help_text="In your own script."
    )
    reason = forms.ChoiceField(choices=[("", "Choose a reason"), *CorrectionReason.choices])
    evidence = forms.FileField(
        label="A document that shows the name",
        help_text="A passport, a marriage certificate, a court order. PDF, PNG, JPEG or WebP, 10 MB at most. Only officers see it.",
        widget=forms.FileInput(attrs={"accept": ".pdf,.png,.jpg,.jpeg,.webp"}),
    )


class SurrenderForm(forms.Form):
    sure = forms.BooleanField(
        label="I know that this cannot be undone.",
        error_messages={
            "required": "Giving a certificate up cannot be undone: tick the box to say that you know."
        },
    )


class ScopeForm(ActForm):
    act = "scope"
    reasons = ReductionReason
    scope = forms.CharField(
        label="What is left of the scope", widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )
    field_order = ("scope", "reason", "public_note", "use_key")


class EraseForm(forms.Form):
    use_key = forms.UUIDField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(choices=[("", "Choose a reason"), *ErasureReason.choices])
    sure = forms.BooleanField(
        label="I know that nothing of it can be brought back.",
        error_messages={
            "required": "What is erased cannot be brought back: tick the box to say that you know."
        },
    )

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"use_key": uuid.uuid4()}, auto_id="id_erase_%s")


class ReferenceForm(forms.Form):
    reference = forms.CharField(
        label="Reference of the payment", max_length=80, help_text="As it stands on the bank statement."
    )


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


class BatchForm(forms.Form):
    """Which documents an officer wants together. `use_key` makes one form one batch."""

    use_key = forms.UUIDField(widget=forms.HiddenInput)
    scheme = forms.ChoiceField()
    since = forms.DateField(
        label="Granted from", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    until = forms.DateField(
        label="Granted until", widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, data: Any = None, *, schemes: list[tuple[str, str]], on: date) -> None:
        super().__init__(data, initial={"use_key": uuid.uuid4(), "since": on, "until": on})
        self.fields["scheme"].choices = [("", "Choose a scheme"), *schemes]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("since") and given.get("until") and given["since"] > given["until"]:
            self.add_error("until", "The last day is before the first.")
        return given


class RegisterForm(forms.Form):
    q = forms.CharField(label="Name or number", max_length=120, required=False)
    standing = forms.ChoiceField(
        required=False,
        choices=[
            ("", "Any standing"),
            ("valid", "Valid"),
            ("due", "Valid, renewal due"),
            ("expired", "Expired"),
            ("suspended", "Suspended"),
            ("withdrawn", "Withdrawn"),
        ],
    )
    scheme = forms.ChoiceField(required=False)

    def __init__(self, data: Any = None, *, schemes: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["scheme"].choices = [("", "Any scheme"), *schemes]  # type: ignore[attr-defined]
