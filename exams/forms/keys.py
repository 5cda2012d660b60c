"""The form of an examiner who decides about the items of a form. It parses; the action decides."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.forms import BoundField

from exams.rules import key_validation as rules
from exams.rules.key_validation import Decision, Verdict

WORDS = {
    Decision.ACCEPT: "Accept: the key stands",
    Decision.REKEY: "Re-key: another option is right",
    Decision.CREDIT: "Credit all: everybody gets the points",
    Decision.DROP: "Drop: it counts nowhere",
}


class KeyForm(forms.Form):
    """A decision with its reason for each position, and why the whole is proposed."""

    reason = forms.CharField(
        label="Why the whole is proposed",
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept for good. A candidate whose result changes reads this sentence.",
    )

    def __init__(
        self,
        *args: Any,
        contents: Mapping[int, Mapping[str, Any]],
        keys: Mapping[str, Any],
        flagged: Sequence[int],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.positions = tuple(contents)
        for position, content in contents.items():
            self._add(position, content, keys[str(position)], needed=position in flagged)
        self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])

    def _add(
        self, position: int, content: Mapping[str, Any], key: Mapping[str, Any], *, needed: bool
    ) -> None:
        may = rules.may_rekey(content, key)
        offered = [one for one in Decision if may or one != Decision.REKEY]
        self.fields[f"decision_{position}"] = forms.ChoiceField(
            label=f"What becomes of item {position}",
            required=needed,
            error_messages={"required": "This item is flagged, so it needs a decision."},
            choices=[("", "No decision"), *((one.value, WORDS[one]) for one in offered)],
        )
        if may:
            self.fields[f"right_{position}"] = forms.MultipleChoiceField(
                label=f"Right in item {position}, if it is re-keyed",
                required=False,
                choices=[(option["id"], option["id"].upper()) for option in content["options"]],
                widget=forms.CheckboxSelectMultiple,
            )
        self.fields[f"reason_{position}"] = forms.CharField(
            label=f"Reason for item {position}", required=needed, min_length=5, max_length=500
        )

    def group(self, position: int) -> list[BoundField]:
        """The fields of one position, in the order of the page."""
        names = (f"decision_{position}", f"right_{position}", f"reason_{position}")
        return [self[name] for name in names if name in self.fields]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for position in self.positions:
            name = f"reason_{position}"
            if said.get(f"decision_{position}") and not said.get(name) and name not in self.errors:
                self.add_error(name, "Say why.")
        return said

    def verdicts(self) -> list[Verdict]:
        said = self.cleaned_data
        return [
            Verdict(
                position,
                Decision(said[f"decision_{position}"]),
                said[f"reason_{position}"],
                tuple(said.get(f"right_{position}", ()))
                if said[f"decision_{position}"] == Decision.REKEY
                else (),
            )
            for position in self.positions
            if said.get(f"decision_{position}")
        ]


class BatchForm(forms.Form):
    """Which results of a form to release together, and why now."""

    results = forms.TypedMultipleChoiceField(
        coerce=UUID,
        error_messages={"required": "Choose at least one result.", "invalid_choice": "Reload the list."},
    )
    reason = forms.CharField(
        label="What was looked at",
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept for good. The second examiner reads it.",
    )

    def __init__(self, *args: Any, known: Sequence[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["results"].choices = [(str(one), str(one)) for one in known]  # type: ignore[attr-defined]


class CandidateReasonForm(forms.Form):
    """Why two persons decide about a released result."""

    reason = forms.CharField(
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept for good. Where the result changes, the candidate reads what was proposed.",
    )
