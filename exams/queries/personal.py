"""What exams hold about a person, and what becomes of it at an erasure."""

from collections.abc import Iterator, Sequence

from exams.models import ArchivedSitting, Result, Sitting, Work
from exams.queries import archives
from exams.rules.archives import LateEvent
from exams.rules.chain import Link
from exams.states import ResultState, SittingState, WorkState
from lms.kit.gather import ElsewhereHeld, Holding

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


def elsewhere(person_id: int) -> list[ElsewhereHeld]:
    """The answers of sittings whose events are archived, in time and too late, as the tables would have them. One statement, and
    each archive's file is opened once. Raises what `archives.of_sittings` raises: an export without them would seem whole."""
    ids = ArchivedSitting.objects.filter(sitting__candidate_id=person_id).values_list("sitting_id", flat=True)
    kept = list(archives.of_sittings(list(ids)))
    head = ("sitting_id", "epoch", "seq", "position", "value", "at", "stamped_at")

    def rows(found: Sequence[Link | LateEvent], sitting_id: int) -> Iterator[tuple[object, ...]]:
        for one in found:
            claim = one.stamped_at.isoformat() if one.stamped_at else None
            yield (sitting_id, one.epoch, one.seq, one.position, one.value, one.at.isoformat(), claim)

    return [
        ElsewhereHeld(
            "exams.responseevent.archived",
            "What you answered, from archives",
            ANSWERS,
            head,
            tuple(row for sitting_id, one in kept for row in rows(one.links, sitting_id)),
        ),
        ElsewhereHeld(
            "exams.lateresponse.archived",
            "What came too late, from archives",
            ANSWERS,
            head,
            tuple(row for sitting_id, one in kept for row in rows(one.late, sitting_id)),
        ),
    ]


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
