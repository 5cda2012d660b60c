"""Reads for cuts that rest on what candidates did: their points on one form, and on two that share items."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q

from exams.models import Form, FormItem, ScoreRun
from exams.queries import cuts, keys
from exams.rules import keys as key_rules
from exams.rules import runs, scoring
from exams.rules.standard import equated
from exams.rules.standard.equated import Equated, Method, Sat
from exams.states import ResultState
from lms.kit import digests


@dataclass(frozen=True)
class Scored:
    """The points of every marked sitting of a form, by position, by the version of the key that counts. Results that
    were annulled are left out, and sittings that are not marked by that key yet."""

    form: Form
    keys: Mapping[str, Any]
    points: Sequence[Mapping[int, Fraction]]

    def maximum(self, positions: Sequence[int] | None = None) -> Fraction:
        """The most points of the form, or of some of its positions."""
        here = self.form.scored if positions is None else positions
        placed = {one.position: one for one in runs.paper(self.form.digest, self.form.package).placed}
        return sum((scoring.most(placed[one], self.keys[str(one)]) for one in here), Fraction(0))

    def sat(self, anchor: Sequence[int] = ()) -> Sat:
        """Who sat it, with the points of the items at the positions of an anchor."""
        scores = [
            (sum(points.values(), Fraction(0)), sum((points[one] for one in anchor), Fraction(0)))
            for points in self.points
        ]
        return equated.sat(self.maximum(), self.maximum(anchor), scores)


@dataclass(frozen=True)
class Compared:
    """A form beside one that it may be equated to. `anchor` pairs the positions of the items that both hold, with the
    same key; `cut` is the reference form's, in points."""

    form: Form
    reference: Form
    anchor: tuple[tuple[int, int], ...]
    here: Sat
    there: Sat
    cut: Fraction

    def basis(self, method: Method) -> dict[str, Any]:
        """All that the cut is worked out from, as plain whole numbers and text."""
        return {
            "method": str(method),
            "form": self.form.digest,
            "reference": self.reference.digest,
            "anchor": [list(pair) for pair in self.anchor],
            "cut": list(self.cut.as_integer_ratio()),
            "here": equated.as_json(self.here),
            "there": equated.as_json(self.there),
        }


def again(basis: Mapping[str, Any]) -> Equated:
    """A cut worked out anew from its basis as it is kept. Raises CannotEquate."""
    here, there = equated.from_json(basis["here"]), equated.from_json(basis["there"])
    return equated.equate(there, here, cut=Fraction(*basis["cut"]), method=Method(basis["method"]))


def scored(form: Form) -> Scored:
    """Two statements, whatever the number of sittings."""
    version = keys.latest(form.pk)
    rows = ScoreRun.objects.filter(sitting__form=form, sitting__exam=form.exam_id, key=version)
    rows = rows.filter(sitting__result__isnull=False).exclude(sitting__result__state=ResultState.ANNULLED)
    latest = dict(rows.order_by("sitting", "number").values_list("sitting", "detail"))
    points = [
        {position: Fraction(a, b) for position, _, a, b, *_ in detail["marks"]} for detail in latest.values()
    ]
    return Scored(form, version.keys if version else form.keys, points)


def others(form: Form) -> Sequence[Form]:
    """The other forms of the exam that somebody has sat, with `marked` sittings and `shared` items. Two statements."""
    sat = Q(sittings__result__isnull=False) & ~Q(sittings__result__state=ResultState.ANNULLED)
    rows = Form.objects.filter(exam=form.exam_id).exclude(pk=form.pk)
    rows = rows.annotate(marked=Count("sittings", filter=sat, distinct=True)).filter(marked__gte=1)
    found = list(rows.defer("package", "keys", "shapes").order_by("number"))
    here = FormItem.objects.filter(form=form).exclude(position__in=form.pilots).values("version")
    rows_there = FormItem.objects.filter(form__in=found, version__in=here).order_by()
    places = rows_there.values_list("form", "position", "form__pilots")
    shared = Counter(pk for pk, position, pilots in places if position not in pilots)
    for one in found:
        one.shared = shared[one.pk]  # type: ignore[attr-defined]
    return found


def compared(form: Form, reference: Form) -> Compared:
    """Seven statements, whatever the number of sittings."""
    here, there = scored(form), scored(reference)
    anchor = _anchor(here, there)
    there_sat = there.sat([two for _, two in anchor])
    return Compared(
        form=form,
        reference=reference,
        anchor=anchor,
        here=here.sat([one for one, _ in anchor]),
        there=there_sat,
        cut=cuts.of_form(reference.pk, reference.exam) * there_sat.maximum,
    )


def observed(form: Form) -> Sat:
    """Who sat a form, without an anchor. Two statements."""
    return scored(form).sat()


def digest(basis: Mapping[str, Any]) -> str:
    return digests.digest(dict(basis))


def _anchor(here: Scored, there: Scored) -> tuple[tuple[int, int], ...]:
    """Items that stand in both forms in the same version, with the same key, and count in both as often."""
    placed = dict(FormItem.objects.filter(form=there.form).values_list("version", "position"))
    rows = FormItem.objects.filter(form=here.form, version__in=placed).order_by("position")
    pairs = [(position, placed[version]) for position, version in rows.values_list("position", "version")]
    weights, elsewhere = _weights(here.form), _weights(there.form)
    return tuple(
        (one, two)
        for one, two in pairs
        if here.keys[str(one)] == there.keys[str(two)]
        and not key_rules.treatment(here.keys[str(one)])
        and not (one in here.form.pilots or two in there.form.pilots)
        and weights[one] == elsewhere[two]
    )


def _weights(form: Form) -> dict[int, Fraction]:
    return {one.position: one.weight for one in runs.paper(form.digest, form.package).placed}
