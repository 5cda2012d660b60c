"""`manage.py keys`: the institution's keys, made, replaced, retired, given up and listed."""

import os
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from certificates.actions import keys
from certificates.documents import vaults
from certificates.models import Key
from certificates.queries import keys as queries
from certificates.states import KeyPurpose
from lms.db import clock
from lms.kit.machine import IllegalMove


class Command(BaseCommand):
    help = "Makes, replaces, retires, gives up, exports and lists the keys with which the institution signs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        acts = parser.add_subparsers(dest="act", required=True)
        purposes = [purpose.value for purpose in KeyPurpose]
        create = acts.add_parser("create", help="a first key for a purpose, or for all that have none")
        create.add_argument("purpose", choices=[*purposes, "all"])
        create.add_argument("--reference", default="", help="take the key of this name from the vault")
        adopt = acts.add_parser(
            "adopt", help="seal documents with a key in the vault that an authority outside vouches for"
        )
        adopt.add_argument("reference", help="the name of the key in the vault")
        adopt.add_argument("certificates", type=Path, help="in PEM: the key's own first, the root last")
        rotate = acts.add_parser("rotate", help="a new key; the old one is retired and stays published")
        rotate.add_argument("purpose", choices=purposes)
        retire = acts.add_parser("retire", help="no longer sign with a key, without another in its place")
        compromise = acts.add_parser("compromise", help="somebody else may have signed with a key")
        compromise.add_argument("--since", required=True, help="2026-11-28T09:00 (UTC): trusted until then")
        export = acts.add_parser("export", help="the public half and its certificates, in PEM")
        export.add_argument(
            "--private", type=Path, help="also the private half, encrypted as it lies, to a file"
        )
        for act in (retire, compromise, export):
            act.add_argument("key_id")
        for act in (adopt, rotate, retire, compromise):
            act.add_argument("--reason", required=True)
        acts.add_parser("list", help="every key there ever was")

    def handle(self, *, act: str, **given: Any) -> None:
        try:
            for line in getattr(self, f"_{act}")(**given):
                self.stdout.write(line)
        except vaults.Unusable as fault:
            raise CommandError(f"{fault} Nothing was changed.") from None
        except Key.DoesNotExist:
            raise CommandError("There is no key of that id: manage.py keys list shows them.") from None
        except keys.AlreadyThere:
            raise CommandError("A key signs for this already; replace it with: keys rotate.") from None
        except keys.Unfit as fault:
            raise CommandError(f"{fault} Nothing was changed.") from None
        except keys.NoKey as fault:
            raise CommandError(str(fault)) from None
        except IllegalMove as fault:
            raise CommandError(f"The key is {fault.state}: that can't be done to it.") from None

    def _create(self, purpose: str, reference: str, **_: Any) -> list[str]:
        if purpose == "all":
            return keys.ensure(at=clock.now()) or ["Every purpose has its key."]
        return [keys.create(purpose=KeyPurpose(purpose), at=clock.now(), reference=reference).key_id]

    def _adopt(self, reference: str, certificates: Path, reason: str, **_: Any) -> list[str]:
        try:
            text = certificates.read_text()
        except (OSError, UnicodeDecodeError):
            raise CommandError(f"{certificates} can't be read as text. Nothing was changed.") from None
        made = keys.adopt(reference=reference, certificates=text, at=clock.now(), reason=reason)
        return [f"{made.key_id} seals from now on."]

    def _rotate(self, purpose: str, reason: str, **_: Any) -> list[str]:
        return [keys.rotate(purpose=KeyPurpose(purpose), at=clock.now(), reason=reason).key_id]

    def _retire(self, key_id: str, reason: str, **_: Any) -> list[str]:
        keys.retire(key_id=key_id, at=clock.now(), reason=reason)
        return [f"{key_id} is retired and stays published."]

    def _compromise(self, key_id: str, since: str, reason: str, **_: Any) -> list[str]:
        try:
            moment = datetime.fromisoformat(since)
        except ValueError:
            raise CommandError(
                "--since takes a moment such as 2026-11-28T09:00; nothing was changed."
            ) from None
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        keys.compromise(key_id=key_id, since=moment, at=clock.now(), reason=reason)
        return [f"{key_id} is compromised since {moment.isoformat()}; jobs issue again what it signed."]

    def _export(self, key_id: str, private: Path | None, **_: Any) -> list[str]:
        key = Key.objects.get(key_id=key_id)
        if private:
            sealed = keys.sealed(key_id=key_id)
            try:
                with open(os.open(private, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
                    out.write(sealed)
            except OSError as fault:
                raise CommandError(f"{private} can't be written ({fault.strerror}).") from None
        return [(key.public_key + key.certificates).rstrip()]

    def _list(self, **_: Any) -> list[str]:
        return [
            "  ".join(
                [
                    view.key_id,
                    view.algorithm,
                    view.state,
                    f"{view.created_at:%Y-%m-%d %H:%M}",
                    f"until {view.retired_at:%Y-%m-%d %H:%M}" if view.retired_at else "",
                ]
            ).rstrip()
            for view in queries.published()
        ]
