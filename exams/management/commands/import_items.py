"""`manage.py import_items FILE --bank SLUG --format …`: items of another program as drafts of a bank."""

import hashlib
import json
import os
import tempfile
from argparse import ArgumentParser
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from exams.actions import exchange
from exams.actions.exchange import Defaults, Provenance, Report
from exams.queries.exchange import UnknownBank
from exams.rules import exchange as formats
from exams.rules.exchange import frame
from exams.states import Level, Pool

SOME_REFUSED = 3


class Command(BaseCommand):
    help = (
        "Imports a file of items into a bank as drafts, in one transaction; a second import changes nothing. Ends with 0; "
        "with 3 where some items were refused and the others imported; with 1 and a sentence where nothing was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument("--bank", metavar="SLUG", required=True)
        parser.add_argument("--format", choices=sorted(formats.READERS), required=True)
        parser.add_argument("--dry-run", action="store_true", help="report, and write nothing")
        parser.add_argument("--report", metavar="FILE.json", type=Path)
        parser.add_argument("--domain", type=int, help="for items whose file says none")
        parser.add_argument(
            "--level", choices=Level.values, default="", help="for items whose file says none"
        )
        parser.add_argument("--pool", choices=Pool.values, default=Pool.EXAM.value, help="likewise")
        parser.add_argument("--author", default="", help="a name, or the address of a person here")
        parser.add_argument("--source", default="", help="where the items were published")
        parser.add_argument("--edition", default="")
        parser.add_argument("--aids", default="", help="with what aids they were written, as declared")

    def handle(self, *, file: Path, report: Path | None, **options: Any) -> None:
        with _Report(report) as told:
            try:
                # What can't be reported is not imported: the report is on the disk before the batch is committed.
                with transaction.atomic():
                    found = self._imported(file, options)
                    told.write(file, asdict(found))
            except formats.CannotRead as cannot:
                refused = [{"identifier": "", "line": cannot.line, "reason": cannot.reason}]
                told.write(file, {"imported": [], "unchanged": [], "degraded": [], "refused": refused})
                at = f":{cannot.line}" if cannot.line else ""
                raise CommandError(
                    f"{file}{at}: {cannot.reason}. Nothing was imported.", returncode=1
                ) from None
        self._tell(found, file, dry_run=options["dry_run"])
        if found.refused:
            kept = bool(found.imported or found.unchanged)
            raise SystemExit(SOME_REFUSED if kept else 1)

    def _imported(self, file: Path, options: dict[str, Any]) -> Report:
        data = _bytes(file)
        batch = formats.read(data, options["format"])
        if options["domain"] is not None and not 1 <= options["domain"] <= 99:
            raise CommandError(
                "--domain is the number of a domain, from 1. Nothing was imported.", returncode=1
            )
        try:
            return exchange.import_items(
                bank_key=options["bank"],
                batch=batch,
                provenance=Provenance(
                    file.name,
                    hashlib.sha256(data).hexdigest(),
                    *(options[name].strip() for name in ("author", "source", "edition", "aids")),
                ),
                defaults=Defaults(options["domain"], options["level"], options["pool"]),
                dry_run=options["dry_run"],
            )
        except UnknownBank:
            raise CommandError(
                f"There is no bank '{options['bank']}'. Nothing was imported.", returncode=1
            ) from None

    def _tell(self, found: Report, file: Path, *, dry_run: bool) -> None:
        for what, entries in (("degraded", found.degraded), ("refused", found.refused)):
            for one in entries:
                at = f":{one.line}" if one.line else ""
                self.stdout.write(f"{what}: {file.name}{at} {one.identifier}: {one.reason}")
        counts = (
            f"{len(found.imported)} imported, {len(found.unchanged)} unchanged, {len(found.refused)} refused"
        )
        if found.variants:
            counts += f", {len(found.variants)} in other languages wait for approval"
        self.stdout.write(f"{counts}.{' A dry run: nothing was written.' if dry_run else ''}")


def _bytes(path: Path) -> bytes:
    """A file that is too large is refused before it is read."""
    try:
        if path.stat().st_size > frame.MOST_BYTES:
            raise formats.CannotRead(
                f"the file is larger than {frame.MOST_BYTES // 1024 // 1024} MB: split it"
            )
        return path.read_bytes()
    except OSError as fault:
        raise formats.CannotRead(f"it can't be opened: {fault.strerror}") from None


class _Report:
    """The file of the report. It is refused before anything is imported where it can't be written; what is written stands
    beside it until all is done, and then takes its place, also where the end is a refusal."""

    def __init__(self, path: Path | None) -> None:
        self.path = path
        self.beside: Path | None = None

    def __enter__(self) -> "_Report":
        if self.path is None:
            return self
        try:
            if self.path.is_dir():
                raise IsADirectoryError(0, "it is a folder")
            number, name = tempfile.mkstemp(dir=self.path.parent, prefix=f".{self.path.name}.")
            os.close(number)
            self.beside = Path(name)
        except OSError as fault:
            raise self._cannot(fault) from None
        return self

    def write(self, file: Path, found: dict[str, list[dict[str, Any]]]) -> None:
        if self.beside is None:
            return
        named = {what: [{"file": file.name, **one} for one in entries] for what, entries in found.items()}
        try:
            self.beside.write_text(json.dumps(named, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        except OSError as fault:
            raise self._cannot(fault) from None

    def __exit__(self, *_: object) -> None:
        if self.path is None or self.beside is None:
            return
        if self.beside.stat().st_size:
            self.beside.chmod(0o644)
            self.beside.replace(self.path)
        else:
            self.beside.unlink()

    def _cannot(self, fault: OSError) -> CommandError:
        return CommandError(
            f"The report can't be written to {self.path}: {fault.strerror}. Nothing was imported.",
            returncode=1,
        )
