"""Sentences for learners."""

from courses.actions import study
from courses.rules import checks


def about(fault: Exception) -> str:
    """A sentence about an answer that could not be taken, or a lesson that could not be finished."""
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
    raise fault
