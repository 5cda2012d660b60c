"""`manage.py preflight`: what stands in the way of an exam day, days before it."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from exams.access import INVIGILATE
from exams.models import Exam
from exams.queries import preflight
from exams.rules.preflight import Day, Finding, Trouble, look
from lms.db import clock
from lms.kit import gather

WORDS: Final = {
    Trouble.NO_FORM: "has no open form: assemble one and open it.",
    Trouble.FORM_CHANGED: "is not what it was when it was assembled: retire it, and find out who changed it.",
    Trouble.FORM_LENGTH: "says one length, holds another or is asked for a third ({detail}): retire it and assemble anew.",
    Trouble.ITEM_STATE: "holds {detail}, which is neither live nor tried out: retire the form, or its item is scored all the same.",
    Trouble.LANGUAGE_MISSING: "has no form in {detail}: translate one, or take the language out of the exam.",
    Trouble.TOO_MANY: "has {detail} entered: more than places.",
    Trouble.OUTSIDE: "chose a time outside its window: ask the candidate for another.",
    Trouble.CUT_SHORT: "would be ended by the window before all its time is used: let it begin earlier, or close the window later.",
    Trouble.UNDECIDED: "waits for an accommodation to be decided.",
    Trouble.FACTOR_DIFFERS: "has another factor of time than its candidate was granted since ({detail}): enter it anew.",
    Trouble.FORMS_MET: "has met every form that it could be given: open one more.",
    Trouble.NOBODY_WATCHES: "is invigilated, and nobody at its provider is an invigilator.",
}


def _day(text: str) -> datetime:
    try:
        return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no day; write it as 2026-11-28") from None


class Command(BaseCommand):
    help = (
        "Looks at windows, durations, accommodations, forms, items, languages, storage, jobs and clock before an "
        "exam day. Changes nothing. Ends with 0 when nothing stands in the way, 1 otherwise."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--exam", default="", help="the key of one exam; otherwise all with a window")
        parser.add_argument("--on", type=_day, help="the first day (UTC), as 2026-11-28; otherwise from now")
        parser.add_argument("--days", type=int, default=7, help="how many days are looked at")

    def handle(self, *, exam: str, on: datetime | None, days: int, **options: Any) -> None:
        since = on or clock.now()
        try:
            ahead = list(
                preflight.days(since=since, until=since + timedelta(days=days), watch=INVIGILATE, key=exam)
            )
        except Exam.DoesNotExist:
            raise CommandError(f"There is no exam {exam}.") from None
        if not ahead:
            self.stdout.write("No exam has a window in these days.")
        found = sum(self._tell(day) for day in ahead) + self._readiness()
        if found:
            raise CommandError(f"{found} finding{'s' if found > 1 else ''}. Nothing was changed.")
        self.stdout.write("Nothing stands in the way.")

    def _tell(self, day: Day) -> int:
        entered = sum(len(span.entered) for span in day.spans)
        self.stdout.write(
            f"{day.exam}: windows {len(day.spans)}, entries {entered}, open forms {len(day.papers)}"
        )
        findings = look(day)
        for finding in findings:
            self.stdout.write(f"· {_sentence(finding)}")
        return len(findings)

    def _readiness(self) -> int:
        """What every page and every job depends on."""
        found = [(part.key, says) for part in gather.READINESS if (says := part.says())]
        for key, says in found:
            self.stdout.write(f"· {key}: {says}")
        return len(found)


def _sentence(finding: Finding) -> str:
    return f"{finding.about} {WORDS[finding.trouble].format(detail=finding.detail)}"
