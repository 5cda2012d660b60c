"""Entering events in the log, and committing to them. No action of the register waits for this: it comes afterwards."""

import secrets
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from certificates.actions import keys
from certificates.models import Checkpoint, CheckpointStamp, CredentialEvent, Leaf, LeafSalt, Tile
from certificates.queries import keys as key_queries
from certificates.queries import log
from certificates.rules import merkle, notes, records
from certificates.states import KeyPurpose
from lms.db import clock
from lms.kit import digests
from lms.notifications import outbox
from lms.web import sealing, timestamping

AT_ONCE: Final = 2_000


def make(*, everything: bool = False) -> Checkpoint | None:
    """Enters what is not in the log yet, in the order of the events' numbers, and signs a checkpoint over all of it.

    Called twice, or by two at once, each event is entered once, and each size signed once by a key. The checkpoint comes when
    nothing is left over: an event that an earlier checkpoint should have had is thereby one that was not there.
    `everything` also looks for events that a sweep has passed by. Answers the checkpoint; None where all was there.
    Raises keys.NoKey and vaults.Unusable: then the entries stand, and the next call signs them.
    """
    while (entered := _enter(everything)) == AT_ONCE:
        pass
    return _sign() if entered is not None else None


def _enter(everything: bool) -> int | None:
    """How many events were entered; None when somebody else entered them at the same time."""
    try:
        with transaction.atomic():
            events = list(log.unlogged(everything=everything)[:AT_ONCE])
            if not events:
                return 0
            _append(events, log.edge(_size()))
            return len(events)
    except IntegrityError:
        # The places were taken in between: whoever has them goes on, and signs.
        return None


def _size() -> int:
    last = Leaf.objects.order_by("-index").values_list("index", flat=True).first()
    return 0 if last is None else last + 1


def _append(events: list[CredentialEvent], edge: merkle.Edge) -> None:
    at, first = clock.now(), edge.size
    leaves, salts = [], []
    for index, event in enumerate(events, first):
        salt, kept_salt = secrets.token_bytes(32), secrets.token_bytes(32)
        entry = records.entry(records.record(log.happened(event), kept_salt), salt)
        leaves.append(Leaf(index=index, event=event, entry=entry, logged_at=at))
        salts.append(LeafSalt(leaf_id=index, salt=salt, kept_salt=kept_salt))
    full = edge.append(merkle.leaf(bytes(row.entry)) for row in leaves)
    Leaf.objects.bulk_create(leaves)
    LeafSalt.objects.bulk_create(salts)
    Tile.objects.bulk_create(
        Tile(level=level, number=number, hashes=b"".join(hashes), root=merkle.root(hashes))
        for level, number, hashes in full
    )


def _sign() -> Checkpoint | None:
    """Signs the log as it stands, unless the key that signs now has done so. Outside of any transaction: it may lie far away."""
    size, at, key = _size(), clock.now(), key_queries.active(KeyPurpose.LOG)
    if not size or (key and Checkpoint.objects.filter(size=size, key_id=key.key_id).exists()):
        return None
    head = notes.Checkpoint(settings.LOG_ORIGIN, size, log.edge(size).root())
    signer = keys.signer(purpose=KeyPurpose.LOG, at=at)
    assert isinstance(signer.public_key, Ed25519PublicKey)  # actions.keys makes no other for the log
    note = notes.signed(head.text, name=head.origin, public_key=signer.public_key, sign=signer.sign)
    row, fresh = Checkpoint.objects.get_or_create(
        size=size,
        key_id=signer.key_id,
        defaults={"root": head.root, "note": note, "made_at": at},
    )
    return row if fresh else None


def stamp() -> None:
    """Has the newest checkpoint stamped by the time-stamp authority, where there is one; once for each checkpoint.

    Raises timestamping.NoTimeStamp: the next sweep asks again.
    """
    authority, row = timestamping.authority(), log.current()
    if authority is None or row is None or CheckpointStamp.objects.filter(checkpoint=row).exists():
        return
    token = sealing.time_stamp(row.note.encode(), authority=authority)
    at = sealing.time_stamped_at(token, row.note.encode(), authority=authority)
    CheckpointStamp.objects.bulk_create(
        [CheckpointStamp(checkpoint=row, token=token, authority=authority.url, at=at)], ignore_conflicts=True
    )


def tell_witnesses() -> None:
    """Sends the last checkpoint of a day that is over to everyone who keeps them for us (setting LOG_WITNESSES).

    Once for each checkpoint and address: where the log does not grow, nobody is written to.
    """
    at = clock.now()
    today = at.replace(hour=0, minute=0, second=0, microsecond=0)
    row = Checkpoint.objects.filter(made_at__lt=today).order_by("-size", "-pk").first()
    if row is None:
        return
    with transaction.atomic():
        for address in settings.LOG_WITNESSES:
            outbox.put(
                "certificates.checkpoint",
                key=f"certificates.checkpoint:{row.pk}:{digests.digest(address)[:16]}",
                to=address,
                person_id=None,
                context={
                    "note": row.note,
                    "size": row.size,
                    "made_at": row.made_at.isoformat(timespec="seconds"),
                    "url": settings.PUBLIC_URL + reverse("certificates:log_checkpoint"),
                },
                at=at,
            )
