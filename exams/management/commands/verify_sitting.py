"""`manage.py verify_sitting ID`: whether what is kept of a sitting is what was answered, handed in and marked."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from exams.queries import verification
from exams.queries.sittings import UnknownSitting
from exams.queries.verification import Finding


class Command(BaseCommand):
    help = (
        "Checks the chain of a sitting's answers, its receipt and its score runs. "
        "Ends with 0 when all holds, 1 when something does not, 2 when there is no such sitting."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        which = parser.add_mutually_exclusive_group(required=True)
        which.add_argument("sitting", type=UUID, nargs="?", metavar="ID", help="as it stands on the receipt")
        which.add_argument("--all", action="store_true", help="every sitting that has ended")

    def handle(self, *, sitting: UUID | None, **options: Any) -> None:
        if sitting is None:
            self._all()
            return
        try:
            found = verification.finding(sitting)
        except UnknownSitting:
            raise CommandError(f"There is no sitting {sitting}.", returncode=2) from None
        if found.fault:
            raise CommandError(_sentence(found), returncode=1)
        self.stdout.write(_sentence(found))

    def _all(self) -> None:
        looked_at = broken = 0
        for found in verification.findings():
            looked_at += 1
            if found.fault:
                broken += 1
                self.stderr.write(_sentence(found))
        if broken:
            raise CommandError(
                f"Of {looked_at} sittings that have ended, {broken} do not hold.", returncode=1
            )
        self.stdout.write(f"All {looked_at} sittings that have ended hold.")


def _sentence(found: Finding) -> str:
    if found.fault:
        return f"Sitting {found.sitting} does not hold: {found.fault}."
    rest = f", the receipt and {_many(found.runs, 'score run')}" if found.ended else "; it has not ended"
    return f"Sitting {found.sitting} holds: {_many(found.events, 'event')} in the chain{rest}."


def _many(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
