"""`manage.py open_institution`: an institution that can open, without anybody made up."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.checks import run_checks
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email

from lms.kit import gather
from lms.organisations.actions import founding


class Command(BaseCommand):
    help = (
        "Makes the two organisations (one trains and examines, the other certifies), their owner, the keys and "
        "the library with its schemes. Run again, it renames and changes nothing else."
    )

    # What they find is said at the end, with the rest of what is missing.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--training", required=True, metavar="NAME", help="who trains and examines")
        parser.add_argument("--certification", required=True, metavar="NAME", help="who certifies")
        parser.add_argument("--owner", required=True, metavar="EMAIL", help="who runs the platform")
        parser.add_argument("--owner-name", required=True, metavar="NAME")

    def handle(
        self, *, training: str, certification: str, owner: str, owner_name: str, **options: Any
    ) -> None:
        if settings.DEMONSTRATION:
            raise CommandError("A demonstration has people of its own; nothing was made.")
        self._refuse_unusable(training, certification, owner, owner_name)
        call_command("prepare", stdout=self.stdout)
        call_command("keys", "create", "all", stdout=self.stdout)
        names = {"institute": training, "certification": certification}
        made = founding.open_institution(names=names, email=owner, display_name=owner_name)
        self.stdout.write(
            f"{owner} owns both organisations{'' if made else ' already'}. To choose a password: "
            f"{settings.PUBLIC_URL}/accounts/password/reset/"
        )
        self._tell_what_is_missing()

    def _refuse_unusable(self, training: str, certification: str, owner: str, owner_name: str) -> None:
        if not all(name.strip() for name in (training, certification, owner_name)):
            raise CommandError("A name is empty; nothing was made.")
        try:
            validate_email(owner)
        except ValidationError:
            raise CommandError(f"{owner} is no e-mail address; nothing was made.") from None

    def _tell_what_is_missing(self) -> None:
        for found in run_checks():
            self.stdout.write(f"· {found.msg} {found.hint or ''}".rstrip())
        for part in gather.READINESS:
            if says := part.says():
                self.stdout.write(f"· {part.key}: {says}")
