"""Reads about cuts: the one that holds for a form, and what a study came to."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from fractions import Fraction

from exams.models import CutRating, CutStudy, Exam, Form, FormCut, Result
from exams.rules import outcome, runs, scoring
from exams.rules.outcome import Outcome
from exams.rules.standard import angoff
from exams.rules.standard.angoff import Ratings, Round
from exams.states import CutState, FormState, ResultState


def of_form(form_id: int, exam: Exam) -> Fraction:
    """The share of its points with which a form is passed: its own cut, or the one of its exam. One statement."""
    own = FormCut.objects.filter(form_id=form_id, state=CutState.APPROVED).first()
    return own.cut if own else exam.cut


def own(form_ids: Collection[int]) -> dict[int, Fraction]:
    """The approved cuts of these forms' own. One statement."""
    return {
        one.form_id: one.cut for one in FormCut.objects.filter(form__in=form_ids, state=CutState.APPROVED)
    }


def behind(found: Sequence[Result]) -> list[Result]:
    """Those of some results, with their sittings, that do not stand on the cut of their form yet. One statement."""
    cuts = own({one.sitting.form_id for one in found if one.sitting.form_id})
    return [one for one in found if cuts.get(one.sitting.form_id or 0, one.cut) != one.cut]


def to_mark(form_id: int) -> list[int]:
    """The sittings of a form whose results nobody was told of, and that do not stand on its own cut yet."""
    rows = Result.objects.filter(sitting__form_id=form_id, state=ResultState.MARKED).select_related("sitting")
    return [one.sitting_id for one in behind(list(rows.order_by("pk")))]


def forms_behind() -> list[int]:
    """Forms that have a cut of their own and results that wait. One statement."""
    rows = FormCut.objects.filter(state=CutState.APPROVED, form__sittings__result__state=ResultState.MARKED)
    return list(rows.order_by("form_id").values_list("form_id", flat=True).distinct())


@dataclass(frozen=True)
class Preview:
    """What a cut would do to the results of its form: `waiting` ones are held against it, of which so many become a pass
    or a fail; the `told` ones keep theirs."""

    waiting: int
    passes: int
    fails: int
    told: int


def preview(form_id: int, cut: Fraction) -> Preview:
    """`cut` is a share of the form's points. One statement, whatever the number of results."""
    rows = Result.objects.filter(sitting__form_id=form_id).select_related("run")
    found = list(rows)
    waiting = [one for one in found if one.state == ResultState.MARKED]
    after = [
        (
            one.outcome,
            outcome.decide(
                raw=one.run.raw,
                maximum=one.run.maximum,
                cut=cut,
                domains=one.run.domains,
                minima=one.least,
            ),
        )
        for one in waiting
    ]
    return Preview(
        waiting=len(waiting),
        passes=sum(before == Outcome.FAILED and then == Outcome.PASSED for before, then in after),
        fails=sum(before == Outcome.PASSED and then == Outcome.FAILED for before, then in after),
        told=len(found) - len(waiting),
    )


@dataclass(frozen=True)
class Needed:
    """The least and the most whole points with which an open form of an exam is passed, out of how many; `own` where one
    of them has a cut of its own. `of` is None where no form is there to say it."""

    least: int
    most: int
    own: bool
    of: tuple[Fraction, Fraction] | None

    @property
    def out_of(self) -> str:
        """`80`, or `80 to 82`; rounded down to two decimals as all points are."""
        if self.of is None:
            return ""
        least, most = (outcome.shown(one) for one in self.of)
        return f"{least}" if least == most else f"{least} to {most}"

    @property
    def varies(self) -> bool:
        """Whether it depends on the form."""
        return self.least != self.most or (self.of is not None and self.of[0] != self.of[1])


def needed(exam: Exam) -> Needed:
    """Of an exam without an open form, by the exam's cut. Two statements."""
    forms = Form.objects.filter(exam=exam, state=FormState.OPEN)
    most = {form.pk: form.points for form in forms.defer("package", "shapes", "keys")}
    known = most or {0: Fraction(exam.blueprint.length)}
    own = {cut.form_id: cut.cut for cut in FormCut.objects.filter(form__in=known, state=CutState.APPROVED)}
    found = [
        outcome.needed(maximum=points, cut=own.get(form_id, exam.cut)) for form_id, points in known.items()
    ]
    of = (min(known.values()), max(known.values())) if most or not exam.blueprint.worth else None
    return Needed(min(found), max(found), bool(own), of)


def points(form: Form) -> dict[str, Fraction]:
    """The points that each position of a form that counts can give."""
    return {
        str(one.position): scoring.most(one, form.keys[str(one.position)])
        for one in runs.paper(form.digest, form.package).placed
        if not one.pilot
    }


@dataclass(frozen=True)
class Sheet:
    """The ratings of one round, by judge (their id as text) and position."""

    number: int
    ratings: Ratings

    def others(self, position: str, *, without: str) -> list[int]:
        """What the other judges said of an item."""
        return [row[position] for judge, row in self.ratings.items() if judge != without and position in row]


def sheets(study: CutStudy) -> tuple[Sheet, Sheet]:
    """The ratings of both rounds. One statement."""
    rounds: tuple[dict[str, dict[str, int]], dict[str, dict[str, int]]] = ({}, {})
    rows = CutRating.objects.filter(study=study).order_by("position")
    for number, judge, position, percent in rows.values_list("round", "judge", "position", "percent"):
        rounds[number - 1].setdefault(str(judge), {})[str(position)] = percent
    return Sheet(1, rounds[0]), Sheet(2, rounds[1])


def judged(sheet: Sheet, first: Sheet, form: Form) -> Round:
    """What a round came to: of the second, all judges of the first must have rated. Raises Incomplete."""
    expected: Sequence[str] = sorted({*first.ratings, *sheet.ratings})
    return angoff.round_of({judge: sheet.ratings.get(judge, {}) for judge in expected}, points(form))
