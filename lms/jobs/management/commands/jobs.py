"""`manage.py jobs`: what was given up and why, what waits, and having it tried again."""

from argparse import ArgumentParser
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from lms.db import clock
from lms.jobs import worker
from lms.jobs.models import Job, Setback
from lms.jobs.states import JobState

MOST: Final = 50


class Command(BaseCommand):
    help = (
        "Shows the jobs that were given up with the error of their last attempt, those that wait longest, and what "
        "sweeps could not do. --again has given-up jobs tried again. Ends with 1 while some are given up."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--again", metavar="KIND", help="tries all given-up jobs of this kind again, or `all`"
        )
        parser.add_argument("--key", default="", help="of these, the one with this key")

    def handle(self, *, again: str | None, key: str, **options: Any) -> None:
        if again:
            done = worker.try_again(kind="" if again == "all" else again, key=key)
            self.stdout.write(
                f"{done} job{'' if done == 1 else 's'} put back; a worker takes them within seconds."
            )
            return
        given_up = Job.objects.filter(state=JobState.FAILED)
        self._tell("Given up", given_up.order_by("kind", "pk"), lambda job: f"{job.last_error[:160]}")
        at = clock.now()
        waiting = Job.objects.filter(state=JobState.PENDING, run_after__lt=at).order_by("run_after")
        self._tell("Waiting", waiting, lambda job: f"due for {(at - job.run_after).total_seconds():.0f} s")
        for one in Setback.objects.order_by("-tries")[:MOST]:
            self.stdout.write(f"· {one.sweep} {one.thing}: failed {one.tries} times; {one.last_error[:160]}")
        if given_up.exists():
            raise CommandError("Mend what the errors say, then: manage.py jobs --again KIND")

    def _tell(self, head: str, jobs: Any, says: Any) -> None:
        self.stdout.write(f"{head}: {jobs.count()}")
        for job in jobs[:MOST]:
            self.stdout.write(f"· {job.kind} {job.key} (attempts {job.attempts}): {says(job)}")
