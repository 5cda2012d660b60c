"""Reads about results: what their candidate may see, and what waits for an examiner."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from math import floor
from uuid import UUID

from django.db.models import Count, QuerySet

from exams.models import Result, ScoreRun, Sitting
from exams.queries import exams
from exams.rules import outcome, retakes, scoring
from exams.rules.outcome import Band, Outcome
from exams.rules.scoring import Standing
from exams.states import Release, ResultState


class UnknownResult(LookupError):
    """There is no such result for this person, or it is not released."""


@dataclass(frozen=True)
class DomainLine:
    number: int
    title: str
    weight: int
    band: Band

    @property
    def label(self) -> str:
        return f"{self.number} {self.title}"


@dataclass(frozen=True)
class Scaled:
    """A score on its exam's scale, rounded down, and the scale: the cut reads the same on every form."""

    score: int
    lowest: int
    cut: int
    highest: int


@dataclass(frozen=True)
class Report:
    """A result as its candidate sees it: outcome, score, domain profile; never an item. `below` has the domains that are
    below their minimum, with it in percent; `scaled` is None for an exam without a scale."""

    result: Result
    sitting: Sitting
    passed: bool
    points: str
    maximum: str
    percent: int
    needed: int
    cut_percent: int
    scaled: Scaled | None
    domains: tuple[DomainLine, ...]
    below: tuple[tuple[str, int], ...]
    study: tuple[DomainLine, ...]
    omitted: int
    not_reached: int

    @property
    def bars(self) -> list[tuple[str, int, int]]:
        return [(line.label, line.weight, line.band.percent) for line in self.domains]


def released(uuid: UUID, *, person_id: int) -> Result:
    """One's own result, once it is released; raises UnknownResult, before that too."""
    found = (
        _with_all(Result.objects.filter(uuid=uuid, sitting__candidate_id=person_id))
        .exclude(state=ResultState.MARKED)
        .first()
    )
    if found is None:
        raise UnknownResult(uuid)
    return found


def report(result: Result) -> Report:
    """What a result says. No statement beyond those that read the result."""
    run, cut = result.run, result.cut
    scores, least = run.domains, result.least
    below = outcome.below(scores, least)
    bands = {band.domain: band for band in outcome.profile(scores, cut=cut)}
    shares = exams.domains(result.sitting.exam)
    marks = sorted([*run.detail["marks"], *run.detail.get("pilots", ())])
    standings = scoring.standings({mark[0]: mark[6] for mark in marks})
    lines = tuple(
        DomainLine(share.number, share.title, share.weight, bands[share.number])
        for share in shares
        if share.number in bands
    )
    weak = outcome.to_study(list(bands.values()))
    return Report(
        result=result,
        sitting=result.sitting,
        passed=result.outcome == Outcome.PASSED,
        points=outcome.shown(run.raw),
        maximum=outcome.shown(run.maximum),
        percent=outcome.percent(run.raw, run.maximum),
        needed=outcome.needed(maximum=run.maximum, cut=cut),
        cut_percent=outcome.percent(cut, Fraction(1)),
        scaled=_scaled(run),
        domains=lines,
        below=tuple(
            (f"{share.number} {share.title}", outcome.percent(least[share.number], Fraction(1)))
            for share in shares
            if share.number in below
        ),
        study=tuple(line for number in weak for line in lines if line.number == number),
        omitted=standings.count(Standing.OMITTED),
        not_reached=standings.count(Standing.NOT_REACHED),
    )


def _scaled(run: ScoreRun) -> Scaled | None:
    scale, score = run.scale, run.scaled
    return (
        Scaled(floor(score), scale.lowest, scale.anchor, scale.highest)
        if scale and score is not None
        else None
    )


def retake_on(result: Result) -> date | None:
    """From when the candidate may sit again after this failure; None after a pass or where nothing waits."""
    exam, person_id = result.sitting.exam, result.sitting.candidate_id
    if result.outcome == Outcome.PASSED or exam.is_practice:
        return None
    ended = Result.objects.filter(
        sitting__exam=exam,
        sitting__candidate_id=person_id,
        state=ResultState.RELEASED,
        outcome=Outcome.FAILED,
    ).values_list("sitting__submitted_at", flat=True)
    return retakes.next_allowed(failed_on=[at.date() for at in ended if at], waits=exam.waits)


def waiting(organisation_ids: Collection[UUID]) -> QuerySet[Result]:
    """Marked results of these organisations' exams that one examiner releases, those that wait longest first."""
    rows = _of(organisation_ids).filter(state=ResultState.MARKED, sitting__exam__release=Release.SINGLY)
    return rows.order_by("sitting__submitted_at", "id")


def decided(organisation_ids: Collection[UUID]) -> QuerySet[Result]:
    """Results already released or annulled, the latest first."""
    rows = _of(organisation_ids).exclude(state=ResultState.MARKED).filter(sitting__exam__kind="exam")
    return rows.order_by("-released_at", "-id")


def examined(uuid: UUID, *, organisation_ids: Collection[UUID]) -> Result:
    """One result of these organisations' exams for an examiner; raises UnknownResult."""
    found = _of(organisation_ids).filter(uuid=uuid).first()
    if found is None:
        raise UnknownResult(uuid)
    return found


def _of(organisation_ids: Collection[UUID]) -> QuerySet[Result]:
    rows = _with_all(Result.objects.filter(sitting__exam__organisation_id__in=organisation_ids))
    return rows.annotate(late=Count("sitting__late"))


def _with_all(rows: QuerySet[Result]) -> QuerySet[Result]:
    return rows.select_related("run", "sitting__exam__blueprint", "sitting__form").defer(
        "sitting__form__package", "sitting__form__keys", "sitting__form__shapes"
    )
