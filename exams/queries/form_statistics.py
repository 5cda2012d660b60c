"""Reads for the statistics of a form: the responses of all its marked sittings, and where its items were before candidates."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.db.models import Count

from exams.models import Form, FormItem
from exams.queries import cuts, key_validation, keys
from exams.rules import form_statistics as rules
from exams.rules import leads, runs
from exams.rules.form_statistics import FormStatistics
from exams.rules.leads import Leads

LANGUAGE, WINDOW, OWN = "language", "window", "the exam's own"


@dataclass(frozen=True)
class Exposed:
    """How many forms hold the version of an item, and in how many sittings it was before a candidate."""

    forms: int
    sittings: int


@dataclass(frozen=True)
class Analysed:
    """The statistics of a form by the version of its key that counts; `cut` is a share of its points, and `exposed`
    is told by position."""

    form: Form
    key_number: int
    cut: Fraction
    found: FormStatistics
    exposed: Mapping[int, Exposed]
    leads: Leads | None


def analysed(form: Form) -> Analysed:
    """Worked out anew from every marked sitting of the form, annulled ones included. Seven statements, whatever
    their number."""
    version, cut = keys.latest(form.pk), cuts.of_form(form.pk, form.exam)
    results = key_validation.answered(form)
    answered = [said for _, said in results]
    entries = [result.sitting.entry for result, _ in results]
    groups = {
        LANGUAGE: [one.language or OWN for one in entries],
        WINDOW: [f"window {one.window_id}" if one.window_id else "" for one in entries],
    }
    placed = runs.paper(form.digest, form.package).placed
    current = version.keys if version else form.keys
    found = rules.analyse(placed, current, answered, cut)
    return Analysed(
        form,
        version.number if version else 1,
        cut,
        found,
        exposed(form),
        leads.look(placed, current, answered, groups, within=WINDOW),
    )


def exposed(form: Form) -> dict[int, Exposed]:
    """By position. A sitting gets its form when it starts. Two statements."""
    here = dict(FormItem.objects.filter(form=form).values_list("position", "version"))
    rows = FormItem.objects.filter(version__in=here.values()).values("version").order_by()
    counted = rows.annotate(
        forms=Count("form", distinct=True), sittings=Count("form__sittings", distinct=True)
    )
    found = {
        version: Exposed(forms, sittings)
        for version, forms, sittings in counted.values_list("version", "forms", "sittings")
    }
    return {position: found[version] for position, version in here.items()}
