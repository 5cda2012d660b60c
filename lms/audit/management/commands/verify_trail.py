"""`manage.py verify_trail`: whether the audit trail is as it was sealed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.audit import queries


def _noted(text: str) -> tuple[int, str]:
    place, _, value = text.partition(":")
    if not place.isdigit() or len(value) != 64:
        raise ValueError
    return int(place), value


class Command(BaseCommand):
    help = "Names every entry of the audit trail that is changed, missing, written in afterwards, or without a seal."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            type=_noted,
            metavar="PLACE:VALUE",
            help="A head that was noted before, as this command prints it; may be given more than once.",
        )

    def handle(self, *args: Any, head: list[tuple[int, str]], **options: Any) -> None:
        count = 0
        for found in queries.findings(dict(head)):
            count += 1
            self.stdout.write(f"{found.kind}: {found.says}")
        if count:
            raise CommandError(f"{count} finding{'s' if count > 1 else ''}. Nothing was changed.")
        self.stdout.write(f"The trail is as it was sealed. Head: {queries.head() or 'none yet'}")
