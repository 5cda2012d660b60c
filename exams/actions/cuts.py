"""Cuts of forms: judges rate or wish, or another form's cut is carried over; one person proposes what came of it, and
another approves."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction

from exams import signals
from exams.actions import marking, results
from exams.models import Batch, CutRating, CutStudy, CutWish, Form, FormCut, Result, Sitting
from exams.queries import cuts as queries
from exams.queries import equating, files, panels
from exams.queries import sittings as sitting_queries
from exams.rules.standard import equated
from exams.rules.standard.angoff import Incomplete, Round
from exams.rules.standard.equated import Method
from exams.states import BATCH, CUT, STUDY, CutMethod, CutState, ResultState, SittingState, StudyState
from lms.audit import trail
from lms.db import clock
from lms.kit.machine import IllegalMove


class UnknownStudy(LookupError):
    """There is no such study, or no such cut."""


class StudyRunning(Exception):
    """A form has one study at a time."""


class AlreadySet(Exception):
    """The form has a cut of its own, or one waits for a second person."""


class AlreadyMarked(Exception):
    """A sitting of the form is marked: its cut can't be set any more."""


class NotAJudge(Exception):
    """Only who rated in the first round rates in the second."""


class BadRatings(Exception):
    """Whole percentages from 0 to 100 for positions of the form. `positions` names those that are none."""

    def __init__(self, positions: list[str]) -> None:
        super().__init__(", ".join(positions))
        self.positions = positions


class BadWish(Exception):
    """Whole points of the form, whole percentages, and no least above its most."""


class SamePerson(Exception):
    """Who proposed a cut does not decide on it."""


class SatThisForm(Exception):
    """Who sat a form has no part in its cut."""


class BatchWaiting(Exception):
    """A batch of the form's results waits for its second examiner, who would release others than were proposed."""


class Changed(Exception):
    """What the cut is worked out from is not what was looked at: a sitting was marked, or annulled, in between."""


class NotItsExam(Exception):
    """A form is equated to another form of its exam."""


def open_study(*, form_id: int, by_id: int, method: str = CutMethod.ANGOFF) -> CutStudy:
    """Opens a study of a form's cut; judges may rate, or say what they want, from now on. Raises StudyRunning, AlreadySet,
    SatThisForm, and for an Angoff study AlreadyMarked."""
    with transaction.atomic():
        form, at = _form(form_id), clock.now()
        _refuse_if_sat_by(form, by_id)
        _refuse_if_set(form, method)
        if CutStudy.objects.filter(form=form).exclude(state=StudyState.CLOSED).exists():
            raise StudyRunning
        study = CutStudy.objects.create(form=form, method=method, opened_by_id=by_id, opened_at=at)
        _record("study_opened", form, at, by_id, {"study": str(study.uuid), "method": str(method)})
    return study


def rate(*, study_uuid: UUID, judge_id: int, percents: Mapping[int, int]) -> int:
    """Keeps a judge's ratings of the round that is running; a later one of the same item stands in its place.
    Returns how many were given. Raises UnknownStudy, IllegalMove for a closed study, NotAJudge and BadRatings."""
    with transaction.atomic():
        study, at = _study(study_uuid), clock.now()
        if study.method != CutMethod.ANGOFF:
            raise IllegalMove(STUDY.name, study.state, "rate")
        number = {StudyState.FIRST: 1, StudyState.SECOND: 2}.get(StudyState(study.state))
        if number is None:
            raise IllegalMove(STUDY.name, study.state, "rate")
        if number == 2 and not study.ratings.filter(round=1, judge_id=judge_id).exists():
            raise NotAJudge
        wrong = [
            str(position)
            for position, percent in percents.items()
            if not (position in study.form.scored and 0 <= percent <= 100)
        ]
        if wrong:
            raise BadRatings(wrong)
        CutRating.objects.bulk_create(
            (
                CutRating(study=study, round=number, judge_id=judge_id, position=p, percent=n, at=at)
                for p, n in sorted(percents.items())
            ),
            update_conflicts=True,
            unique_fields=["study", "round", "judge", "position"],
            update_fields=["percent", "at"],
        )
        facts = {"study": str(study.uuid), "round": number, "ratings": len(percents)}
        _record("items_rated", study.form, at, judge_id, facts)
    return len(percents)


