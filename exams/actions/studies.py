"""Studies of a form's cut: what judges rate, or say they want, until the study is closed."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from uuid import UUID

from django.db import transaction

from exams.models import CutRating, CutStudy, CutWish, Form, FormCut, Sitting
from exams.queries import cuts as queries
from exams.rules.standard.angoff import Incomplete, Round
from exams.states import STUDY, CutMethod, CutState, SittingState, StudyState
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


class SatThisForm(Exception):
    """Who sat a form has no part in its cut."""


def open_study(*, form_id: int, by_id: int, method: str = CutMethod.ANGOFF) -> CutStudy:
    """Opens a study of a form's cut; judges may rate, or say what they want, from now on. Raises StudyRunning, AlreadySet,
    SatThisForm, and for an Angoff study AlreadyMarked."""
    with transaction.atomic():
        form, at = locked_form(form_id), clock.now()
        refuse_if_sat_by(form, by_id)
        refuse_if_set(form, method)
        if CutStudy.objects.filter(form=form).exclude(state=StudyState.CLOSED).exists():
            raise StudyRunning
        study = CutStudy.objects.create(form=form, method=method, opened_by_id=by_id, opened_at=at)
        record("study_opened", form, at, by_id, {"study": str(study.uuid), "method": str(method)})
    return study


def rate(*, study_uuid: UUID, judge_id: int, percents: Mapping[int, int]) -> int:
    """Keeps a judge's ratings of the round that is running; a later one of the same item stands in its place.
    Returns how many were given. Raises UnknownStudy, IllegalMove for a closed study, NotAJudge and BadRatings."""
    with transaction.atomic():
        study, at = locked(study_uuid), clock.now()
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
        record("items_rated", study.form, at, judge_id, facts)
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
        study, at = locked(study_uuid), clock.now()
        refuse_if_sat_by(study.form, judge_id)
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
        record("cut_wished", study.form, at, judge_id, {"study": str(study.uuid)})
    return said


def end(*, study_uuid: UUID, by_id: int) -> CutStudy:
    """Ends a Beuk or Hofstee study. Raises UnknownStudy, IllegalMove, and Incomplete where there are fewer than two
    judges."""
    with transaction.atomic():
        study, at = locked(study_uuid), clock.now()
        if study.method == CutMethod.ANGOFF:
            raise IllegalMove(STUDY.name, study.state, "end")
        study.state = STUDY.after(study.state, "end")
        judges = study.wishes.count()
        if judges < 2:
            raise Incomplete
        study.closed_at = at
        study.save(update_fields=["state", "closed_at"])
        record("study_closed", study.form, at, by_id, {"study": str(study.uuid), "judges": judges})
    return study


def go_on(*, study_uuid: UUID, by_id: int) -> CutStudy:
    """Ends the first round: the judges see one another's means and rate again. Raises UnknownStudy, IllegalMove, and
    Incomplete where a judge has left an item out or there are fewer than two."""
    return _move(study_uuid, "go on", by_id)


def close(*, study_uuid: UUID, by_id: int) -> CutStudy:
    """Ends the second round and the study. Raises what `go_on` raises."""
    return _move(study_uuid, "close", by_id)


def _move(study_uuid: UUID, event: str, by_id: int) -> CutStudy:
    with transaction.atomic():
        study, at = locked(study_uuid), clock.now()
        if study.method != CutMethod.ANGOFF:
            raise IllegalMove(STUDY.name, study.state, event)
        study.state = STUDY.after(study.state, event)
        found = judged(study, second=event == "close")
        study.closed_at = at if study.state == StudyState.CLOSED else None
        study.save(update_fields=["state", "closed_at"])
        facts = {"study": str(study.uuid), "cut": str(found.cut), "judges": len(found.judges)}
        became = {"go on": "study_went_on", "close": "study_closed"}[event]
        record(became, study.form, at, by_id, facts)
    return study


def judged(study: CutStudy, *, second: bool) -> Round:
    first, last = queries.sheets(study)
    return queries.judged(last if second else first, first, study.form)


def locked_form(form_id: int) -> Form:
    """The form, locked; nothing that points at it waits."""
    rows = Form.objects.select_for_update(of=("self",), no_key=True).select_related("exam")
    return rows.get(pk=form_id)


def locked(study_uuid: UUID) -> CutStudy:
    """The study, locked: two posts at once follow one another."""
    rows = CutStudy.objects.select_for_update(of=("self",)).select_related("form__exam")
    study = rows.filter(uuid=study_uuid).first()
    if study is None:
        raise UnknownStudy(study_uuid)
    return study


def refuse_if_set(form: Form, method: str) -> None:
    if FormCut.objects.filter(form=form).exclude(state=CutState.DECLINED).exists():
        raise AlreadySet
    by_judges_alone = method == CutMethod.ANGOFF
    if by_judges_alone and Sitting.objects.filter(form=form, state=SittingState.MARKED).exists():
        raise AlreadyMarked


def refuse_if_sat_by(form: Form, person_id: int) -> None:
    if Sitting.objects.filter(form=form, candidate_id=person_id).exists():
        raise SatThisForm


def record(became: str, form: Form, at: datetime, by_id: int, facts: dict[str, object]) -> None:
    trail.record(
        f"exams.form.{became}",
        subject=f"exams.form:{form.pk}",
        at=at,
        actor_id=by_id,
        facts=facts,
        organisation_id=form.exam.organisation_id,
    )
