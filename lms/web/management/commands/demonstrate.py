"""`manage.py demonstrate`: the demonstration's people and their work. In demonstration mode only."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from lms.kit import gather


class Command(BaseCommand):
    help = "Makes the demonstration's people, reviews and forms. Refuses outside MODE=demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError("Demonstration people exist only with MODE=demonstration; nothing was made.")
        for part in gather.DEMONSTRATION:
            for line in part.make():
                self.stdout.write(line)
