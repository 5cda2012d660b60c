"""Reads for the statistics of a form: the responses of all its marked sittings, and where its items were before candidates."""

import functools
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from pathlib import Path

from django.core.cache import cache
from django.db.models import Count

from exams.models import Form, FormItem, KeyVersion, Result
from exams.queries import cuts, key_validation, keys
from exams.rules import form_statistics as rules
from exams.rules import leads, runs
from exams.rules.form_statistics import FormStatistics
from exams.rules.leads import Leads
from lms.kit import digests

KEPT = timedelta(days=30).total_seconds()
LANGUAGE, WINDOW, OWN = "language", "window", "the exam's own"


@dataclass(frozen=True)
class Exposed:
    """How many forms hold the version of an item, and in how many sittings it was before a candidate."""

    forms: int
    sittings: int


@dataclass(frozen=True)
class Analysed:
    """The statistics of a form by the version of its key that counts; `cut` is a share of its points, and `exposed`
    is told by position. `revision` names all that `found` and `leads` hang on."""

    form: Form
    key_number: int
    cut: Fraction
    found: FormStatistics
    exposed: Mapping[int, Exposed]
    leads: Leads | None
    revision: str = ""


def analysed(form: Form) -> Analysed:
    """From every marked sitting of the form, annulled ones included, by its key and cut of today. Worked out once and kept
    until one of these is another; then eight statements, whatever the number of sittings, and else five."""
    version, cut = keys.latest(form.pk), cuts.of_form(form.pk, form.exam)
    revision = _revision(form, version, cut)
    kept = cache.get(revision)
    if kept is None:
        kept = _worked_out(form, version, cut)
        cache.set(revision, kept, KEPT)
    found, leads_found = kept
    number = version.number if version else 1
    return Analysed(form, number, cut, found, exposed(form), leads_found, revision)


def _revision(form: Form, version: KeyVersion | None, cut: Fraction) -> str:
    """What the statistics are worked out from, and by which code, in one name. One statement."""
    rows = Result.objects.filter(sitting__form_id=form.pk, sitting__exam_id=form.exam_id).order_by("pk")
    marked = rows.values_list("sitting__uuid", "run", "sitting__entry__language", "sitting__entry__window")
    said = [
        form.digest,
        version.digest if version else "",
        str(cut),
        [[str(u), *rest] for u, *rest in marked],
    ]
    return f"exams.form_statistics:{_code()}:{digests.digest(said)}"


@functools.cache
def _code() -> str:
    """The digest of the rules that are asked: what older ones found is not taken for theirs."""
    home = Path(rules.__file__).parent
    sources = sorted([*home.glob("*.py"), *(home / "statistics").glob("*.py")])
    return hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


def _worked_out(form: Form, version: KeyVersion | None, cut: Fraction) -> tuple[FormStatistics, Leads | None]:
    results = key_validation.answered(form)
    answered = [said for _, said in results]
    entries = [result.sitting.entry for result, _ in results]
    groups = {
        LANGUAGE: [one.language or OWN for one in entries],
        WINDOW: [f"window {one.window_id}" if one.window_id else "" for one in entries],
    }
    placed = runs.paper(form.digest, form.package).placed
    current = version.keys if version else form.keys
    return (
        rules.analyse(placed, current, answered, cut),
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
