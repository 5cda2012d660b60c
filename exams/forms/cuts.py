"""Forms about a form's cut: what a judge says, what it is equated to, and the reasons of those who propose and decide."""

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

from django import forms

from exams.models import CutWish, Form
from exams.rules.standard import wording
from exams.states import CutMethod


def ratings(posted: Mapping[str, str], form: Form) -> tuple[dict[int, int], list[int]]:
    """The ratings of a page, by position, and the positions at which something else than a whole percentage stands.
    What is left empty is not rated yet."""
    found: dict[int, int] = {}
    wrong = []
    for position in form.scored:
        said = str(posted.get(f"rating-{position}", "")).strip().removesuffix("%").strip()
        if said.isascii() and said.isdigit() and len(said) <= 3 and int(said) <= 100:
            found[position] = int(said)
        elif said:
            wrong.append(position)
    return found, wrong


class ReasonForm(forms.Form):
    """Why a cut is proposed or declined."""

    reason = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": "Say why."},
    )


class _FormChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Form) -> str:
        return f"Form {obj.number}"


class EquateForm(forms.Form):
    """To which form a form is equated, and how."""

    reference = _FormChoice(label="The form whose cut is carried over", queryset=Form.objects.none())
    method = forms.ChoiceField(
        label="Method", choices=[(str(one), name) for one, (name, _) in wording.METHODS.items()]
    )

    def __init__(self, *args: Any, others: Sequence[Form], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reference"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Form.objects.filter(pk__in=[one.pk for one in others]).select_related("exam")


class WishForm(forms.Form):
    """What a judge wants: by Beuk a cut and who should pass, by Hofstee the ends of the cut and of who fails."""

    def __init__(self, *args: Any, method: str, form: Form, mine: CutWish | None, **kwargs: Any) -> None:
        self.ends = method == CutMethod.HOFSTEE
        kept = {name: getattr(mine, column) for name, column in COLUMNS.items()} if mine else {}
        super().__init__(*args, **kwargs)
        self.initial = kept
        share = "fail" if self.ends else "pass"
        labels = (
            {
                "cut": "The lowest cut that you could accept, in points",
                "most_cut": "The highest cut that you could accept, in points",
                "share": f"At least so many per cent should {share}",
                "most_share": f"At most so many per cent may {share}",
            }
            if self.ends
            else {
                "cut": "The cut that you would set, in points",
                "share": f"So many per cent should {share}",
            }
        )
        for name, label in labels.items():
            most = 100 if name.endswith("share") else ceil(form.points) * 100
            self.fields[name] = forms.IntegerField(label=label, min_value=0, max_value=most)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        for least, most in (("cut", "most_cut"), ("share", "most_share")):
            if self.ends and (said.get(most) or 0) < (said.get(least) or 0) and most in said:
                self.add_error(most, "This is below the one before it.")
        return said


COLUMNS = {"cut": "least_cut", "most_cut": "most_cut", "share": "least_share", "most_share": "most_share"}
