"""`manage.py export_items FILE --bank SLUG --format …`: a bank's items for another program."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exams.actions import exchange
from exams.queries.exchange import UnknownBank
from exams.rules import exchange as formats

SOME_LEFT_OUT = 3


class Command(BaseCommand):
    help = (
        "Writes the items of a bank that are not retired to FILE, keys included: keep it as you keep the bank. Ends with "
        "0; with 3 where the format has no place for some, which are named (what only our own note holds is named as degraded); with 1 and a sentence where nothing was written."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--bank", metavar="SLUG", required=True)
        parser.add_argument("--format", choices=sorted(formats.WRITERS), required=True)

    def handle(self, *, file: Path, bank: str, format: str, **options: Any) -> None:
        try:
            found = exchange.export_items(bank_key=bank, format=format)
        except UnknownBank:
            raise CommandError(f"There is no bank '{bank}'. Nothing was written.", returncode=1) from None
        try:
            file.write_bytes(found.data)
        except OSError as fault:
            raise CommandError(f"{file} can't be written: {fault.strerror}.", returncode=1) from None
        for what, entries in (("left out", found.left_out), ("degraded", found.degraded)):
            for one in entries:
                self.stdout.write(f"{what}: {one.identifier}: {one.reason}")
        self.stdout.write(f"{found.items} items are written to {file}. Their digest is {found.digest}.")
        if found.left_out:
            raise SystemExit(SOME_LEFT_OUT)
