"""Cuts of forms: judges rate in two rounds, one person proposes what came of it, and another approves."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from exams.models import CutRating, CutStudy, Form, FormCut, Sitting
from exams.queries import cuts as queries
from exams.rules.standard.angoff import Round
from exams.states import CUT, STUDY, CutState, SittingState, StudyState
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


class SamePerson(Exception):
    """Who proposed a cut does not decide on it."""


def open_study(*, form_id: int, by_id: int) -> CutStudy:
    """Opens a study of a form's cut; judges may rate from now on. Raises StudyRunning, AlreadySet and AlreadyMarked."""
    with transaction.atomic():
        form, at = _form(form_id), clock.now()
        _refuse_if_set(form)
        if CutStudy.objects.filter(form=form).exclude(state=StudyState.CLOSED).exists():
            raise StudyRunning
        study = CutStudy.objects.create(form=form, opened_by_id=by_id, opened_at=at)
        _record("study_opened", form, at, by_id, {"study": str(study.uuid)})
    return study


def rate(*, study_uuid: UUID, judge_id: int, percents: Mapping[int, int]) -> int:
    """Keeps a judge's ratings of the round that is running; a later one of the same item stands in its place.
    Returns how many were given. Raises UnknownStudy, IllegalMove for a closed study, NotAJudge and BadRatings."""
    with transaction.atomic():
        study, at = _study(study_uuid), clock.now()
        number = {StudyState.FIRST: 1, StudyState.SECOND: 2}.get(StudyState(study.state))
        if number is None:
            raise IllegalMove(STUDY.name, study.state, "rate")
        if number == 2 and not study.ratings.filter(round=1, judge_id=judge_id).exists():
            raise NotAJudge
        wrong = [
            str(position)
            for position, percent in percents.items()
            if not (1 <= position <= study.form.length and 0 <= percent <= 100)
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


def go_on(*, study_uuid: UUID, by_id: int) -> CutStudy:
    """Ends the first round: the judges see one another's means and rate again. Raises UnknownStudy, IllegalMove, and
    Incomplete where a judge has left an item out or there are fewer than two."""
    return _move(study_uuid, "go on", by_id)


def close(*, study_uuid: UUID, by_id: int) -> CutStudy:
    """Ends the second round and the study. Raises what `go_on` raises."""
    return _move(study_uuid, "close", by_id)


def propose(*, study_uuid: UUID, by_id: int, reason: str) -> FormCut:
    """Proposes the cut of a closed study for its form. Raises UnknownStudy, IllegalMove for a study that is not closed,
    AlreadySet and AlreadyMarked."""
    with transaction.atomic():
        study, at = _study(study_uuid), clock.now()
        if study.state != StudyState.CLOSED:
            raise IllegalMove(STUDY.name, study.state, "propose")
        _refuse_if_set(_form(study.form_id))
        found = _judged(study, second=True)
        share = found.cut / found.maximum
        cut = FormCut.objects.create(
            form=study.form,
            study=study,
            cut_numerator=share.numerator,
            cut_denominator=share.denominator,
            reason=reason,
            proposed_by_id=by_id,
            proposed_at=at,
        )
        _record("cut_proposed", study.form, at, by_id, {"cut": str(cut.uuid), "share": str(share)})
    return cut


def approve(*, cut_uuid: UUID, by_id: int) -> FormCut:
    """Approves a proposed cut as a second person: every sitting of the form is marked by it.

    Raises UnknownStudy, SamePerson, IllegalMove for one that is decided on, and AlreadyMarked.
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
            _refuse_if_marked(form)
        at = clock.now()
        cut.decided_by_id, cut.decided_at, cut.decision_reason = by_id, at, reason
        cut.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        became = {"approve": "cut_approved", "decline": "cut_declined"}[event]
        _record(became, form, at, by_id, {"cut": str(cut.uuid), "share": str(cut.cut)})
    return cut


def _move(study_uuid: UUID, event: str, by_id: int) -> CutStudy:
    with transaction.atomic():
        study, at = _study(study_uuid), clock.now()
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


def _refuse_if_set(form: Form) -> None:
    if FormCut.objects.filter(form=form).exclude(state=CutState.DECLINED).exists():
        raise AlreadySet
    if Sitting.objects.filter(form=form, state=SittingState.MARKED).exists():
        raise AlreadyMarked


def _refuse_if_marked(form: Form) -> None:
    """Locks the form's sittings: one that is being marked now is waited for, and then it is found marked."""
    sittings = Sitting.objects.select_for_update(of=("self",)).filter(form=form).order_by("pk")
    if SittingState.MARKED in sittings.values_list("state", flat=True):
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
