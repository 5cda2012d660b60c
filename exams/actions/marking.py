"""Marking a sitting: what the rules say of form, keys and responses, put on record."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from django.db import transaction

from exams.actions import results
from exams.models import Result, ResultChange, ScoreRun, Sitting, SittingChange
from exams.queries import cuts, keys
from exams.queries import sittings as queries
from exams.rules import outcome, runs
from exams.rules.acceptance import Event
from exams.rules.runs import Standard
from exams.states import RESULT, SITTING, SittingState
from lms.audit import trail


class NeedsMarker(Exception):
    """Some items can be marked by people only. Carries `positions`."""

    def __init__(self, positions: tuple[int, ...]) -> None:
        super().__init__(f"positions {', '.join(map(str, positions))} need a marker")
        self.positions = positions


def mark(*, sitting_id: int) -> None:
    """Marks a sitting that was handed in: appends a score run and makes the result.

    A second call finds it marked and does nothing. A practice exam's result is released at once, by
    rule; an exam's waits for an examiner. Raises NeedsMarker, and the sitting stays as it is.
    """
    with transaction.atomic():
        rows = Sitting.objects.select_for_update(of=("self",)).select_related("exam", "form")
        sitting = queries.timed(rows.filter(pk=sitting_id)).get()
        if sitting.state == SittingState.MARKED:
            return
        at = queries.time_of(sitting)
        before, sitting.state = sitting.state, SITTING.after(sitting.state, "mark")
        sitting.marked_at = at
        sitting.save(update_fields=["state", "marked_at"])
        SittingChange.objects.create(
            sitting=sitting,
            event="mark",
            from_state=before,
            to_state=sitting.state,
            epoch=sitting.epoch,
            at=at,
        )
        assert sitting.form_id is not None, "the table refuses a sitting that has ended without a form"
        cut = cuts.of_form(sitting.form_id, sitting.exam)
        run = _run(sitting, at, Standard(cut, sitting.exam.scale))
        result = _result(sitting, run, cut, at)
        trail.record(
            "exams.sitting.marked",
            subject=f"exams.sitting:{sitting.pk}",
            at=at,
            actor_id=None,
            facts={"run": run.number, "digest": run.digest},
            organisation_id=sitting.exam.organisation_id,
        )
        if sitting.exam.is_practice:
            results.release_by_rule(result=result, at=at)


def mark_submitted() -> int:
    """Marks what was handed in and not marked, whether or not its job was ever heard of; returns how many.

    One that can't be marked does not keep the others waiting: its fault is raised at the end.
    """
    waiting = Sitting.objects.filter(state=SittingState.SUBMITTED).order_by("submitted_at")
    found: Sequence[int] = list(waiting.values_list("pk", flat=True)[:50])
    faults = []
    for sitting_id in found:
        try:
            mark(sitting_id=sitting_id)
        except Exception as fault:
            faults.append(fault)
    if faults:
        raise ExceptionGroup("sittings that could not be marked", faults)
    return len(found)


def mark_again(
    *,
    result: Result,
    admitted: Sequence[Event],
    at: datetime,
    by_id: int | None,
    reason: str,
    cut: Fraction | None = None,
) -> ScoreRun:
    """Appends a score run, by the latest version of the key, of the sitting of a result, both locked by the caller and
    the sitting with its form: `admitted` events count beside those of the chain, and never enter it; for each
    position the highest (epoch, seq) wins. Points are held against `cut`, or the one that is pinned in the result, and
    the scale that the sitting was first marked by."""
    standard = Standard(result.cut if cut is None else cut, result.run.scale)
    return _run(result.sitting, at, standard, admitted=admitted, by_id=by_id, reason=reason)


def _run(
    sitting: Sitting,
    at: datetime,
    standard: Standard,
    *,
    admitted: Sequence[Event] = (),
    by_id: int | None = None,
    reason: str = "",
) -> ScoreRun:
    assert sitting.form is not None, "the table refuses a sitting that has ended without a form"
    key = keys.latest(sitting.form.pk)
    paper = runs.paper(sitting.form.digest, sitting.form.package)
    worked = runs.work_out(
        paper,
        key.keys if key else sitting.form.keys,
        queries.events(sitting.pk),
        admitted,
        standard=standard,
    )
    if worked.score.unmarked:
        raise NeedsMarker(worked.score.unmarked)
    return ScoreRun.objects.create(
        sitting=sitting,
        number=ScoreRun.objects.filter(sitting=sitting).count() + 1,
        key=key,
        raw_numerator=worked.raw.numerator,
        raw_denominator=worked.raw.denominator,
        maximum_numerator=worked.maximum.numerator,
        maximum_denominator=worked.maximum.denominator,
        detail=worked.detail,
        digest=worked.digest,
        reason=reason,
        by_id=by_id,
        at=at,
    )


def _result(sitting: Sitting, run: ScoreRun, cut: Fraction, at: datetime) -> Result:
    result = Result.objects.create(
        sitting=sitting,
        run=run,
        outcome=outcome.decide(
            raw=run.raw, maximum=run.maximum, cut=cut, domains=run.domains, minima=sitting.exam.least
        ),
        cut_numerator=cut.numerator,
        cut_denominator=cut.denominator,
        minima=sitting.exam.minima,
    )
    ResultChange.objects.create(result=result, event="mark", to_state=RESULT.start, at=at)
    return result
