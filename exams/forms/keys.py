"""The form of an examiner who decides about the items of a form. It parses; the action decides."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms

from exams import itemtypes
from exams.itemtypes import Field
from exams.rules import key_validation as rules
from exams.rules.key_validation import Decision, Verdict

WORDS = {
    Decision.ACCEPT: "Accept: the key stands",
    Decision.REKEY: "Re-key: another answer is right",
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
        self.contents, self.keys = contents, keys
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
        for one in itemtypes.of(content["kind"]).key_fields(content, key):
            self.fields[_name(position, one.part)] = _control(one)
        self.fields[f"reason_{position}"] = forms.CharField(
            label=f"Reason for item {position}", required=needed, min_length=5, max_length=500
        )

    def group(self, position: int) -> dict[str, Any]:
        """The fields of one position: decision, those of another key, reason; and whether those are asked for."""
        decision = self[f"decision_{position}"]
        names = [name for name in self.fields if name.startswith(f"key_{position}_")]
        return {
            "decision": decision,
            "key": [self[name] for name in names],
            "reason": self[f"reason_{position}"],
            "open": decision.value() == Decision.REKEY,
        }

    def _key(self, position: int) -> dict[str, Any]:
        """What the fields of another key say, in the words of the item's kind."""

        def said(part: str) -> list[str]:
            value = self.cleaned_data.get(_name(position, part)) or ""
            return value if isinstance(value, list) else [value]

        content = self.contents[position]
        return itemtypes.of(content["kind"]).keyed(content, self.keys[str(position)], said)

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
                self._key(position) if said[f"decision_{position}"] == Decision.REKEY else {},
            )
            for position in self.positions
            if said.get(f"decision_{position}")
        ]


def _name(position: int, part: str) -> str:
    return f"key_{position}_{part}"


def _control(one: Field) -> forms.Field:
    """A control of an item's kind as a field of this form."""
    label = f"{one.label} ({one.unit})" if one.unit else one.label
    if one.choices:
        choices = [(choice.id, choice.text) for choice in one.choices]
        chosen = [choice.id for choice in one.choices if choice.chosen]
        if one.many:
            boxes = forms.CheckboxSelectMultiple
            return forms.MultipleChoiceField(
                label=label, required=False, choices=choices, initial=chosen, widget=boxes
            )
        choices = [("", "None"), *choices]
        return forms.ChoiceField(label=label, required=False, choices=choices, initial="".join(chosen[:1]))
    widget = forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}) if one.lines else forms.TextInput()
    return forms.CharField(
        label=label, required=False, max_length=one.longest, initial=one.text, widget=widget
    )


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
