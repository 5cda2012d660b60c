"""`manage.py archive_events`: the events of sittings that are over for good, out of the tables and into sealed files."""

from argparse import ArgumentParser, ArgumentTypeError
from datetime import date
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from exams.actions import archives
from exams.models import EventArchive


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text} is no day; write it as 2027-01-01") from None


class Command(BaseCommand):
    help = (
        "Moves what was answered in sittings handed in before a day, and over for good, into sealed files in the storage. "
        "Everything that reads answers goes on reading them there. Ends with 1 when something does not hold."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--before", type=_day, metavar="DAY", help="such as 2027-01-01 (UTC)")
        what.add_argument(
            "--verify", action="store_true", help="holds every archive against seal and receipts"
        )
        what.add_argument(
            "--restore", type=UUID, metavar="ID", help="gives the events of an archive back to the tables"
        )
        parser.add_argument(
            "--count", action="store_true", help="with --before: only says how many there are"
        )

    def handle(
        self, *, before: date | None, verify: bool, restore: UUID | None, count: bool, **options: Any
    ) -> None:
        if verify:
            self._verify()
        elif restore is not None:
            self._restore(restore)
        elif before is not None and count:
            self.stdout.write(
                f"{archives.ripe(before).count()} sittings can be archived. Nothing was changed."
            )
        elif before is not None:
            self._archive(before)

    def _archive(self, before: date) -> None:
        last, sittings, faults = 0, 0, 0
        while True:
            try:
                made, last = archives.archive(before=before, after_id=last)
            except archives.Damaged as damaged:
                raise CommandError(f"{damaged}. Nothing of it was taken out of the tables.") from None
            except archives.Unstored as refused:
                raise CommandError(
                    f"The storage took no file ({refused}). {sittings} sittings were archived before; all others are where they "
                    "were. Give it room, or its credentials, and run this again."
                ) from None
            for fault in made.faults:
                faults += 1
                self.stderr.write(fault)
            if made.archive:
                sittings += made.archive.sittings
                self.stdout.write(
                    f"Archive {made.archive.uuid}: {made.archive.sittings} sittings, {made.archive.events} events, "
                    f"{made.archive.size} bytes, SHA-256 {made.archive.digest}."
                )
            if not last:
                break
        self.stdout.write(f"{sittings} sittings were archived.")
        if faults:
            raise CommandError(f"{faults} sittings do not hold and were left where they are.", returncode=1)

    def _verify(self) -> None:
        found = list(EventArchive.objects.filter(restored_at=None))
        wrong = [fault for fault in map(archives.fault_of, found) if fault]
        for one in found:
            self.stdout.write(f"Archive {one.uuid}: {one.sittings} sittings handed in before {one.before}.")
        for fault in wrong:
            self.stderr.write(fault)
        if wrong:
            raise CommandError(f"Of {len(found)} archives, {len(wrong)} do not hold.", returncode=1)
        self.stdout.write(f"All {len(found)} archives hold.")

    def _restore(self, uuid: UUID) -> None:
        try:
            found = archives.restore(archive_uuid=uuid)
        except EventArchive.DoesNotExist:
            raise CommandError(
                f"There is no archive {uuid}: archive_events --verify lists them. Nothing was given back.",
                returncode=2,
            ) from None
        except archives.Damaged as fault:
            raise CommandError(f"{fault} Nothing was given back.") from None
        self.stdout.write(f"{found.sittings} sittings of archive {uuid} are in the tables again.")
