"""`manage.py import_course FILE --organisation SLUG --format …`: a course of another program as drafts."""

import hashlib
import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from courses.actions import importing
from courses.actions.importing import Report
from courses.actions.installing import Provenance
from courses.queries import standing
from courses.rules import exchange
from courses.rules.exchange import CannotRead, frame
from lms.kit import archives
from lms.organisations import queries as organisations

SOME_REFUSED = 3
TEXTS_AND_PICTURES = (".md", ".yaml", ".png", ".jpg", ".jpeg", ".gif", ".webp")


class Command(BaseCommand):
    help = (
        "Imports a course as drafts, in one transaction; a second import changes nothing. Ends with 0; with 3 where some "
        "of the file was refused and the rest imported; with 1 and a sentence where nothing was."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", type=Path, help="for Markdown a folder too")
        parser.add_argument("--organisation", metavar="SLUG", required=True)
        parser.add_argument("--format", choices=sorted(exchange.READERS), required=True)
        parser.add_argument("--profile", default="", help="for files that name none; without it the first")
        parser.add_argument("--key", default="", help="of the course, in place of the file's")
        parser.add_argument("--dry-run", action="store_true", help="report, and write nothing")
        parser.add_argument("--report", metavar="FILE.json", type=Path)

    def handle(self, *, file: Path, report: Path | None, **options: Any) -> None:
        try:
            found = self._imported(file, options)
        except CannotRead as cannot:
            at = f":{cannot.line}" if cannot.line else ""
            refused = {"refused": [{"where": f"{file.name}{at}", "reason": cannot.reason}], "degraded": []}
            _write(report, refused)
            raise CommandError(f"{file}{at}: {cannot.reason}. Nothing was imported.", returncode=1) from None
        _write(report, importing.as_facts(found))
        self._tell(found, dry_run=options["dry_run"])
        if found.refused:
            raise SystemExit(SOME_REFUSED)

    def _imported(self, file: Path, options: dict[str, Any]) -> Report:
        data = _bytes(file, options["format"])
        here = standing.standing(options["profile"])
        if options["profile"] and options["profile"] not in here.profiles:
            raise CommandError(
                f"There is no profile '{options['profile']}'. Nothing was imported.", returncode=1
            )
        incoming = exchange.read(data, options["format"], here)
        try:
            return importing.import_course(
                organisation_id=organisations.organisation(options["organisation"]).id,
                incoming=frame.under_key(incoming, options["key"]),
                provenance=Provenance(file.name, hashlib.sha256(data).hexdigest()),
                dry_run=options["dry_run"],
            )
        except organisations.UnknownOrganisation:
            raise CommandError(
                f"There is no organisation '{options['organisation']}'. Nothing was imported.", returncode=1
            ) from None
        except importing.NotYours as fault:
            raise CannotRead(
                f"another organisation has a course '{fault}': import it under another --key"
            ) from None
        except importing.NoProfile as fault:
            raise CannotRead(f"there is no profile '{fault}' here") from None

    def _tell(self, found: Report, *, dry_run: bool) -> None:
        for what in ("degraded", "refused"):
            for one in getattr(found, what):
                self.stdout.write(f"{what}: {one.where}: {one.reason}")
        for name in found.translations:
            self.stdout.write(f"translation: {name}")
        for note in found.kept:
            self.stdout.write(f"kept: {note}")
        self.stdout.write(
            f"{found.title}: {found.modules} modules, {found.lessons} lessons; {found.imported} imported, "
            f"{found.changed} changed, {found.unchanged} unchanged, {len(found.refused)} refused."
            f"{' A dry run: nothing was written.' if dry_run else ''}"
        )


def _bytes(path: Path, format: str) -> bytes:
    """A file, or a folder of Markdown as if it were zipped; what is too large is refused before it is read."""
    try:
        if path.is_dir() and format == "markdown":
            files = sorted(
                one
                for one in path.rglob("*")
                if one.suffix in TEXTS_AND_PICTURES and one.is_file() and not one.is_symlink()
            )
            if sum(one.stat().st_size for one in files) > exchange.MOST_BYTES:
                raise CannotRead(f"the folder is larger than {exchange.MOST_BYTES // 1024 // 1024} MB")
            return archives.pack({one.relative_to(path).as_posix(): one.read_bytes() for one in files})
        if path.stat().st_size > exchange.MOST_BYTES:
            raise CannotRead(f"the file is larger than {exchange.MOST_BYTES // 1024 // 1024} MB: split it")
        return path.read_bytes()
    except OSError as fault:
        raise CannotRead(f"it can't be opened: {fault.strerror}") from None


def _write(report: Path | None, facts: Any) -> None:
    if report is None:
        return
    try:
        report.write_text(json.dumps(facts, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as fault:
        raise CommandError(
            f"The report can't be written to {report}: {fault.strerror}.", returncode=1
        ) from None
