"""`manage.py audit_register`: whether the register is what its log says it was."""

from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from certificates.queries import log
from certificates.queries.auditing import Audit, Fault, Flaw
from certificates.rules import notes
from lms.db import clock

_EVENT: Final = "Event {event} ({kind} of {credential}, recorded {recorded_at})"
_WORDS: Final = {
    Flaw.GUARD_MISSING: "The guard {guard} is missing in the database: rows could be changed. Run manage.py migrate.",
    Flaw.CHANGED: _EVENT
    + " was changed, or its certificate was, after it was entered in the log on {logged_at}.",
    Flaw.REMOVED: "Event {event} was removed: it was entered in the log at place {index} on {logged_at}.",
    Flaw.BACKDATED: _EVENT + " was backdated: the checkpoint of {before} does not have it.",
    Flaw.NOT_ENTERED: _EVENT
    + " was not entered in the log. Is a worker running, and can the log's key be reached?",
    Flaw.SALT_GONE: _EVENT + " can't be checked: its salt was removed without an erasure.",
    Flaw.ENTRY_GONE: "Entry {index} of the log was removed: from there on nothing fits the checkpoints.",
    Flaw.TILE: "Tile {number} of level {level} of the log was changed or removed.",
    Flaw.ROOT: "The log's first {size} entries are not those of the checkpoint of {made_at}.",
    Flaw.SIGNATURE: "The checkpoint of {made_at} over {size} entries is not signed by a key of ours.",
    Flaw.CUT_OFF: "A checkpoint has {size} entries, and the log has only {entries}: its end was cut off.",
    Flaw.DIGEST: "Edition {edition} of {credential} was changed: its digest is not that of what it says.",
    Flaw.NAME_GONE: "The name of edition {edition} of {credential} was removed without an erasure.",
    Flaw.NO_EVENT: "Edition {edition} of {credential} was put in: no event says that it was made.",
    Flaw.STATE: "{credential} is marked {state} in lists, and its events say {expected}.",
    Flaw.BADGE: "The credential of edition {edition} of {credential} ({profile}, revision {revision}) was changed: its digest "
    "is not that of what was issued.",
    Flaw.INDEX: "The credential of edition {edition} of {credential} ({profile}, revision {revision}) points at another place in the "
    "status lists than the register has: the place was moved.",
    Flaw.STAMP: "The time stamp of {at} is not of the checkpoint over {size} entries, or not by the authority.",
    Flaw.WITNESS: "The first {size} entries are not those of the checkpoint that a witness has kept: the log was rewritten.",
}
_UNSEEN: Final = (
    "Nobody outside keeps or stamps the log: whoever has the database and the log's key could make everything anew, and "
    "nothing here would show it. Set LOG_WITNESSES or TIMESTAMP_URL (docs/survival.md)."
)


class Command(BaseCommand):
    help = (
        "Works the log of the register out again from its events and compares. Ends with 0 when all holds, "
        "1 when something does not, 2 when a witness's file is no checkpoint of ours."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--witnessed",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="a checkpoint as somebody outside has kept it; may be given several times",
        )

    def handle(self, *, witnessed: list[Path], **options: Any) -> None:
        kept = [_checkpoint(path) for path in witnessed]
        audit, found = Audit(clock.now()), 0
        for fault in audit.faults():
            found += self._say(fault)
        for head in kept:
            for fault in audit.witnessed(head):
                found += self._say(fault)
        if settings.PRODUCTION and not (settings.LOG_WITNESSES or settings.TIMESTAMP_URL):
            self.stderr.write(_UNSEEN)
        looked_at = (
            f"{_many(audit.events, 'event')}, {_many(audit.editions, 'edition')}, "
            f"{_many(audit.checkpoints, 'checkpoint')}"
        )
        if found:
            raise CommandError(
                f"The register does not hold ({looked_at}): {_many(found, 'fault')}.", returncode=1
            )
        erased = f"; of {_many(audit.erased, 'erased event')} only that there was one" if audit.erased else ""
        witnesses = f", and is the log that {_many(len(kept), 'witness', 'witnesses')} saw" if kept else ""
        self.stdout.write(f"The register holds ({looked_at}{erased}){witnesses}.")

    def _say(self, fault: Fault) -> int:
        facts = {key: _worded(value) for key, value in fault.facts.items()}
        self.stderr.write(_WORDS[fault.flaw].format(**facts))
        return 1


def _checkpoint(path: Path) -> notes.Checkpoint:
    try:
        # Out of a mail: with or without the end of the last line.
        return notes.checkpoint(path.read_text(encoding="utf-8").strip() + "\n", log.public_keys())
    except (OSError, UnicodeDecodeError) as fault:
        raise CommandError(f"{path} can't be read: {fault}. Nothing was checked.", returncode=2) from None
    except notes.NotGenuine as fault:
        raise CommandError(
            f"{path} is no checkpoint of ours: {fault}. Nothing was checked.", returncode=2
        ) from None


def _worded(value: object) -> object:
    return f"{value:%Y-%m-%d %H:%M} UTC" if isinstance(value, datetime) else value


def _many(number: int, what: str, more: str = "") -> str:
    return f"{number} {what}" if number == 1 else f"{number} {more or what + 's'}"
