"""What exams hold about a person, and what becomes of it at an erasure."""

from exams.models import Result, Sitting, Work
from exams.states import ResultState, SittingState, WorkState
from lms.kit.gather import Holding

ANSWERS = "A result must be able to be explained for as long as somebody relies on it."
RELEASED = (("state__in", [ResultState.RELEASED, ResultState.ANNULLED]),)
HOLDINGS = (
    Holding("exams.SittingDesk", "sitting__candidate", "What lay on your desk in an exam"),
    Holding("exams.Accommodation", "person", "Special arrangements", "That it was decided stays; your words are deleted."),
    Holding("exams.Entry", "candidate", "Entries", ANSWERS),
    Holding("exams.Sitting", "candidate", "Sittings", ANSWERS, ("lease",)),
    Holding("exams.SittingChange", "sitting__candidate", "How sittings changed", ANSWERS),
    Holding("exams.ResponseEvent", "sitting__candidate", "What you answered", ANSWERS),
    Holding("exams.LateResponse", "sitting__candidate", "What came too late", ANSWERS),
    Holding("exams.ArchivedSitting", "sitting__candidate", "In which archive your answers lie", ANSWERS),
    Holding("exams.Message", "sitting__candidate", "Messages from invigilators", ANSWERS),
    Holding("exams.Incident", "sitting__candidate", "Incidents", ANSWERS),
    Holding("exams.IdentityCheck", "sitting__candidate", "Checks of your identity", ANSWERS),
    Holding("exams.Credit", "sitting__candidate", "Time given back", ANSWERS),
    Holding("exams.AnswerFile", "sitting__candidate", "Files of answers", ANSWERS),
    Holding("exams.Result", "sitting__candidate", "Results", ANSWERS, only=RELEASED),
    Holding("exams.ResultChange", "result__sitting__candidate", "How results changed", ANSWERS),
    Holding("exams.Appeal", "result__sitting__candidate", "Appeals", ANSWERS),
    Holding("exams.Work", "person", "Coursework", ANSWERS),
    Holding("exams.Deadline", "person", "Deadlines of your own", ANSWERS),
    Holding("exams.Submission", "work__person", "What you handed in", ANSWERS),
    Holding("exams.SubmissionFile", "submission__work__person", "Files that you handed in", ANSWERS),
    Holding("exams.Script", "candidate", "What people marked", ANSWERS, ("criteria", "control")),
    Holding(
        "exams.ScriptMark", "candidate", "What markers wrote about coursework", ANSWERS, ("marker",),
        (("script__work__state", WorkState.RELEASED),),
    ),
    Holding(
        "exams.ScriptMark", "candidate", "What markers wrote about essays", ANSWERS, ("marker",),
        (("script__sitting__result__state", ResultState.RELEASED),),
    ),
)  # fmt: skip


def hinders(person_id: int) -> list[str]:
    """What is under way: an exam that is not over, or one without a result."""
    said = []
    sittings = Sitting.objects.filter(candidate_id=person_id)
    if sittings.filter(state__in=[SittingState.RUNNING, SittingState.PAUSED]).exists():
        said.append("You are in the middle of an exam. Hand it in first.")
    waiting = Result.objects.filter(sitting__candidate_id=person_id, state=ResultState.MARKED)
    if waiting.exists() or sittings.filter(state=SittingState.SUBMITTED).exists():
        said.append("The result of an exam has not been released yet. Wait for it.")
    if Work.objects.filter(person_id=person_id, state__in=[WorkState.CLOSED, WorkState.MARKED]).exists():
        said.append("A coursework of yours is being marked. Wait for its result.")
    return said
