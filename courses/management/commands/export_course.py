"""`manage.py export_course KEY FILE --format …`: what is published of a course, for another program."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.documents import exchange
from courses.models import CoursePage


class Command(BaseCommand):
    help = "Writes what is published of a course as a file for another program."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("key", metavar="KEY")
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--format", choices=sorted(exchange.WRITERS), required=True)

    def handle(self, *, key: str, file: Path, format: str, **options: Any) -> None:
        course = CoursePage.objects.live().filter(key=key).first()
        if course is None:
            raise CommandError(f"There is no published course '{key}'. Nothing was written.", returncode=1)
        made = exchange.export(course, format)
        try:
            file.write_bytes(made.data)
        except OSError as fault:
            raise CommandError(f"{file} can't be written: {fault.strerror}.", returncode=1) from None
        for one in made.degraded:
            self.stdout.write(f"degraded: {one.where}: {one.reason}")
        self.stdout.write(
            f"{made.lessons} lessons written to {file}; digest of structure and text {made.digest}."
        )
