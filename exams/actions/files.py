"""Sealed files of answers: taken as evidence, and admitted by two persons or not at all."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from exams.actions import invigilators, marking, results
from exams.actions.invigilators import SamePerson
from exams.models import AnswerFile, Result, Sitting
from exams.queries import files as queries
from exams.queries.files import UnknownFile
from exams.queries.sittings import UnknownSitting
from exams.rules import answer_files
from exams.states import ANSWER_FILE, RESULT, AnswerFileState, ResultState, SittingState
from lms.audit import trail
from lms.kit.machine import IllegalMove


class NotMarked(Exception):
    """The sitting has not ended, or is not marked yet: there is no result to which anything could be added."""


class NothingToAdmit(Exception):
    """No event of the file was stamped in time and is missing from what the server has."""


def receive(*, sitting_uuid: UUID, by_id: int, said: bytes, key: bytes) -> tuple[AnswerFile, bool]:
    """Keeps a file of answers as evidence, and returns it with whether it is new: the same file again is
    the same row. `key` is what its seal is checked with. It changes nothing of what counts.

    Raises UnknownSitting, also for one that never began, NotIndependent, and BadFile.
    """
    with transaction.atomic():
        sitting, at = invigilators.locked(sitting_uuid=sitting_uuid, by_id=by_id)
        if sitting.form is None:
            raise UnknownSitting(sitting_uuid)
        read = answer_files.read(said, sitting=str(sitting.uuid), form_digest=sitting.form.digest, key=key)
        file, fresh = AnswerFile.objects.get_or_create(
            sitting=sitting,
            digest=read.digest,
            defaults={"content": read.content, "uploaded_by_id": by_id, "uploaded_at": at},
        )
        if fresh:
            facts = {"digest": read.digest, "events": len(read.events)}
            _record("received", sitting, at, by_id, facts)
    return file, fresh


def propose(*, file_uuid: UUID, by_id: int, reason: str) -> AnswerFile:
    """Proposes to admit what a file holds and the server never got, as far as it is stamped in time.

    Raises UnknownFile, NotIndependent, NotMarked, NothingToAdmit, and IllegalMove for one that was
    proposed or decided on.
    """
    with transaction.atomic():
        file, at = _locked(file_uuid, by_id)
        file.state = ANSWER_FILE.after(file.state, "propose")
        if file.sitting.state != SittingState.MARKED:
            raise NotMarked
        events = queries.admissible(file)
        if not events:
            raise NothingToAdmit
        file.proposed_by_id, file.proposed_at, file.reason = by_id, at, reason
        file.save(update_fields=["state", "proposed_by", "proposed_at", "reason"])
        _record("proposed", file.sitting, at, by_id, {"digest": file.digest, "events": len(events)})
    return file


def admit(*, file_uuid: UUID, by_id: int, reason: str) -> AnswerFile:
    """Admits what was proposed, as a second person: a new score run counts it beside what the server has,
    and the result stands on that run. The chain is not touched.

    A second call changes nothing. Raises UnknownFile, NotIndependent, SamePerson, and IllegalMove for a
    file that was not proposed, and where the result was annulled; and NeedsMarker where it has answers that
    people mark: they are put to markers, and it can be admitted when those are done. Where the result is
    released, its candidate is told and `result_revised` announced.
    """
    try:
        return _admit(file_uuid=file_uuid, by_id=by_id, reason=reason)
    except marking.NeedsMarker:
        file = AnswerFile.objects.select_related("sitting").get(uuid=file_uuid)
        said = [*queries.admitted(file.sitting), *queries.admissible(file)]
        marking.put_to_markers(sitting_id=file.sitting_id, admitted=said)
        raise


def _admit(*, file_uuid: UUID, by_id: int, reason: str) -> AnswerFile:
    with transaction.atomic():
        file, at = _locked(file_uuid, by_id)
        if file.state == AnswerFileState.ADMITTED:
            return file
        file.state = ANSWER_FILE.after(file.state, "admit")
        if file.proposed_by_id == by_id:
            raise SamePerson
        file.decided_by_id, file.decided_at, file.decision_reason = by_id, at, reason
        file.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        sitting = file.sitting
        rows = Result.objects.select_for_update(of=("self",)).select_related("sitting__exam", "run")
        result = rows.get(sitting=sitting)
        result.sitting = sitting
        if result.state == ResultState.ANNULLED:
            raise IllegalMove(RESULT.name, result.state, "revise")
        run = marking.mark_again(
            result=result, admitted=queries.admitted(sitting), at=at, by_id=by_id, reason=file.reason
        )
        results.settle(result=result, run=run, by_id=by_id, reason=file.reason, at=at)
        _record("admitted", sitting, at, by_id, {"digest": file.digest, "run": run.number})
    return file


def decline(*, file_uuid: UUID, by_id: int, reason: str) -> AnswerFile:
    """Declines to admit a file: it stays as evidence. Raises UnknownFile, NotIndependent, and IllegalMove
    for one that is decided on."""
    with transaction.atomic():
        file, at = _locked(file_uuid, by_id)
        file.state = ANSWER_FILE.after(file.state, "decline")
        file.decided_by_id, file.decided_at, file.decision_reason = by_id, at, reason
        file.save(update_fields=["state", "decided_by", "decided_at", "decision_reason"])
        _record("declined", file.sitting, at, by_id, {"digest": file.digest})
    return file


def _locked(file_uuid: UUID, by_id: int) -> tuple[AnswerFile, datetime]:
    """A file with its sitting, the sitting locked first as everywhere; its form with keys, to be marked by."""
    sitting_uuid = AnswerFile.objects.filter(uuid=file_uuid).values_list("sitting__uuid", flat=True).first()
    if sitting_uuid is None:
        raise UnknownFile(file_uuid)
    sitting, at = invigilators.locked(sitting_uuid=sitting_uuid, by_id=by_id)
    file = AnswerFile.objects.select_for_update(of=("self",)).get(uuid=file_uuid)
    file.sitting = sitting
    return file, at


def _record(became: str, sitting: Sitting, at: datetime, by_id: int, facts: dict[str, object]) -> None:
    trail.record(
        f"exams.answer_file.{became}",
        subject=f"exams.sitting:{sitting.pk}",
        at=at,
        actor_id=by_id,
        facts=facts,
        organisation_id=sitting.exam.organisation_id,
    )