def wish(
    *,
    study_uuid: UUID,
    judge_id: int,
    cut: int,
    share: int,
    most_cut: int | None = None,
    most_share: int | None = None,
) -> CutWish:
    """Keeps what a judge of a Beuk or Hofstee study wants, in whole points and percent; saying it again takes its place.

    By Beuk `cut` and the `share` that should pass; by Hofstee both are the least, of the cut and of the share that fails,
    and each has its most. Raises UnknownStudy, SatThisForm, BadWish, and IllegalMove for a study that is closed or of
    another method.
    """
    with transaction.atomic():
        study, at = _study(study_uuid), clock.now()
        _refuse_if_sat_by(study.form, judge_id)
        if study.state != StudyState.FIRST or study.method == CutMethod.ANGOFF:
            raise IllegalMove(STUDY.name, study.state, "wish")
        ends = study.method == CutMethod.HOFSTEE
        if not ends:
            most_cut = most_share = None
        if ends and (most_cut is None or most_share is None):
            raise BadWish
        highest, widest = cut if most_cut is None else most_cut, share if most_share is None else most_share
        most = sum(queries.points(study.form).values(), Fraction(0))
        if not (0 <= cut <= highest <= most and 0 <= share <= widest <= 100):
            raise BadWish
        said, _ = CutWish.objects.update_or_create(
            study=study,
            judge_id=judge_id,
            defaults={
                "least_cut": cut,
                "most_cut": most_cut,
                "least_share": share,
                "most_share": most_share,
                "at": at,
            },
        )
        _record("cut_wished", study.form, at, judge_id, {"study": str(study.uuid)})
    return said


def end(*, study_uuid: UUID, by_id: int) -> CutStudy:
    """Ends a Beuk or Hofstee study. Raises UnknownStudy, IllegalMove, and Incomplete where there are fewer than two
    judges."""
    with transaction.atomic():
        study, at = _study(study_uuid), clock.now()
        if study.method == CutMethod.ANGOFF:
            raise IllegalMove(STUDY.name, study.state, "end")
        study.state = STUDY.after(study.state, "end")
        judges = study.wishes.count()
        if judges < 2:
            raise Incomplete
        study.closed_at = at
        study.save(update_fields=["state", "closed_at"])
        _record("study_closed", study.form, at, by_id, {"study": str(study.uuid), "judges": judges})
    return study


def go_on(*, study_uuid: UUID, by_id: int) -> CutStudy:
    """Ends the first round: the judges see one another's means and rate again. Raises UnknownStudy, IllegalMove, and
    Incomplete where a judge has left an item out or there are fewer than two."""
    return _move(study_uuid, "go on", by_id)


def close(*, study_uuid: UUID, by_id: int) -> CutStudy:
    """Ends the second round and the study. Raises what `go_on` raises."""
    return _move(study_uuid, "close", by_id)


def propose(*, study_uuid: UUID, by_id: int, reason: str, looked_at: str = "") -> FormCut:
    """Proposes the cut of a closed study for its form.

    By Beuk and Hofstee that is where wish and reality meet today, and `looked_at` the digest of what it was worked out
    from on the page. Raises UnknownStudy, IllegalMove for a study that is not closed, AlreadySet, SatThisForm; for an
    Angoff study AlreadyMarked; for the others NoCut and Changed.
    """
    with transaction.atomic():
        study, at = _study(study_uuid), clock.now()
        if study.state != StudyState.CLOSED:
            raise IllegalMove(STUDY.name, study.state, "propose")
        form = _form(study.form_id)
        _refuse_if_sat_by(form, by_id)
        _refuse_if_set(form, study.method)
        if study.method == CutMethod.ANGOFF:
            found = _judged(study, second=True)
            share, basis = found.cut / found.maximum, {}
        else:
            panel = panels.panel(study)
            _refuse_if_changed(panel.digest, looked_at)
            share, basis = panel.share, panel.kept
        return _proposed(
            form,
            share,
            at,
            by_id,
            method=study.method,
            study=study,
            basis=basis,
            digest=equating.digest(basis["from"]) if basis else "",
            reason=reason,
        )


