"""`manage.py export_items FILE --bank SLUG --format …`: a bank's items for another program."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exams.queries import exchange
from exams.rules import exchange as formats

SOME_LEFT_OUT = 3


class Command(BaseCommand):
    help = (
        "Writes the items of a bank that are not retired to FILE, keys included: keep it as you keep the bank. Ends with "
        "0; with 3 where the format has no place for some, which are named; with 1 and a sentence where nothing was written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--bank", metavar="SLUG", required=True)
        parser.add_argument("--format", choices=sorted(formats.WRITERS), required=True)

    def handle(self, *, file: Path, bank: str, format: str, **options: Any) -> None:
        try:
            items, faulty = exchange.outgoing(bank)
        except exchange.UnknownBank:
            raise CommandError(f"There is no bank '{bank}'. Nothing was written.", returncode=1) from None
        data, left_out = formats.write(items, format)
        try:
            file.write_bytes(data)
        except OSError as fault:
            raise CommandError(f"{file} can't be written: {fault.strerror}.", returncode=1) from None
        for one in (*faulty, *left_out):
            self.stdout.write(f"left out: {one.identifier}: {one.reason}")
        if codes := exchange.hanging(bank):
            self.stdout.write(
                f"{len(codes)} items hang on a scenario whose text is not in the file: {', '.join(codes[:5])}"
                f"{' and others' if len(codes) > 5 else ''}."
            )
        self.stdout.write(f"{len(items) - len(left_out)} items are written to {file}.")
        if faulty or left_out:
            raise SystemExit(SOME_LEFT_OUT)
