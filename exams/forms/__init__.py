"""Forms of sitting, examining and the bank; `entering` has those before the start. They parse; the actions
decide."""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import QueryDict

from exams import itemtypes
from exams.itemtypes import single
from exams.itemtypes.marks import choices
from exams.models import Bank
from exams.queries.papers import PaperItem
from exams.rules.items import ItemDraft
from exams.states import IncidentKind, Level, Pool, ReviewVerdict


def changes(posted: QueryDict, items: tuple[PaperItem, ...]) -> list[tuple[int, Any]]:
    """What a form page changed, as (position, value): only answers that differ from what the page showed.

    A page that was opened long ago must not put its old answers back over newer ones from elsewhere,
    so each item carries in `was-N` what the page showed. Whether a value can be an answer, the action says.
    """
    found: list[tuple[int, Any]] = []
    for item in items:
        # A browser posts every line break as two characters.
        was = posted.get(f"was-{item.position}", "").replace("\r\n", "\n") or None
        given = None if f"clear-{item.position}" in posted else _given(posted, item, was)
        if given != was:
            found.append((item.position, given))
    return found


def _given(posted: QueryDict, item: PaperItem, was: str | None) -> str | None:
    name = f"answer-{item.position}"

    def said(part: str) -> list[str]:
        return posted.getlist(f"{name}-{part}" if part else name)

    given = itemtypes.of(item.kind).posted(item.shape, said)
    return was if given is None and item.keeps else given


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


class ReasonForm(forms.Form):
    """Why an invigilator or examiner does something; kept with it for good."""

    reason = forms.CharField(
        min_length=5,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept with the sitting; the candidate may read it in the timeline.",
    )


class CreditForm(ReasonForm):
    minutes = forms.IntegerField(
        min_value=1, max_value=480, help_text="Whole minutes that are added to the time that is left."
    )
    field_order = ("minutes", "reason")

    @property
    def amount(self) -> timedelta:
        return timedelta(minutes=self.cleaned_data["minutes"])


class MessageForm(forms.Form):
    text = forms.CharField(
        label="Message",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It appears on the candidate's paper within fifteen seconds, and stays there.",
    )


class IncidentForm(forms.Form):
    kind = forms.ChoiceField(
        choices=[
            (kind, kind.label) for kind in (IncidentKind.NOTE, IncidentKind.TECHNICAL, IncidentKind.CONDUCT)
        ]
    )
    text = forms.CharField(
        label="What happened",
        min_length=5,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What you saw, not what you think of it. Examiners read it with the result.",
    )


class IdentityForm(forms.Form):
    method = forms.CharField(
        label="How it was checked",
        min_length=3,
        max_length=80,
        help_text="For example: passport; identity card; known to me in person. No number, and no picture.",
    )


class AnswerFileForm(forms.Form):
    file = forms.FileField(
        label="File of answers",
        help_text="The file that the candidate's page offered when it could not reach us, unchanged.",
    )


class BoardForm(forms.Form):
    """What the board shows. Anything else that is asked for shows what is open now."""

    state = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[
            ("open", "Running and paused"),
            ("ready", "Not started"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("ended", "Ended in the last day"),
        ],
    )
    name = forms.CharField(label="Name", required=False, max_length=100)

    @property
    def view(self) -> str:
        return self.cleaned_data.get("state") or "open"

    @property
    def wanted(self) -> str:
        return str(self.cleaned_data.get("name", "")).strip()


class RefsField(forms.Field):
    """References such as 6.1.2, separated by commas or spaces; which there are, the form knows."""

    MOST = 40

    def to_python(self, value: Any) -> tuple[str, ...]:
        refs = tuple(dict.fromkeys(str(value or "").replace(",", " ").split()))
        if len(refs) > self.MOST or any(len(ref) > 20 for ref in refs):
            raise forms.ValidationError(f"Name at most {self.MOST} references, such as 6.1.2.")
        return refs

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list | tuple) else value


CODE = r"^[A-Za-z0-9][A-Za-z0-9._-]*$"
PROVENANCE = ("source", "edition", "aids")


