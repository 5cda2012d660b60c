"""What an invigilator may do, each with its words, its form and the action that it calls."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.forms import Form

from exams import access
from exams.actions import credits, files, interventions, invigilators
from exams.actions.invigilators import NotIndependent, Tally
from exams.forms import AnswerFileForm, CreditForm, IdentityForm, IncidentForm, MessageForm, ReasonForm
from exams.models import Exam, Sitting
from exams.rules import answer_files
from exams.rules.answer_files import BadFile, Fault
from exams.rules.independence import Bar
from exams.states import CreditState, IncidentKind, SittingState

STARTED = (SittingState.RUNNING, SittingState.PAUSED, SittingState.SUBMITTED, SittingState.MARKED)
ANY = (SittingState.READY, *STARTED)
OPEN = (SittingState.RUNNING, SittingState.PAUSED)

BARS = {
    Bar.CANDIDATE: "This is your own sitting, so another invigilator must act on it. Nothing was changed.",
    Bar.TRAINER: "You trained this candidate, so another invigilator must act on this sitting. Nothing was changed.",
    Bar.DECIDED: "You had a part in what is decided about here, so others must. Nothing was changed.",
}
FILES = {
    Fault.TOO_LARGE: "This file is larger than any that a page of ours makes (512 KB, 5,000 answers). Nothing was"
    " kept; look whether it is the right one.",
    Fault.NOT_JSON: "This is no file of answers: it can't be read as JSON. Nothing was kept; ask the candidate for"
    " the file as the page made it.",
    Fault.NOT_AN_ANSWER_FILE: "This is no file of answers of ours: something in it is missing or does not belong"
    " there. Nothing was kept; ask the candidate for the file as the page made it.",
    Fault.WRONG_SITTING: "This file belongs to another sitting. Nothing was kept; upload it on the page of that one.",
    Fault.WRONG_FORM: "This file belongs to another form than the one of this sitting. Nothing was kept.",
    Fault.SEAL_BROKEN: "The seal of this file is broken: it was changed after the page made it, or made elsewhere."
    " Nothing was kept; note an incident if you want it on record.",
}


@dataclass(frozen=True)
class Act:
    """`says` tells what follows, before it is done."""

    key: str
    label: str
    title: str
    says: str
    button: str
    form: type[Form]
    do: Callable[[Sitting, int, Form], str]
    states: Sequence[str]
    danger: bool = False


@dataclass(frozen=True)
class ActForAll:
    key: str
    title: str
    says: str
    button: str
    done: str
    form: type[Form]
    do: Callable[[Exam, int, Form], Tally]
    danger: bool = False


def open_for(sitting: Sitting, *, on_board: bool = False) -> list[Act]:
    """What may be done to a sitting as it stands, in the order of the page; on the board only what is in haste."""
    # From a break the candidate goes on; it may be paused like one that runs.
    state = SittingState.RUNNING if sitting.on_break else sitting.state
    return [act for act in ONE.values() if state in act.states and not (on_board and act.key == "file")]


def words(fault: Exception) -> str:
    """What keeps an act from being done: what happened, what is safe, what to do next."""
    if isinstance(fault, NotIndependent):
        return BARS[fault.bar]
    if isinstance(fault, BadFile):
        return FILES[fault.fault]
    if isinstance(fault, invigilators.OnBreak):
        return "The candidate is on a break, and goes on from it by themselves. Nothing was changed."
    if isinstance(fault, invigilators.SamePerson):
        return "You proposed this yourself, so a second person must decide on it. Nothing was changed."
    return "The sitting has ended or moved on meanwhile, so this can't be done now. Nothing was changed."


def tallied(act: ActForAll, tally: Tally) -> str:
    """What became of an act on many."""
    said = f"{tally.done} sitting{'s' if tally.done != 1 else ''} {act.done}."
    if tally.barred:
        said += f" {tally.barred} left to another invigilator, since you trained the candidate or are the candidate."
    if tally.passed_by:
        said += f" {tally.passed_by} had ended meanwhile."
    return said


def _pause(sitting: Sitting, by_id: int, form: Form) -> str:
    interventions.pause(sitting_uuid=sitting.uuid, by_id=by_id, reason=form.cleaned_data["reason"])
    return (
        "The sitting is paused. Its clock stands still, and the candidate sees that within fifteen seconds."
    )


def _resume(sitting: Sitting, by_id: int, form: Form) -> str:
    interventions.resume(sitting_uuid=sitting.uuid, by_id=by_id, reason=form.cleaned_data["reason"])
    return "The sitting goes on. The interruption is credited."


def _credit(sitting: Sitting, by_id: int, form: Form) -> str:
    assert isinstance(form, CreditForm)
    given = credits.give(
        sitting_uuid=sitting.uuid, by_id=by_id, amount=form.amount, reason=form.cleaned_data["reason"]
    )
    if given.state == CreditState.GRANTED:
        return "The time is added, and the deadline has moved."
    return "This is more than one person may give alone: it is proposed, and a second invigilator decides."


def _message(sitting: Sitting, by_id: int, form: Form) -> str:
    interventions.send_message(sitting_uuid=sitting.uuid, by_id=by_id, text=form.cleaned_data["text"])
    return "The message is on its way to the candidate's paper."


def _incident(sitting: Sitting, by_id: int, form: Form) -> str:
    interventions.note_incident(
        sitting_uuid=sitting.uuid,
        by_id=by_id,
        kind=IncidentKind(form.cleaned_data["kind"]),
        text=form.cleaned_data["text"],
    )
    return "The incident is noted."


def _identity(sitting: Sitting, by_id: int, form: Form) -> str:
    interventions.check_identity(sitting_uuid=sitting.uuid, by_id=by_id, method=form.cleaned_data["method"])
    return "The check is on record with your name and the time."


def _terminate(sitting: Sitting, by_id: int, form: Form) -> str:
    interventions.terminate(sitting_uuid=sitting.uuid, by_id=by_id, reason=form.cleaned_data["reason"])
    return "The sitting has ended. What was saved by then is marked; an examiner sees your reason."


def _file(sitting: Sitting, by_id: int, form: Form) -> str:
    key = answer_files.key_of(access.seal_key(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id))
    # One byte more than is allowed tells that it is too large, and no more of it is read.
    said = form.cleaned_data["file"].read(answer_files.MOST_BYTES + 1)
    _, fresh = files.receive(sitting_uuid=sitting.uuid, by_id=by_id, said=said, key=key)
    if not fresh:
        return "This file is on record already. Nothing was changed."
    return "The file is kept as evidence, its seal holds. What was answered in time counts once two examiners admit it."


ONE: Mapping[str, Act] = {
    act.key: act
    for act in (
        Act(
            "pause", "Pause", "Pause this sitting",
            "The clock stands still and the paper is hidden until you let it go on. What is on its way is saved.",
            "Pause the sitting", ReasonForm, _pause, (SittingState.RUNNING,),
        ),
        Act(
            "resume", "Resume", "Let this sitting go on",
            "The whole interruption is credited, so that the candidate has all the time that was left.",
            "Let it go on", ReasonForm, _resume, (SittingState.PAUSED,),
        ),
        Act(
            "credit", "Credit", "Add time",
            "Time is only ever added. A large credit, or several that are large together, waits for a second person.",
            "Add the time", CreditForm, _credit, OPEN,
        ),
        Act(
            "message", "Message", "Say something to the candidate",
            "The candidate reads it on the paper and can't answer there.",
            "Send the message", MessageForm, _message, OPEN,
        ),
        Act(
            "incident", "Incident", "Note an incident",
            "It stands in the sitting's timeline for examiners, and changes nothing by itself.",
            "Note the incident", IncidentForm, _incident, ANY,
        ),
        Act(
            "identity", "Identity", "Record a check of identity",
            "Method, your name and the time are kept. No image is.",
            "Record the check", IdentityForm, _identity, (SittingState.READY, *OPEN),
        ),
        Act(
            "file", "Answer file", "Take a file of answers",
            "For answers that could not reach us. The file is kept as evidence and counts for nothing by itself.",
            "Upload the file", AnswerFileForm, _file, STARTED,
        ),
        Act(
            "end", "End", "End this sitting",
            "It ends now, with the answers saved so far, and can't be opened again.",
            "End the sitting", ReasonForm, _terminate, OPEN, danger=True,
        ),
    )
}  # fmt: skip


def _pause_all(exam: Exam, by_id: int, form: Form) -> Tally:
    return interventions.pause_all(exam_id=exam.pk, by_id=by_id, reason=form.cleaned_data["reason"])


def _resume_all(exam: Exam, by_id: int, form: Form) -> Tally:
    return interventions.resume_all(exam_id=exam.pk, by_id=by_id, reason=form.cleaned_data["reason"])


def _credit_all(exam: Exam, by_id: int, form: Form) -> Tally:
    assert isinstance(form, CreditForm)
    return credits.give_all(
        exam_id=exam.pk, by_id=by_id, amount=form.amount, reason=form.cleaned_data["reason"]
    )


def _message_all(exam: Exam, by_id: int, form: Form) -> Tally:
    return interventions.send_message_to_all(exam_id=exam.pk, by_id=by_id, text=form.cleaned_data["text"])


def _grant_outages(exam: Exam, by_id: int, form: Form) -> Tally:
    return credits.grant_outages(exam_id=exam.pk, by_id=by_id)


FOR_ALL = (
    ActForAll(
        "pause", "Pause all", "Every running sitting of this exam stands still until it is let go on.",
        "Pause all of them", "paused", ReasonForm, _pause_all, danger=True,
    ),
    ActForAll(
        "resume", "Resume all", "Every paused sitting of this exam goes on, each with its own interruption credited.",
        "Let all go on", "resumed", ReasonForm, _resume_all,
    ),
    ActForAll(
        "credit", "Credit all", "Every running or paused sitting of this exam gets so much more time. What is more than one"
        " person may give alone waits for a second.",
        "Add the time to all", "given the time, at once or once a second person agrees", CreditForm, _credit_all,
    ),
    ActForAll(
        "message", "Message to all", "Every candidate whose sitting is not over reads it on the paper.",
        "Send it to all", "told", MessageForm, _message_all,
    ),
)  # fmt: skip
ALL: Mapping[str, ActForAll] = {act.key: act for act in FOR_ALL} | {
    "outages": ActForAll(
        "outages", "Grant what was proposed for outages",
        "The server was out of reach, seen as a common gap in many sittings. Each gets back what it lost.",
        "Grant all of it", "given the time", Form, _grant_outages,
    )
}  # fmt: skip
