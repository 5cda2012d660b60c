"""The forms of marking. They parse; the actions decide."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from exams.itemtypes.marks import numbers
from exams.rules import outcome, uploads


class RubricForm(forms.Form):
    """One level for each criterion of a rubric, from plain data, and what is said of it."""

    comment = forms.CharField(
        label="In all",
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The learner reads this when it is released, and not who wrote it.",
    )

    def __init__(
        self,
        criteria: Sequence[Mapping[str, Any]],
        *args: Any,
        must_say: bool = False,
        told: bool = True,
        **more: Any,
    ) -> None:
        super().__init__(*args, **more)
        self.criteria = criteria
        self.fields["comment"].required = must_say
        if not told:
            self.fields["comment"].help_text = "Examiners read this. Candidates of an exam don't."
        for one in criteria:
            choices = [
                (str(place), f"{_points(level['points'])}: {level['says']}")
                for place, level in enumerate(one["levels"])
            ]
            self.fields[f"level-{one['id']}"] = forms.ChoiceField(
                label=one["name"],
                choices=choices,
                widget=forms.RadioSelect,
                help_text=one["looks_for"],
                error_messages={"required": "Choose a level."},
            )
            self.fields[f"said-{one['id']}"] = forms.CharField(
                label=f"On “{one['name']}”",
                max_length=2000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
        self.order_fields([*(name for name in self.fields if name != "comment"), "comment"])

    @property
    def rows(self) -> list[tuple[BoundField, BoundField]]:
        return [(self[f"level-{one['id']}"], self[f"said-{one['id']}"]) for one in self.criteria]

    @property
    def levels(self) -> dict[str, int]:
        return {one["id"]: int(self.cleaned_data[f"level-{one['id']}"]) for one in self.criteria}

    @property
    def comments(self) -> dict[str, str]:
        return {one["id"]: self.cleaned_data[f"said-{one['id']}"] for one in self.criteria}


class ControlForm(RubricForm):
    reason = forms.CharField(
        label="Why this script",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What it is a clear case of. It stays on record; markers don't see it.",
    )


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of files, also none."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        return [super(FilesField, self).clean(one, initial) for one in data or ()]


class HandInForm(forms.Form):
    text = forms.CharField(
        label=_("Your text"),
        required=False,
        max_length=uploads.LONGEST_TEXT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 18}),
        help_text=_("Put your name nowhere: whoever marks it is not to know whose it is."),
    )
    attachments = FilesField(
        label=_("Files"),
        required=False,
        help_text=_(
            "At most five, of 10 MB each: PDF, Word, Excel, OpenDocument, PNG, JPEG, or plain text; no macros."
        ),
    )

    def __init__(self, kept: Sequence[tuple[str, str]], *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        if kept:
            self.fields["keep"] = forms.MultipleChoiceField(
                label=_("Files handed in before"),
                choices=kept,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                help_text=_("What is not ticked is left out of the new version."),
            )
            self.order_fields(["text", "keep", "attachments"])


class DeadlineForm(forms.Form):
    due_on = forms.DateField(
        label="Until the end of",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The day ends at midnight UTC.",
    )
    reason = forms.CharField(
        label="Why",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It stays on record.",
    )

    @property
    def due_at(self) -> datetime:
        return datetime.combine(self.cleaned_data["due_on"], time(23, 59, 59), tzinfo=UTC)


def _points(said: str) -> str:
    points = numbers.points(said)
    shown = outcome.shown(points) if points is not None else said
    return f"{shown} {'point' if shown == '1' else 'points'}"