def propose_equated(
    *, form_id: int, reference_id: int, method: Method, by_id: int, reason: str, looked_at: str
) -> FormCut:
    """Proposes the cut of another form of the exam, carried over to this one; `looked_at` is the digest of what it was
    worked out from on the page. Raises NotItsExam, AlreadySet, SatThisForm, CannotEquate and Changed."""
    with transaction.atomic():
        form, at = _form(form_id), clock.now()
        reference = Form.objects.select_related("exam").filter(pk=reference_id, exam=form.exam_id).first()
        if reference is None or reference.pk == form.pk:
            raise NotItsExam(reference_id)
        _refuse_if_sat_by(form, by_id)
        _refuse_if_set(form, CutMethod.EQUATED)
        compared = equating.compared(form, reference)
        basis = compared.basis(method)
        _refuse_if_changed(equating.digest(basis), looked_at)
        found = equated.equate(compared.there, compared.here, cut=compared.cut, method=method)
        came = {
            "points": list(found.points.as_integer_ratio()),
            "error": f"{found.cut.error:.4f}",
            "low": f"{found.cut.low:.4f}",
            "high": f"{found.cut.high:.4f}",
        }
        return _proposed(
            form,
            found.points / compared.here.maximum,
            at,
            by_id,
            method=CutMethod.EQUATED,
            reference=reference,
            basis={"from": basis, "came": came},
            digest=equating.digest(basis),
            reason=reason,
        )


def approve(*, cut_uuid: UUID, by_id: int) -> FormCut:
    """Approves a proposed cut as a second person: every sitting of the form is marked by it from now on.

    Results that nobody was told of yet are held against it by a job, each on a new score run; what is released keeps
    the cut that was told with it. Announces `cut_approved`. Raises UnknownStudy, SamePerson, SatThisForm, IllegalMove
    for one that is decided on; AlreadyMarked for a cut by Angoff, and BatchWaiting for the others.
    """
    return _decide(cut_uuid, "approve", by_id)


def decline(*, cut_uuid: UUID, by_id: int, reason: str) -> FormCut:
    """Declines a proposed cut; another may be proposed. Who proposed it may take it back so. Raises UnknownStudy, and
    IllegalMove for one that is decided on."""
    return _decide(cut_uuid, "decline", by_id, reason)


def _decide(cut_uuid: UUID, event: str, by_id: int, reason: str = "") -> FormCut:
    with transaction.atomic():
        form_id = FormCut.objects.filter(uuid=cut_uuid).values_list("form_id", flat=True).first()
        if form_id is None:
            raise UnknownStudy(cut_uuid)
        form = _form(form_id)
        cut = FormCut.objects.select_for_update(of=("self",)).get(uuid=cut_uuid)
        cut.state = CUT.after(cut.state, event)
        if event == "approve":
            if cut.proposed_by_id == by_id:
                raise SamePerson
            _refuse_if_sat_by(form, by_id)
            _refuse_if_late(form, cut)
        at = clock.now()
        cut.decided_by_id, cut.decided_at, cut.decision_reason = by_id, at, reason
        cut.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        became = {"approve": "cut_approved", "decline": "cut_declined"}[event]
        _record(became, form, at, by_id, {"cut": str(cut.uuid), "share": str(cut.cut)})
        if event == "approve":
            signals.cut_approved.announce(form_id=form.pk, exam_key=form.exam.key, at=at)
    return cut


def mark_by_cut(*, form_id: int) -> int:
    """Holds every result of a form that nobody was told of against the form's own cut, on a new score run; returns how
    many. Each is a transaction of its own: one that can't be marked does not keep the others waiting, and its fault is
    raised at the end."""
    faults, done = [], 0
    for sitting_id in queries.to_mark(form_id):
        try:
            done += _mark_by(sitting_id, form_id)
        except Exception as fault:
            faults.append(fault)
    if faults:
        raise ExceptionGroup("sittings that could not be held against the new cut", faults)
    return done


def mark_by_latest_cut() -> None:
    """Finds what was being marked by the old cut while the new one was approved, and what no job was heard of."""
    for form_id in queries.forms_behind():
        mark_by_cut(form_id=form_id)


