"""Forms about a form's cut: a judge's ratings, and the reasons of those who propose and decide."""

from collections.abc import Mapping

from django import forms

from exams.models import Form


def ratings(posted: Mapping[str, str], form: Form) -> tuple[dict[int, int], list[int]]:
    """The ratings of a page, by position, and the positions at which something else than a whole percentage stands.
    What is left empty is not rated yet."""
    found: dict[int, int] = {}
    wrong = []
    for position in range(1, form.length + 1):
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
