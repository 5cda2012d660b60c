"""`manage.py load_library`: the content files, into the database."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.web import library


class Command(BaseCommand):
    help = (
        "Loads frameworks, courses, banks, exams and schemes from their files. Run again, it changes nothing."
    )
    # Checks read every address of the house, which takes as long as a load that changes nothing.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="folder", type=Path, help="a folder beside the shipped library (LIBRARY_DIR)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            loaded = library.load(options["folder"] or settings.LIBRARY_DIR)
        except library.UnreadableLibrary as fault:
            for problem in fault.problems:
                self.stderr.write(str(problem))
            raise CommandError(
                f"{len(fault.problems.items)} faults in the content files; nothing was loaded. Mend them and run it again."
            ) from None
        for part in loaded:
            count = part.count
            self.stdout.write(
                f"{part.key}: {count.created} new, {count.changed} changed, {count.unchanged} as they were, {count.kept} kept"
            )
            for note in count.notes:
                self.stdout.write(f"  {note}")