def _mark_by(sitting_id: int, form_id: int) -> bool:
    with transaction.atomic():
        rows = Sitting.objects.select_for_update(of=("self",)).select_related("exam", "form")
        sitting = sitting_queries.timed(rows.filter(pk=sitting_id)).get()
        found = Result.objects.select_for_update(of=("self",)).select_related("run").get(sitting=sitting)
        found.sitting = sitting
        cut = FormCut.objects.get(form_id=form_id, state=CutState.APPROVED)
        if found.state != ResultState.MARKED or found.cut == cut.cut:
            return False
        assert cut.decided_by_id is not None, "the table refuses an approved cut without a second person"
        at = sitting_queries.time_of(sitting)
        run = marking.mark_again(
            result=found,
            admitted=files.admitted(sitting),
            at=at,
            by_id=cut.decided_by_id,
            reason=cut.reason,
            cut=cut.cut,
        )
        results.revise(
            result=found, run=run, examiner_id=cut.decided_by_id, reason=cut.reason, at=at, cut=cut.cut
        )
    return True


def _proposed(
    form: Form, share: Fraction, at: datetime, by_id: int, *, method: str, **values: Any
) -> FormCut:
    cut = FormCut.objects.create(
        form=form,
        method=method,
        cut_numerator=share.numerator,
        cut_denominator=share.denominator,
        proposed_by_id=by_id,
        proposed_at=at,
        **values,
    )
    facts: dict[str, object] = {
        "cut": str(cut.uuid),
        "share": str(share),
        "method": str(method),
        "digest": cut.digest,
    }
    _record("cut_proposed", form, at, by_id, facts)
    return cut


def _move(study_uuid: UUID, event: str, by_id: int) -> CutStudy:
    with transaction.atomic():
        study, at = _study(study_uuid), clock.now()
        if study.method != CutMethod.ANGOFF:
            raise IllegalMove(STUDY.name, study.state, event)
        study.state = STUDY.after(study.state, event)
        found = _judged(study, second=event == "close")
        study.closed_at = at if study.state == StudyState.CLOSED else None
        study.save(update_fields=["state", "closed_at"])
        facts = {"study": str(study.uuid), "cut": str(found.cut), "judges": len(found.judges)}
        became = {"go on": "study_went_on", "close": "study_closed"}[event]
        _record(became, study.form, at, by_id, facts)
    return study


def _judged(study: CutStudy, *, second: bool) -> Round:
    first, last = queries.sheets(study)
    return queries.judged(last if second else first, first, study.form)


def _form(form_id: int) -> Form:
    """The form, locked; nothing that points at it waits."""
    rows = Form.objects.select_for_update(of=("self",), no_key=True).select_related("exam")
    return rows.get(pk=form_id)


def _study(study_uuid: UUID) -> CutStudy:
    """The study, locked: two posts at once follow one another."""
    rows = CutStudy.objects.select_for_update(of=("self",)).select_related("form__exam")
    study = rows.filter(uuid=study_uuid).first()
    if study is None:
        raise UnknownStudy(study_uuid)
    return study


def _refuse_if_set(form: Form, method: str) -> None:
    if FormCut.objects.filter(form=form).exclude(state=CutState.DECLINED).exists():
        raise AlreadySet
    by_judges_alone = method == CutMethod.ANGOFF
    if by_judges_alone and Sitting.objects.filter(form=form, state=SittingState.MARKED).exists():
        raise AlreadyMarked


def _refuse_if_sat_by(form: Form, person_id: int) -> None:
    if Sitting.objects.filter(form=form, candidate_id=person_id).exists():
        raise SatThisForm


def _refuse_if_changed(now: str, looked_at: str) -> None:
    if now != looked_at:
        raise Changed


def _refuse_if_late(form: Form, cut: FormCut) -> None:
    """Locks the form's sittings: one that is being marked now is waited for, and then it is found marked."""
    if not cut.by_judges_alone and Batch.objects.filter(form=form, state=BATCH.start).exists():
        raise BatchWaiting
    sittings = Sitting.objects.select_for_update(of=("self",)).filter(form=form).order_by("pk")
    states = list(sittings.values_list("state", flat=True))
    if cut.by_judges_alone and SittingState.MARKED in states:
        raise AlreadyMarked


def _record(became: str, form: Form, at: datetime, by_id: int, facts: dict[str, object]) -> None:
    trail.record(
        f"exams.form.{became}",
        subject=f"exams.form:{form.pk}",
        at=at,
        actor_id=by_id,
        facts=facts,
        organisation_id=form.exam.organisation_id,
    )
