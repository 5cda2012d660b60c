"""`manage.py replay_scores`: works out every score run anew and compares it with what is kept, bit for bit."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from exams.queries import replays


class Command(BaseCommand):
    help = (
        "Works out every score run anew from form, version of the key and responses, and compares points, "
        "maximum, domains and digest. Ends with 0 when all are the same, 1 when one differs. Changes nothing."
    )

    def handle(self, **options: Any) -> None:
        looked_at = differing = 0
        for replay in replays.replays():
            looked_at += 1
            if replay.difference:
                differing += 1
                self.stderr.write(f"Sitting {replay.sitting}: score run {replay.number} {replay.difference}.")
        if differing:
            raise CommandError(
                f"Of {_many(looked_at)}, {differing} {'differs' if differing == 1 else 'differ'}.",
                returncode=1,
            )
        self.stdout.write(f"{_many(looked_at)} worked out anew: all are the same.")


def _many(number: int) -> str:
    return f"{number} score run{'' if number == 1 else 's'}"