class DescribedForm(forms.Form):
    """What is said of an item of any kind beside the item itself."""

    bank = forms.ModelChoiceField(Bank.objects.none(), empty_label=None)
    code = forms.RegexField(
        CODE,
        max_length=40,
        help_text="Its name in the bank, for example LI-4-031. It never changes.",
        error_messages={"invalid": "Use letters, digits, dots and hyphens."},
    )
    pool = forms.ChoiceField(
        choices=Pool.choices, help_text="Practice items never meet a candidate in an exam."
    )
    domain = forms.TypedChoiceField(coerce=int, help_text="The competence domain that it counts for.")
    level = forms.ChoiceField(choices=Level.choices)
    clauses = RefsField(required=False, help_text="For example 6.1.2, 8.2")
    controls = RefsField(required=False, help_text="For example A.5.2")
    source = forms.CharField(
        required=False, max_length=300, help_text="Where it was published before, or what it is drawn from."
    )
    edition = forms.CharField(required=False, max_length=100, help_text="Of that source.")
    aids = forms.CharField(
        label="Aids",
        required=False,
        max_length=300,
        help_text="Declare with what aids it was written, a language model for example; empty for none.",
    )

    def __init__(
        self,
        *args: Any,
        banks: Any,
        domains: list[tuple[int, str]],
        refs: frozenset[str],
        fixed: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.refs = refs
        self.fields["bank"].queryset = banks  # type: ignore[attr-defined]
        self.fields["domain"].choices = domains  # type: ignore[attr-defined]
        if fixed:
            del self.fields["bank"], self.fields["code"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for name in ("clauses", "controls"):
            unknown = [ref for ref in said.get(name, ()) if ref not in self.refs]
            if unknown:
                self.add_error(name, f"The framework has no {', '.join(unknown)}.")
        return said

    def complain_of(self, draft: ItemDraft) -> None:
        for fault in draft.faults():
            self.add_error(None, f"{fault[0].upper()}{fault[1:]}.")

    def described(
        self, content: dict[str, Any], key: dict[str, Any], rationales: dict[str, str]
    ) -> ItemDraft:
        said = self.cleaned_data
        return ItemDraft(
            said["pool"],
            said["domain"],
            said["level"],
            said["clauses"],
            said["controls"],
            content,
            key,
            rationales,
            *(said[name] for name in PROVENANCE),
        )

    @staticmethod
    def description_of(draft: ItemDraft) -> dict[str, Any]:
        told = ("pool", "domain", "level", "clauses", "controls", *PROVENANCE)
        return {name: getattr(draft, name) for name in told}


class ItemForm(DescribedForm):
    """A single-answer item as its author writes it."""

    stem = forms.CharField(
        max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), help_text="The situation and the question."
    )
    right = forms.ChoiceField(label="Right option", choices=[(i, i.upper()) for i in single.IDENTIFIERS])
    scoring = forms.ChoiceField(
        required=False,
        choices=[
            (choices.ALL_OR_NOTHING, "All or nothing"),
            (choices.RIGHT_MINUS_WRONG, "Right minus wrong: a wrong answer takes points away"),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place, name in enumerate(single.IDENTIFIERS):
            needed, mark = place < single.LEAST, name.upper()
            self.fields[f"text_{name}"] = forms.CharField(
                label=f"Option {mark}",
                required=needed,
                max_length=1000,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"why_{name}"] = forms.CharField(
                label=f"Rationale of {mark}",
                required=needed,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text="Why it is right, or why someone might choose it and is wrong.",
            )

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        if not self.errors:
            self.complain_of(self.draft())
        return said

    def draft(self) -> ItemDraft:
        """The item as written; options left empty at the end are not there."""
        said = self.cleaned_data
        options = [
            (said[f"text_{name}"], said[f"why_{name}"], said["right"] == name)
            for name in single.IDENTIFIERS
            if said.get(f"text_{name}")
        ]
        rule = said["scoring"] or choices.ALL_OR_NOTHING
        content, key, rationales = single.read(said["stem"], options, rule)
        return self.described(content, key, rationales)

    @staticmethod
    def initial_of(draft: ItemDraft) -> dict[str, Any]:
        """What an edit form shows at first."""
        options = {f"text_{option['id']}": option["text"] for option in draft.content["options"]}
        rationales = {f"why_{name}": why for name, why in draft.rationales.items()}
        right = draft.key["right"][0] if draft.key["right"] else ""
        own = {"stem": draft.content["stem"], "right": right, "scoring": draft.key["rule"]}
        return ItemForm.description_of(draft) | options | rationales | own

    @classmethod
    def can_hold(cls, draft: ItemDraft) -> bool:
        """Whether this form has a field for everything that the item says."""
        rules = dict(cls.base_fields["scoring"].choices)  # type: ignore[attr-defined]
        return draft.kind == single.KIND and draft.key["rule"] in rules


class ReviewForm(forms.Form):
    """A reviewer's word on an item."""

    verdict = forms.ChoiceField(
        choices=[(ReviewVerdict.ACCEPT, "Accept"), (ReviewVerdict.RETURN, "Return to the author")]
    )
    note = forms.CharField(
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed when you return it: what must change, and why.",
    )

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("verdict") == ReviewVerdict.RETURN and not said.get("note", "").strip():
            self.add_error("note", "Tell the author what must change.")
        return said


class RetireForm(forms.Form):
    """Why an item is retired; where that leaves a clause untested, also whether that is meant."""

    reason = forms.CharField(max_length=1000, min_length=5, help_text="Kept with the item for good.")
    knowing = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def warn(self, refs: Sequence[str]) -> None:
        """Asks once more: no other live item asks about these."""
        named = ", ".join(refs)
        self.add_error(
            None,
            f"Not retired yet: no other live item of the exam pool asks about {named}. "
            "Without it no exam tests that. Retire it all the same, or write another item first.",
        )
        self.fields["knowing"].widget = forms.CheckboxInput()
        self.fields["knowing"].label = f"Retire it, and leave {named} untested"


class PilotForm(forms.Form):
    """What an examiner makes of a pilot, and why."""

    PROMOTE, BACK = "promote", "send-back"
    verdict = forms.ChoiceField(
        label="What becomes of it",
        choices=[(PROMOTE, "Promote it: it is live and counts"), (BACK, "Send it back to its author")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(max_length=1000, min_length=5, help_text="Kept with the item for good.")


class SafeBrowserForm(forms.Form):
    """Whether an exam is sat in Safe Exam Browser only, and which builds of it are allowed."""

    wanted = forms.BooleanField(required=False, label="This exam is sat in Safe Exam Browser only")
    keys = forms.CharField(
        required=False,
        max_length=4000,
        label="Browser Exam Keys that are allowed",
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false"}),
        help_text="One on each line, 64 characters from 0-9 and a-f. Leave it empty to allow every version.",
    )

    def clean_keys(self) -> list[str]:
        keys = list(dict.fromkeys(self.cleaned_data["keys"].lower().split()))
        wrong = [key for key in keys if not re.fullmatch(r"[0-9a-f]{64}", key)]
        if wrong:
            raise forms.ValidationError(
                f"{wrong[0][:70]} is no Browser Exam Key: it has 64 characters from 0-9 and a-f. Copy it anew from"
                " the Exam pane of Safe Exam Browser. Nothing was changed."
            )
        return keys
