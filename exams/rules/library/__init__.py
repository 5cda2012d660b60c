"""Reading the library of exams: banks, agreements, exams; every fault with file and line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from exams.rules.library.banks import ParsedBank, ParsedItem, ParsedScenario, read_banks
from exams.rules.library.by_people import ParsedCoursework, read_coursework
from exams.rules.library.offers import ParsedAgreement, ParsedExam, read_agreements, read_exams
from lms.kit.content import Problems

__all__ = [
    "ParsedAgreement",
    "ParsedBank",
    "ParsedCoursework",
    "ParsedExam",
    "ParsedItem",
    "ParsedLibrary",
    "ParsedScenario",
    "read",
]


@dataclass(frozen=True)
class ParsedLibrary:
    banks: tuple[ParsedBank, ...]
    agreements: tuple[ParsedAgreement, ...]
    exams: tuple[ParsedExam, ...]
    coursework: tuple[ParsedCoursework, ...] = ()


def read(folders: Sequence[Path], problems: Problems) -> ParsedLibrary:
    """Everything that lies in the folders, in their order: a later folder may add items to an earlier one's bank."""
    banks = read_banks(folders, problems)
    agreements = read_agreements(folders, problems)
    exams = read_exams(folders, problems)
    _complain_of_strangers(exams, "bank", {bank.key for bank in banks}, problems)
    _complain_of_strangers(exams, "agreement", {agreement.key for agreement in agreements}, problems)
    _complain_of_strangers(exams, "practice", {exam.key for exam in exams} | {""}, problems)
    coursework = read_coursework(folders, problems)
    return ParsedLibrary(tuple(banks), tuple(agreements), tuple(exams), tuple(coursework))


def _complain_of_strangers(
    exams: Iterable[ParsedExam], what: str, known: set[str], problems: Problems
) -> None:
    for exam in exams:
        named = getattr(exam, what)
        if named not in known:
            problems.add(exam.path, exam.line_of.get(what, 1), f"there is no {what} '{named}'")
