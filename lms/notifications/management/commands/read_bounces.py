"""Reads mail that came back, from a Maildir or an mbox, and marks addresses that take none."""

import contextlib
import mailbox
from collections import Counter
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from lms.notifications.actions import bounces


class Command(BaseCommand):
    help = (
        "Reads reports of delivery (RFC 3464) from a Maildir or an mbox, for cron. Letters that came back for good mark "
        "their address as undeliverable. In a Maildir what was read is flagged as seen and not read again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("path", type=Path, help="a Maildir, or a file of the kind mbox")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        if not path.exists():
            raise CommandError(f"There is nothing at {path}. Nothing was read.")
        found = _maildir(path) if path.is_dir() else _mbox(path)
        self.stdout.write(
            f"{found[bounces.Verdict.HARD]} for good, {found[bounces.Verdict.SOFT]} for now, "
            f"{found[bounces.Verdict.STRANGE]} neither a report nor about a letter of ours."
        )


def _maildir(path: Path) -> Counter[str]:
    if not all((path / name).is_dir() for name in ("cur", "new", "tmp")):
        raise CommandError(f"{path} is no Maildir: it lacks cur, new or tmp. Nothing was read.")
    found: Counter[str] = Counter()
    box = mailbox.Maildir(path, create=False)
    for key in list(box.iterkeys()):
        message = box.get_message(key)
        if "S" in message.get_flags():
            continue
        found[bounces.take(box.get_bytes(key))] += 1
        message.set_subdir("cur")
        message.add_flag("S")
        box[key] = message
    return found


def _mbox(path: Path) -> Counter[str]:
    with contextlib.closing(mailbox.mbox(path, create=False)) as box:
        return Counter(bounces.take(box.get_bytes(key)) for key in box.iterkeys())
