"""Marking a sitting: what the rules say of form, keys and responses, put on record."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from fractions import Fraction
from itertools import batched
from types import MappingProxyType
from typing import Final

from django.db import transaction
from django.db.models import Count, Exists, OuterRef

from exams.actions import marking_scripts, results
from exams.models import KeyVersion, Result, ResultChange, ScoreRun, Script, Sitting, SittingChange
from exams.queries import cuts, files, keys, sheets
from exams.queries import marking as by_people
from exams.queries import sittings as queries
from exams.rules import outcome, responses, runs
from exams.rules.acceptance import Event
from exams.rules.runs import Given, Standard, Worked
from exams.states import RESULT, SITTING, ScriptState, SittingState
from lms.audit import trail
from lms.db import clock

LOT: Final = 100  # sittings that are locked together for as long as they are marked again


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
        [worked], key = _work_out([sitting], [Standard(cut, sitting.exam.scale)])
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
        [run] = _append([sitting], [worked], key, at)
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
    return mark_all_again(
        results=[result], admitted={result.sitting_id: admitted}, at=at, by_id=by_id, reason=reason, cut=cut
    )[0]


def mark_all_again(
    *,
    results: Sequence[Result],
    admitted: Mapping[int, Sequence[Event]],
    at: datetime,
    by_id: int | None,
    reason: str,
    cut: Fraction | None = None,
) -> list[ScoreRun]:
    """`mark_again` for results of one form, in their order, with as many statements for many as for one; `admitted` events
    are by the number of the sitting. Raises NeedsMarker for the first that people have not marked all of."""
    standards = [Standard(one.cut if cut is None else cut, one.run.scale) for one in results]
    sittings = [one.sitting for one in results]
    found, key = _work_out(sittings, standards, admitted)
    for worked in found:
        if worked.score.unmarked:
            raise NeedsMarker(worked.score.unmarked)
    return _append(sittings, found, key, at, by_id=by_id, reason=reason)


def locked_marked(sitting_ids: Sequence[int]) -> tuple[list[Result], datetime]:
    """The results of those of these sittings that are marked, locked, with their sittings and forms, locked before them as
    everywhere; and when."""
    rows = Sitting.objects.select_for_update(of=("self",)).select_related("exam", "form").defer(*sheets.LATER)
    marked = rows.filter(pk__in=sitting_ids, state=SittingState.MARKED).order_by("pk")
    sittings = {one.pk: one for one in queries.timed(marked)}
    at = max((queries.time_of(one) for one in sittings.values()), default=clock.now())
    found = Result.objects.select_for_update(of=("self",)).select_related("run")
    locked = list(found.filter(sitting__in=sittings).order_by("pk"))
    for result in locked:
        result.sitting = sittings[result.sitting_id]
    return locked, at


def in_lots(sitting_ids: Sequence[int], work: Callable[[Sequence[int]], int], said: str) -> int:
    """Does `work`, which is one transaction, to all these sittings in lots, and returns the sum of what it gives. A lot that
    fails is done one by one, so that one that can't be marked keeps no other waiting; its fault is raised at the
    end, in a group that says `said`."""
    faults: list[Exception] = []
    done = 0
    for some in batched(sitting_ids, LOT):
        try:
            done += work(some)
        except Exception:
            for one in some:
                try:
                    done += work([one])
                except Exception as fault:
                    faults.append(fault)
    if faults:
        raise ExceptionGroup(said, faults)
    return done


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
        _work_out([sitting], [None], {sitting.pk: admitted})
        return Script.objects.filter(sitting=sitting).count() - before


def _work_out(
    sittings: Sequence[Sitting],
    standards: Sequence[Standard | None],
    admitted: Mapping[int, Sequence[Event]] = MappingProxyType({}),
) -> tuple[list[Worked], KeyVersion | None]:
    """What sittings of one form come to by the latest key; what people have yet to mark of them is put to them."""
    form = sittings[0].form
    assert form is not None, "the table refuses a sitting that has ended without a form"
    key = keys.latest(form.pk)
    sheet = sheets.of_form(form)
    current, bound = (key.keys, key.digest) if key else (sheet.keys, sheet.keys_digest)
    recorded = queries.recorded([sitting.pk for sitting in sittings])

    def by_rule(sitting: Sitting, standard: Standard | None, given: Sequence[Given] = ()) -> Worked:
        events, more = recorded[sitting.pk].events, admitted.get(sitting.pk, ())
        return runs.work_out(sheet.paper, current, events, more, given, standard=standard, keys_digest=bound)

    found = [by_rule(*one) for one in zip(sittings, standards, strict=True)]
    waiting = [place for place, worked in enumerate(found) if worked.score.unmarked]
    # Asked only where there are essays: most exams have none, and this costs statements.
    given = by_people.given([sittings[place].pk for place in waiting]) if waiting else {}
    for place in waiting:
        sitting = sittings[place]
        found[place] = by_rule(sitting, standards[place], given[sitting.pk])
        if found[place].score.unmarked:
            events = [*recorded[sitting.pk].events, *admitted.get(sitting.pk, ())]
            marking_scripts.open_for_sitting(
                sitting=sitting,
                keys=current,
                values=responses.current(events),
                positions=found[place].score.unmarked,
                at=clock.now(),
            )
    return found, key


def _append(
    sittings: Sequence[Sitting],
    found: Sequence[Worked],
    key: KeyVersion | None,
    at: datetime,
    *,
    by_id: int | None = None,
    reason: str = "",
) -> list[ScoreRun]:
    before = ScoreRun.objects.filter(sitting__in=sittings).order_by().values_list("sitting")
    numbers: dict[int, int] = dict(before.annotate(Count("pk")))
    return ScoreRun.objects.bulk_create(
        ScoreRun(
            sitting=sitting,
            number=numbers.get(sitting.pk, 0) + 1,
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
        for sitting, worked in zip(sittings, found, strict=True)
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
