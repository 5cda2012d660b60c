"""`manage.py prepare`: everything that serving needs, brought up to date."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from lms.web import preparation


class Command(BaseCommand):
    help = "Migrates, loads the library, makes the demonstration (in its mode), collects static files."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--anew", action="store_true", help="also what seems to be up to date")

    def handle(self, *, anew: bool, **options: Any) -> None:
        preparation.prepare(say=lambda text: self.stdout.write(f"· {text}"), anew=anew)
