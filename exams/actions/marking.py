"""Marking a sitting: what the rules say of form, keys and responses, put on record."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from django.db import transaction
from django.db.models import Exists, OuterRef

from exams.actions import marking_scripts, results
from exams.models import KeyVersion, Result, ResultChange, ScoreRun, Script, Sitting, SittingChange
from exams.queries import cuts, files, keys, sheets
from exams.queries import marking as by_people
from exams.queries import sittings as queries
from exams.rules import outcome, responses, runs
from exams.rules.acceptance import Event
from exams.rules.runs import Standard, Worked
from exams.states import RESULT, SITTING, ScriptState, SittingState
from lms.audit import trail
from lms.db import clock


class NeedsMarker(Exception):
    """People have to mark some responses first, and they have been asked to. Carries `positions`."""

    def __init__(self, positions: tuple[int, ...]) -> None:
        super().__init__(f"positions {', '.join(map(str, positions))} need a marker")
        self.positions = positions


def mark(*, sitting_id: int) -> None:
    """Marks a sitting that was handed in: appends a score run and makes the result.

    Responses that only people can mark are put to markers, and the sitting stays handed in until their marks are
    final. A second call finds it marked; where another round of marking by people has become final since, there is
    another score run. A practice exam's result is released at once, by rule; an exam's waits for an examiner. Raises
    IllegalMove for what was not handed in.
    """
    with transaction.atomic():
        rows = (
            Sitting.objects.select_for_update(of=("self",))
            .select_related("exam", "form")
            .defer(*sheets.LATER)
        )
        sitting = queries.timed(rows.filter(pk=sitting_id)).get()
        at = queries.time_of(sitting)
        if sitting.state == SittingState.MARKED:
            _count_new_marks(sitting, at)
            return
        before, sitting.state = sitting.state, SITTING.after(sitting.state, "mark")
        assert sitting.form_id is not None, "the table refuses a sitting that has ended without a form"
        cut = cuts.of_form(sitting.form_id, sitting.exam)
        worked, key = _work_out(sitting, Standard(cut, sitting.exam.scale))
        if worked.score.unmarked:
            return
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
        run = _append(sitting, worked, key, at)
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
    with_markers = Script.objects.filter(sitting=OuterRef("pk")).exclude(state=ScriptState.FINAL)
    waiting = Sitting.objects.filter(~Exists(with_markers), state=SittingState.SUBMITTED)
    waiting = waiting.order_by("submitted_at")
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
    the scale that the sitting was first marked by. Raises NeedsMarker where people have not marked all of it;
    `put_to_markers` then asks them to."""
    standard = Standard(result.cut if cut is None else cut, result.run.scale)
    worked, key = _work_out(result.sitting, standard, admitted)
    if worked.score.unmarked:
        raise NeedsMarker(worked.score.unmarked)
    return _append(result.sitting, worked, key, at, by_id=by_id, reason=reason)


def put_to_markers(*, sitting_id: int, admitted: Sequence[Event] = ()) -> int:
    """Puts what only people can mark of a sitting to markers, with `admitted` events as if they had been admitted;
    returns how many scripts are new. Called again it changes nothing."""
    with transaction.atomic():
        rows = (
            Sitting.objects.select_for_update(of=("self",))
            .select_related("exam", "form")
            .defer(*sheets.LATER)
        )
        sitting = rows.get(pk=sitting_id)
        before = Script.objects.filter(sitting=sitting).count()
        _work_out(sitting, None, admitted)
        return Script.objects.filter(sitting=sitting).count() - before


def _work_out(
    sitting: Sitting, standard: Standard | None, admitted: Sequence[Event] = ()
) -> tuple[Worked, KeyVersion | None]:
    """What a sitting comes to by the latest key; what people have yet to mark of it is put to them."""
    assert sitting.form is not None, "the table refuses a sitting that has ended without a form"
    key = keys.latest(sitting.form.pk)
    sheet = sheets.of_form(sitting.form)
    current, paper = key.keys if key else sheet.keys, sheet.paper
    events = queries.recorded([sitting.pk])[sitting.pk].events
    worked = runs.work_out(paper, current, events, admitted, standard=standard)
    if worked.score.unmarked:
        # Asked only where there are essays: most exams have none, and this costs statements.
        given = by_people.given([sitting.pk])[sitting.pk]
        worked = runs.work_out(paper, current, events, admitted, given, standard=standard)
    if worked.score.unmarked:
        marking_scripts.open_for_sitting(
            sitting=sitting,
            keys=current,
            values=responses.current([*events, *admitted]),
            positions=worked.score.unmarked,
            at=clock.now(),
        )
    return worked, key


def _append(
    sitting: Sitting,
    worked: Worked,
    key: KeyVersion | None,
    at: datetime,
    *,
    by_id: int | None = None,
    reason: str = "",
) -> ScoreRun:
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


def _count_new_marks(sitting: Sitting, at: datetime) -> None:
    """Another score run where a later round of marking by people is final, and no run has counted it."""
    latest = ScoreRun.objects.filter(sitting=sitting).order_by("-number").first()
    again = Script.objects.filter(sitting=sitting, round__gt=1, state=ScriptState.FINAL)
    script = again.select_related("final").order_by("-final__at", "-pk").first()
    if latest is None or script is None or by_people.waiting(sitting.pk):
        return
    if script.final.pk in {row[3] for row in latest.detail.get("given", ())}:
        return
    assert script.asked_by_id is not None, "another round is asked for by somebody"
    rows = Result.objects.select_for_update(of=("self",)).select_related(
        "sitting__exam", "sitting__form", "run"
    )
    result, by_id, reason = rows.get(sitting=sitting), script.asked_by_id, script.reason
    run = mark_again(result=result, admitted=files.admitted(sitting), at=at, by_id=by_id, reason=reason)
    results.settle(result=result, run=run, by_id=by_id, reason=reason, at=at, quiet=True)


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
