"""Sentences for learners."""

from courses.actions import notes, questions, study
from courses.rules import checks

NOT_PAID = (
    "You hold no place in this course yet. If your organisation has bought places, ask the person who manages "
    "them to give you one; then enrol here again. Nothing was charged."
)


def about(fault: Exception) -> str:
    """A sentence about an answer or a note that could not be taken, or a lesson that could not be finished."""
    match fault:
        case checks.NothingChosen():
            return "Choose an option first; nothing was kept."
        case checks.TooManyChosen():
            return "One option is right here: choose one. Nothing was kept."
        case checks.UnknownOption():
            return "This check has changed since you opened the page. Please read it again and answer it as it is now."
        case study.ChecksOpen() if fault.count == 1:
            return "One check is not answered yet. Answer it, and the lesson is done."
        case study.ChecksOpen():
            return f"{fault.count} checks are not answered yet. Answer them, and the lesson is done."
        case study.PackageOpen():
            return "Open the lesson and go through it to its end: it says itself when it is done. What you did in it is kept."
        case notes.SaysNothing():
            return "Write something, or mark a passage; nothing was kept."
        case notes.TooLong():
            return f"That is too long: {fault.limit:,} characters is the most. Nothing was kept yet; your words still stand here."
        case notes.TooMany():
            return f"You have {notes.NOTES:,} notes in this course, which is the most. Take one away first; your words still stand here."
    raise fault


def about_question(fault: Exception) -> str:
    """A sentence about a question or an answer that could not be sent."""
    match fault:
        case questions.SaysNothing():
            return "There are no words in it; nothing was sent."
        case questions.TooLong():
            return f"That is too long: {fault.limit:,} characters is the most. Nothing was sent yet; your words still stand here."
        case questions.TooMany():
            return f"You have asked {questions.QUESTIONS} questions in this course, which is the most. Ask further under one of them."
        case questions.NobodyTrains():
            return "Nobody trains you in this course now, so nobody would answer. Nothing was sent; your words still stand here."
    raise fault
