"""Forms of entering, sitting and examining. They parse; the actions decide."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms

from exams import itemtypes
from exams.queries.papers import PaperItem


class AgreementForm(forms.Form):
    """The agreement, accepted in the version that was shown."""

    agreement = forms.IntegerField(widget=forms.HiddenInput)
    accepted = forms.BooleanField(
        label="I have read this agreement and accept it.",
        error_messages={"required": "Tick the box to enter: without your agreement there is no exam."},
    )


def changes(
    posted: Mapping[str, str], items: tuple[PaperItem, ...], shapes: Mapping[str, Any]
) -> list[tuple[int, Any]]:
    """What a form page changed, as (position, value): only answers that differ from what the page showed.

    A page that was opened long ago must not put its old answers back over newer ones from elsewhere,
    so each item carries in `was-N` what the page showed.
    """
    found = []
    for item in items:
        name = f"answer-{item.position}"
        if name not in posted and f"was-{item.position}" not in posted:
            continue
        given, was = posted.get(name) or None, posted.get(f"was-{item.position}") or None
        if given is None and f"clear-{item.position}" not in posted:
            continue
        if f"clear-{item.position}" in posted:
            given = None
        if given != was and itemtypes.of(item.kind).fits(shapes[str(item.position)][1], given):
            found.append((item.position, given))
    return found


class ReleaseForm(forms.Form):
    """Which results to release. The list on the page decides nothing: each is looked up again."""

    results = forms.TypedMultipleChoiceField(
        coerce=UUID,
        error_messages={"required": "Choose at least one result.", "invalid_choice": "Reload the list."},
    )

    def __init__(self, *args: Any, known: list[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["results"].choices = [(str(one), str(one)) for one in known]  # type: ignore[attr-defined]


class AnnulForm(forms.Form):
    reason = forms.CharField(
        label="Why this result is annulled",
        help_text="The candidate reads this sentence.",
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
