"""`manage.py drill`: whether a backup can be restored, and is what it should be."""

import os
import subprocess
import sys
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from lms.db import copies
from lms.kit import gather


class Command(BaseCommand):
    help = (
        "Backs the database up, restores the backup into a fresh database, counts its rows, and lets every proof "
        "be worked out in it: trail, scores, register. Removes the copy. The institution may stay open."
    )

    def handle(self, **options: Any) -> None:
        for part in gather.PROOFS:
            part.settle()
        begun = time.monotonic()
        try:
            with copies.restored(settings.LOCAL_DIR / "drill") as copy:
                size = f"{copy.bytes / 1e6:.1f} MB, {sum(copy.rows.values())} rows in {len(copy.rows)} tables"
                self.stdout.write(f"Backed up and restored in {time.monotonic() - begun:.1f} s: {size}.")
                failed = self._counts(copy) + [
                    part.key for part in gather.PROOFS if not self._holds(part, copy)
                ]
        except copies.NotCopied as fault:
            raise CommandError(f"There is no backup. {fault}") from None
        finally:
            connection.close()
        if failed:
            raise CommandError(
                f"The backup does not hold: {', '.join(failed)}. The institution itself was not changed."
            )
        self.stdout.write("The backup holds. The copy is removed.")

    def _counts(self, copy: copies.Copy) -> list[str]:
        """What `count_rows` says inside the copy against what the original had."""
        done = self._inside(copy, "count_rows")
        found = dict(line.rsplit(" ", 1) for line in done.stdout.splitlines())
        wrong = [table for table, rows in copy.rows.items() if found.get(table) != str(rows)]
        for table in wrong:
            self.stderr.write(f"{table}: {found.get(table, 'no')} rows instead of {copy.rows[table]}.")
        return ["rows"] if wrong else []

    def _holds(self, part: gather.ProofPart, copy: copies.Copy) -> bool:
        done = self._inside(copy, part.command)
        self.stdout.write(f"· {part.key}: {done.stdout.strip() or done.stderr.strip()}")
        return done.returncode == 0

    def _inside(self, copy: copies.Copy, command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(  # noqa: S603  commands of ours
            [sys.executable, "manage.py", command],
            cwd=settings.BASE_DIR,
            env=os.environ | {"DATABASE_URL": copy.url},
            capture_output=True,
            text=True,
            check=False,
        )
