"""`manage.py second_factor`: the code that the demonstration's staff are asked for now."""

from typing import Any

from allauth.mfa.totp.internal import auth
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError


class Command(BaseCommand):
    help = "Prints the code that the demonstration's staff are asked for now. Each signs one person in once."

    def handle(self, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CommandError(
                "There is such a code in the demonstration alone; elsewhere each has an app of their own."
            )
        *_, counter, _next = auth.yield_hotp_counters_from_time()
        self.stdout.write(
            auth.format_hotp_value(auth.hotp_value(settings.SECRETS.demonstration_totp, counter))
        )
