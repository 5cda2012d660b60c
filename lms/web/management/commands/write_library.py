"""`manage.py write_library`: the content, back into its files."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.web import library


class Command(BaseCommand):
    help = (
        "Writes what is published into files that load_library reads: frameworks, courses, banks and schemes. "
        "A file that says the same is left as it is. Run again, it writes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="a checkout of this repository, LIBRARY_DIR, or an empty folder"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            written, problems = library.write_back(options["folder"])
        except OSError as fault:
            raise CommandError(
                f"{fault.filename or options['folder']}: {fault.strerror}. What was written before is whole; run it again when the folder can be written to."
            ) from None
        for part in written:
            count = part.count
            self.stdout.write(f"{part.key}: {count.written} files written, {count.unchanged} as they were")
            for note in count.notes:
                self.stdout.write(f"  {note}")
        for problem in problems:
            self.stderr.write(str(problem))
        if problems:
            raise CommandError(
                f"Everything is written, but {len(problems.items)} faults keep it from being loaded again. Mend them here or in the files."
            )
