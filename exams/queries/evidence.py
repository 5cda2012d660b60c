"""Everything on record that defends a form: how it was made, reviewed, judged, validated, sat, marked and released."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, QuerySet
from django.db.models.fields.json import KeyTransform

from exams.models import (
    Appeal,
    Batch,
    Credit,
    CutRating,
    CutStudy,
    CutWish,
    Form,
    FormChange,
    FormCut,
    FormItem,
    Incident,
    KeyValidation,
    KeyVersion,
    Result,
    Review,
    ScoreRun,
    Sitting,
)
from exams.queries import cuts, form_statistics, marking_quality
from exams.queries.cuts import Sheet
from exams.queries.form_statistics import Analysed
from exams.queries.marking_quality import PairLine
from exams.rules.standard.angoff import Incomplete, Round
from exams.states import ReviewVerdict


@dataclass(frozen=True)
class Study:
    """An Angoff study with what each complete round came to, as (number, round), and every rating, as (round, judge,
    position, per cent), of rounds that were not finished too."""

    study: CutStudy
    rounds: tuple[tuple[int, Round], ...]
    ratings: tuple[tuple[int, int, int, int], ...]


@dataclass(frozen=True)
class Evidence:
    """Rows in the order in which they came to be. `happened` counts what happened around the sittings, as (what, kind,
    how many)."""

    said: Analysed
    placed: Sequence[FormItem]
    reviews: Sequence[Review]
    studies: Sequence[Study]
    wishes: Sequence[CutWish]
    cuts: Sequence[FormCut]
    validations: Sequence[KeyValidation]
    versions: Sequence[KeyVersion]
    moves: Sequence[FormChange]
    batches: Sequence[Batch]
    happened: Sequence[tuple[str, str, int]]
    agreement: Sequence[PairLine]
    incidents: Sequence[Incident]
    runs: Sequence[ScoreRun]

    @property
    def form(self) -> Form:
        return self.said.form


def of_form(form: Form) -> Evidence:
    """The evidence of a form. The number of statements depends on nothing."""
    placed = FormItem.objects.filter(form=form).select_related("version__item", "key").order_by("position")
    placed = placed.defer("version__content", "version__rationales", "key__key")
    items = list(placed)
    return Evidence(
        said=form_statistics.analysed(form),
        placed=items,
        reviews=list(
            Review.objects.filter(version__in=[one.version_id for one in items]).order_by("at", "pk")
        ),
        studies=_studies(form),
        wishes=list(CutWish.objects.filter(study__form=form).select_related("study").order_by("pk")),
        cuts=list(
            FormCut.objects.filter(form=form)
            .select_related("reference")
            .defer("reference__package", "reference__keys", "reference__shapes")
            .order_by("pk")
        ),
        validations=list(
            KeyValidation.objects.filter(form=form)
            .select_related("key", "base")
            .order_by("proposed_at", "pk")
        ),
        versions=list(KeyVersion.objects.filter(form=form).order_by("number")),
        moves=list(FormChange.objects.filter(form=form).order_by("at", "pk")),
        batches=list(
            Batch.objects.filter(form=form).annotate(many=Count("results")).order_by("proposed_at", "pk")
        ),
        happened=_happened(form),
        agreement=marking_quality.of_form(form),
        incidents=list(
            Incident.objects.filter(sitting__form=form, sitting__exam_id=form.exam_id)
            .select_related("sitting")
            .order_by("at", "pk")
        ),
        runs=list(
            ScoreRun.objects.filter(sitting__form=form)
            .annotate(held=KeyTransform("standard", "detail"))
            .select_related("sitting", "key")
            .defer("detail", "key__keys")
            .order_by("sitting__submitted_at", "sitting", "number")
        ),
    )


def accepted(reviews: Sequence[Review], version_id: int) -> int:
    """By how many a version was accepted."""
    return sum(one.version_id == version_id and one.verdict == ReviewVerdict.ACCEPT for one in reviews)


def _studies(form: Form) -> list[Study]:
    studies = list(CutStudy.objects.filter(form=form).order_by("pk"))
    sheets: dict[int, dict[int, dict[str, dict[str, int]]]] = {one.pk: {1: {}, 2: {}} for one in studies}
    rated: dict[int, list[tuple[int, int, int, int]]] = {one.pk: [] for one in studies}
    rows = CutRating.objects.filter(study__in=sheets).order_by("round", "position", "judge")
    for study, number, judge, position, percent in rows.values_list(
        "study", "round", "judge", "position", "percent"
    ):
        sheets[study][number].setdefault(str(judge), {})[str(position)] = percent
        rated[study].append((number, judge, position, percent))
    return [Study(one, _rounds(sheets[one.pk], form), tuple(rated[one.pk])) for one in studies]


def _rounds(said: dict[int, dict[str, dict[str, int]]], form: Form) -> tuple[tuple[int, Round], ...]:
    first = Sheet(1, said[1])
    found = []
    for number, ratings in said.items():
        try:
            found.append((number, cuts.judged(Sheet(number, ratings), first, form)))
        except Incomplete:
            continue  # a round that was not finished came to nothing
    return tuple(found)


def _happened(form: Form) -> list[tuple[str, str, int]]:
    """Five statements."""
    sat = Sitting.objects.filter(form=form, exam_id=form.exam_id)
    return [
        *_counted("sittings that ended", sat.exclude(closed_by=""), "closed_by"),
        *_counted("incidents", Incident.objects.filter(sitting__form=form), "kind"),
        *_counted("credits of time that were granted", _granted(form), "cause"),
        *_counted("results", Result.objects.filter(sitting__form=form), "state"),
        *_counted("appeals", Appeal.objects.filter(result__sitting__form=form), "state"),
    ]


def _granted(form: Form) -> QuerySet[Credit]:
    return Credit.objects.filter(sitting__form=form, state="granted")


def _counted(what: str, rows: QuerySet, by: str) -> list[tuple[str, str, int]]:  # type: ignore[type-arg]
    words = dict(rows.model._meta.get_field(by).choices)
    counts = dict(rows.order_by().values_list(by).annotate(many=Count("pk")))
    return [(what, str(word), counts.get(kind, 0)) for kind, word in words.items()]
