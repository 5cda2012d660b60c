"""The register as a folder that outlives the institution: all that it takes to check a certificate, and no names."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from certificates.actions import checkpoints, keys, status_lists
from certificates.documents import offline, vaults
from certificates.models import Checkpoint, CheckpointStamp, Credential
from certificates.queries import badges, credentials, log
from certificates.queries.keys import published
from certificates.rules import notes, tiles
from certificates.rules.proofs import contexts
from certificates.states import KeyPurpose, KeyState
from lms.db import clock

SUMS = "SHA256SUMS"


class NotEmpty(Exception):
    """Something lies in the folder already."""


@dataclass
class Exported:
    """What was written."""

    at: datetime
    files: int = 0
    credentials: int = 0
    entries: int = 0
    sums: list[str] = field(default_factory=list, repr=False)


def export(*, folder: Path) -> Exported:
    """Writes keys, status lists, log, contexts, proofs, a page for each credential and the verifier to a new or empty
    folder, under the paths at which they are served, and a list of all files with their digests.

    What happened until now is entered in the log first. Nobody is named: whoever holds a certificate brings it along.
    Raises NotEmpty, log.Disagrees where a row is not what the log says, keys.NoKey and vaults.Unusable.
    """
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(folder)
    checkpoints.make()
    done = Exported(clock.now())
    for name, content in _everything(done):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        done.files += 1
        done.sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")
    (folder / SUMS).write_text("".join(sorted(done.sums, key=lambda line: line[66:])))
    return done


def _everything(done: Exported) -> Iterator[tuple[str, bytes]]:
    lists = status_lists.publish_all()  # first: it may be what makes a key
    head = log.current()
    yield "verify.py", offline.VERIFIER.read_bytes()
    yield ".well-known/did.json", _json(badges.did_document(done.at))
    yield ".well-known/jwks.json", _json(badges.jwks(done.at))
    yield "keys/history.json", _json(badges.history())
    for key in published(KeyPurpose.CA):
        try:
            own = keys.revocation_list(at=done.at, authority_id=key.key_id)
        except vaults.Unusable:
            if key.state == KeyState.ACTIVE:
                raise
            continue  # an old device that is gone must not keep everything else from being taken along
        yield f"keys/{key.key_id}.crl", own
        if key.state == KeyState.ACTIVE:
            yield "keys/ca.crl", own
    for name in contexts.FILES.values():
        yield f"contexts/{name}", (contexts.FOLDER / name).read_bytes()
    for name, content in offline.style():
        yield f"style/{name}", content
    for row in lists:
        yield f"status/{row.purpose}-{row.number}", row.document.encode()
        yield f"status/{row.purpose}-{row.number}.jwt", row.token.encode()
    if head:
        yield from _log(head)
        done.entries = head.size
    example = ""
    for view in _views(done.at):
        example = example or view.number
        done.credentials += 1
        yield f"v/{view.number}/index.html", offline.standing(view, at=done.at)
    yield (
        "index.html",
        offline.front(
            at=done.at,
            lists=len(lists),
            lists_end=min((row.valid_until for row in lists), default=done.at),
            size=done.entries,
            credentials=done.credentials,
            example=example,
        ),
    )


def _log(head: Checkpoint) -> Iterator[tuple[str, bytes]]:
    yield "log/checkpoint", head.note.encode()
    origin = head.note.partition("\n")[0]
    for name, lost in (("log/keys.txt", False), ("log/keys-compromised.txt", True)):
        told = [notes.verifier_key(origin, key) for key in log.public_keys(compromised=lost)]
        if told or not lost:
            yield name, "".join(f"{line}\n" for line in told).encode()
    stamp = CheckpointStamp.objects.select_related("checkpoint").first()
    if stamp:
        yield f"log/stamped/{stamp.checkpoint.size}.txt", stamp.checkpoint.note.encode()
        yield f"log/stamped/{stamp.checkpoint.size}.tst", bytes(stamp.token)
    for tile in tiles.of_tree(head.size):
        yield f"log/tile/{tile.path}", log.content(tile) or b""
    for uuid, proof in log.inclusions(head):
        yield f"credentials/{uuid}.tlog-proof", proof.text.encode()


def _views(at: datetime) -> Iterator[credentials.CredentialView]:
    rows = credentials.with_history(Credential.objects.order_by("pk"))
    for row in rows.iterator(chunk_size=500):
        view = credentials.view(row, at)
        if view:
            yield view


def _json(document: dict[str, Any]) -> bytes:
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"
