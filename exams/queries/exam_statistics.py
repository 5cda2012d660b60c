"""Reads for the statistics of an exam over all its forms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from django.db.models import Count

from exams.models import Exam, Form, FormItem, KeyVersion, Result
from exams.rules import exam_statistics as rules
from exams.rules import keys as key_rules
from exams.rules.exam_statistics import Sat
from exams.rules.outcome import Outcome
from exams.states import ExamKind, ResultState


class UnknownExam(LookupError):
    """There is no such exam of these organisations."""


@dataclass(frozen=True)
class Exposed:
    """A version of an item: in how many forms of the exam it stands, and in how many sittings it was before a candidate."""

    code: str
    domain: int
    version: int
    forms: int
    sittings: int


@dataclass(frozen=True)
class Analysed:
    """Every marked sitting of an exam; the annulled ones are counted and left out of everything else."""

    exam: Exam
    forms: Mapping[int, Form]
    sat: Sequence[Sat]
    results: Sequence[Result]
    candidates: int
    annulled: int
    exposed: Sequence[Exposed]


def exam(key: str, *, organisation_ids: Collection[UUID]) -> Exam:
    """One exam that is no practice; raises UnknownExam."""
    found = Exam.objects.filter(key=key, organisation_id__in=organisation_ids, kind=ExamKind.EXAM).first()
    if found is None:
        raise UnknownExam(key)
    return found


def analysed(exam: Exam) -> Analysed:
    """Four statements, whatever the number of forms and sittings."""
    forms = {form.pk: form for form in Form.objects.filter(exam=exam).defer("package", "shapes")}
    keys = {pk: form.keys for pk, form in forms.items()}
    keys |= dict(KeyVersion.objects.filter(form__in=forms).order_by("number").values_list("form", "keys"))
    counted = {
        pk: frozenset(int(position) for position, one in key.items() if not key_rules.treatment(one))
        for pk, key in keys.items()
    }
    rows = Result.objects.filter(sitting__exam=exam).select_related("run", "sitting")
    every = list(rows.order_by("sitting__submitted_at", "pk"))
    results = [one for one in every if one.state != ResultState.ANNULLED]
    seen: set[int] = set()
    sat = []
    for one in results:
        sat.append(_sat(one, counted, again=one.sitting.candidate_id in seen))
        seen.add(one.sitting.candidate_id)
    return Analysed(exam, forms, sat, results, len(seen), len(every) - len(results), _exposed(exam))


def groups(found: Analysed, each: rules.Period) -> Mapping[str, Sequence[rules.Group]]:
    """The exam as a whole, by period, by form, and by whether it was the first time."""
    return {
        "whole": [rules.group("all", found.sat)],
        "periods": rules.by(found.sat, lambda one: rules.period(one.on, each)),
        "forms": [
            rules.group(f"form {form.number}", here, of_one_form=True)
            for form in sorted(found.forms.values(), key=lambda form: form.number)
            if (here := [one for one in found.sat if one.form == form.pk])
        ],
        "times": rules.by(found.sat, lambda one: "second time or later" if one.again else "first time"),
    }


def _sat(one: Result, counted: Mapping[int, frozenset[int]], *, again: bool) -> Sat:
    sitting = one.sitting
    assert sitting.form_id is not None and sitting.submitted_at is not None, "only what was sat is marked"
    here = counted[sitting.form_id]
    return Sat(
        form=sitting.form_id,
        on=sitting.submitted_at.date(),
        raw=one.run.raw,
        maximum=one.run.maximum,
        passed=one.outcome == Outcome.PASSED,
        again=again,
        points={mark[0]: Fraction(mark[2], mark[3]) for mark in one.run.detail["marks"] if mark[0] in here},
    )


def _exposed(exam: Exam) -> list[Exposed]:
    rows = FormItem.objects.filter(form__exam=exam).order_by()
    item = ("version__item__code", "version__item__domain", "version__number")
    counted = rows.values_list(*item).annotate(
        forms=Count("form", distinct=True), sittings=Count("form__sittings", distinct=True)
    )
    return sorted((Exposed(*row) for row in counted), key=lambda one: (-one.sittings, one.code, one.version))
