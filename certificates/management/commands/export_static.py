"""`manage.py export_static DIR`: the register as a folder that any web server can serve, for when we are gone."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.actions import exporting, keys
from certificates.documents import vaults
from certificates.queries import log


class Command(BaseCommand):
    help = "Writes everything that it takes to check a certificate to a new or empty folder, and no names."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR")

    def handle(self, *, folder: Path, **options: Any) -> None:
        try:
            done = exporting.export(folder=folder)
        except exporting.NotEmpty:
            raise CommandError(f"{folder} is not empty. Nothing was written; name a new folder.") from None
        except log.Disagrees as fault:
            raise CommandError(
                f"The register is not what its log says ({fault}), so the export was given up and {folder} is not "
                "complete. manage.py audit_register names what differs."
            ) from None
        except (keys.NoKey, vaults.Unusable, OSError) as fault:
            raise CommandError(f"{fault} The export was given up, and {folder} is not complete.") from None
        self.stdout.write(
            f"{folder}, as of {done.at:%Y-%m-%d %H:%M} UTC. Files: {done.files}, certificates: {done.credentials}, "
            f"entries of the log: {done.entries}."
        )
