"""Cuts of forms: judges rate or wish, or another form's cut is carried over; one person proposes what came of it, and
another approves."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db import transaction

from exams import signals
from exams.actions import marking, results, studies
from exams.models import Batch, Form, FormCut, Sitting
from exams.queries import cuts as queries
from exams.queries import equating, files, panels
from exams.rules.standard import equated
from exams.rules.standard.equated import Method
from exams.states import BATCH, CUT, STUDY, CutMethod, CutState, ResultState, SittingState, StudyState
from lms.db import clock
from lms.kit.machine import IllegalMove


class SamePerson(Exception):
    """Who proposed a cut does not decide on it."""


class BatchWaiting(Exception):
    """A batch of the form's results waits for its second examiner, who would release others than were proposed."""


class Changed(Exception):
    """What the cut is worked out from is not what was looked at: a sitting was marked, or annulled, in between."""


class NotItsExam(Exception):
    """A form is equated to another form of its exam."""


def propose(*, study_uuid: UUID, by_id: int, reason: str, looked_at: str = "") -> FormCut:
    """Proposes the cut of a closed study for its form.

    By Beuk and Hofstee that is where wish and reality meet today, and `looked_at` the digest of what it was worked out
    from on the page. Raises UnknownStudy, IllegalMove for a study that is not closed, AlreadySet, SatThisForm; for an
    Angoff study AlreadyMarked; for the others NoCut and Changed.
    """
    with transaction.atomic():
        study, at = studies.locked(study_uuid), clock.now()
        if study.state != StudyState.CLOSED:
            raise IllegalMove(STUDY.name, study.state, "propose")
        form = studies.locked_form(study.form_id)
        studies.refuse_if_sat_by(form, by_id)
        studies.refuse_if_set(form, study.method)
        if study.method == CutMethod.ANGOFF:
            found = studies.judged(study, second=True)
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
        form, at = studies.locked_form(form_id), clock.now()
        reference = Form.objects.select_related("exam").filter(pk=reference_id, exam=form.exam_id).first()
        if reference is None or reference.pk == form.pk:
            raise NotItsExam(reference_id)
        studies.refuse_if_sat_by(form, by_id)
        studies.refuse_if_set(form, CutMethod.EQUATED)
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
            raise studies.UnknownStudy(cut_uuid)
        form = studies.locked_form(form_id)
        cut = FormCut.objects.select_for_update(of=("self",)).get(uuid=cut_uuid)
        cut.state = CUT.after(cut.state, event)
        if event == "approve":
            if cut.proposed_by_id == by_id:
                raise SamePerson
            studies.refuse_if_sat_by(form, by_id)
            _refuse_if_late(form, cut)
        at = clock.now()
        cut.decided_by_id, cut.decided_at, cut.decision_reason = by_id, at, reason
        cut.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        became = {"approve": "cut_approved", "decline": "cut_declined"}[event]
        studies.record(became, form, at, by_id, {"cut": str(cut.uuid), "share": str(cut.cut)})
        if event == "approve":
            signals.cut_approved.announce(form_id=form.pk, exam_key=form.exam.key, at=at)
    return cut


def mark_by_cut(*, form_id: int) -> int:
    """Holds every result of a form that nobody was told of against the form's own cut, on a new score run; returns how
    many. They are marked in lots, as `keys.mark_by_key` does it, and the fault of one that can't be marked is
    raised at the end."""
    return marking.in_lots(
        queries.to_mark(form_id),
        lambda some: _mark_by(some, form_id),
        "sittings that could not be held against the new cut",
    )


def mark_by_latest_cut() -> None:
    """Finds what was being marked by the old cut while the new one was approved, and what no job was heard of."""
    for form_id in queries.forms_behind():
        mark_by_cut(form_id=form_id)


def _mark_by(sitting_ids: Sequence[int], form_id: int) -> int:
    with transaction.atomic():
        waiting, at = marking.locked_marked(sitting_ids)
        cut = FormCut.objects.get(form_id=form_id, state=CutState.APPROVED)
        found = [one for one in waiting if one.state == ResultState.MARKED and one.cut != cut.cut]
        if not found:
            return 0
        by_id, reason = cut.decided_by_id, cut.reason
        assert by_id is not None, "the table refuses an approved cut without a second person"
        admitted = files.admitted_to([one.sitting for one in found])
        made = marking.mark_all_again(
            results=found, admitted=admitted, at=at, by_id=by_id, reason=reason, cut=cut.cut
        )
        pairs = list(zip(found, made, strict=True))
        results.revise_marked(found=pairs, examiner_id=by_id, reason=reason, at=at, cut=cut.cut)
    return len(found)


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
    studies.record("cut_proposed", form, at, by_id, facts)
    return cut


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
        raise studies.AlreadyMarked
