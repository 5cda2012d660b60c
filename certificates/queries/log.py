"""The log of the register, read: tiles, entries, and the proof that an edition stands in it (docs/algorithms/log.md).

However long the log is, an answer takes the same few statements: a proof needs the tiles on its way to the root and
those at the right edge, which are asked for together.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from certificates.models import Checkpoint, CredentialEvent, Edition, Leaf, Tile
from certificates.queries.keys import published
from certificates.rules import merkle, notes, records, tiles
from certificates.rules.merkle import WIDTH
from certificates.rules.standing import Happening
from certificates.rules.tiles import Tile as Named
from certificates.states import KeyPurpose
from lms.kit import digests

# An event of each edition says that it was made; the others are about what became of it.
ISSUING: Final = (
    Happening.GRANTED.value,
    Happening.RENEWED.value,
    Happening.NAME_CORRECTED.value,
    Happening.SCOPE_REDUCED.value,
)
# Numbers of rows are given out before their transactions end, so that a lower one may come after a higher one.
LATECOMERS: Final = 10_000
LATE: Final = timedelta(minutes=15)


class Disagrees(Exception):
    """A row of the register is not what the log says that it was."""


def current() -> Checkpoint | None:
    """The newest checkpoint; None before the first."""
    return Checkpoint.objects.order_by("-size", "-pk").first()


def public_keys(*, compromised: bool | None = None) -> list[Ed25519PublicKey]:
    """Every key that has ever signed checkpoints; or only those that were compromised, or that were not."""
    return [
        key.public_key
        for key in published(KeyPurpose.LOG)
        if isinstance(key.public_key, Ed25519PublicKey)
        and compromised in (None, key.compromised_since is not None)
    ]


def inclusion(*, edition: Edition) -> notes.Proof | None:
    """The proof that an edition stands in the log: five statements at most. None while it does not stand there yet, and for ever
    once it was erased. Raises Disagrees where the register no longer says what the log says."""
    rows = Leaf.objects.filter(event__edition=edition, event__kind__in=ISSUING, salts__isnull=False)
    row = rows.select_related("salts", "event__credential", "event__edition").first()
    head = current()
    if row is None or head is None or row.index >= head.size:
        return None
    return _proof(row, head, _reader(merkle.inclusion(row.index, head.size), head.size))


def agrees(*, edition: Edition, events: Iterable[CredentialEvent]) -> bool | None:
    """Whether the entry of an edition is what the register says today, told from rows that were loaded with
    `credentials.with_history(logged=True)`: no statement, and no proof under a checkpoint either. None where it has no
    entry (yet), and for ever once it was erased."""
    row = next((one for one in events if one.edition_id == edition.pk and one.kind in ISSUING), None)
    leaf = getattr(row, "leaf", None)
    salts = getattr(leaf, "salts", None)
    if row is None or leaf is None or salts is None:
        return None
    row.edition = edition
    told = records.record(happened(row), bytes(salts.kept_salt))
    return records.entry(told, bytes(salts.salt)) == bytes(leaf.entry)


def inclusions(head: Checkpoint) -> Iterator[tuple[UUID, notes.Proof]]:
    """The proofs of all editions that have one, under a checkpoint, by the editions' UUIDs. Reads the whole log, which is
    quicker than to ask for each. Raises Disagrees."""
    rows = Leaf.objects.filter(event__edition__isnull=False, event__kind__in=ISSUING, salts__isnull=False)
    rows = rows.filter(index__lt=head.size).select_related("salts", "event__credential", "event__edition")
    read = _whole_log(head.size)
    for row in rows.order_by("index").iterator(chunk_size=1_000):
        assert row.event.edition is not None  # asked for
        yield row.event.edition.uuid, _proof(row, head, read)


def _proof(row: Leaf, head: Checkpoint, read: merkle.Read) -> notes.Proof:
    told = records.record(happened(row.event), bytes(row.salts.kept_salt))
    entry = records.entry(told, bytes(row.salts.salt))
    path = tuple(merkle.hash_of(low, high, read) for low, high in merkle.inclusion(row.index, head.size))
    try:
        merkle.check_inclusion(entry, row.index, head.size, path, bytes(head.root))
    except merkle.Wrong as fault:
        raise Disagrees(f"event {row.event_id}: {fault}") from None
    return notes.Proof(records.carried(told, bytes(row.salts.salt)), row.index, path, head.note)


def consistency(*, old: int, size: int) -> tuple[bytes, ...]:
    """The proof that the log of `size` begins with the log of `old`. Raises ValueError where it can't."""
    ranges = merkle.consistency(old, size)
    read = _reader(ranges, size)
    return tuple(merkle.hash_of(low, high, read) for low, high in ranges)


def root(size: int) -> bytes:
    """The root of the log's first `size` entries, out of the tiles."""
    return merkle.hash_of(0, size, _reader([(0, size)], size))


def content(tile: Named) -> bytes | None:
    """A tile, or a bundle of entries, as it is served; None where the log has no such tile (yet). One statement."""
    first = tile.number * WIDTH
    if tile.level is None or (tile.level == 0 and not tile.full):
        entries = _entries(first, first + tile.width)
        whole = len(entries) == tile.width
        found = tiles.bundle(entries) if tile.level is None else b"".join(map(merkle.leaf, entries))
        return found if whole else None
    if tile.full:
        row = Tile.objects.filter(level=tile.level, number=tile.number).first()
        return bytes(row.hashes) if row else None
    below = Tile.objects.filter(level=tile.level - 1, number__range=(first, first + tile.width - 1))
    roots = [bytes(one) for one in below.order_by("number").values_list("root", flat=True)]
    return b"".join(roots) if len(roots) == tile.width else None


def edge(size: int) -> merkle.Edge:
    """The right edge of the tree of the first `size` entries, to append to. Two statements."""
    partial = merkle.edge_tiles(size)
    height = max((level + 1 for level, _, _ in partial), default=0)
    levels: list[list[bytes]] = [[] for _ in range(height)]
    loaded = _partial(partial)
    for level, number, _ in partial:
        levels[level] = loaded[level, number]
    return merkle.Edge(size, levels)


def unlogged(*, everything: bool) -> QuerySet[CredentialEvent]:
    """Events that do not stand in the log, in the order of their numbers: the new ones and latecomers, or
    `everything`, for which the whole register is looked through."""
    rows = CredentialEvent.objects.filter(~Exists(Leaf.objects.filter(event=OuterRef("pk"))))
    if not everything:
        rows = rows.filter(pk__gt=_last() - LATECOMERS)
    return rows.select_related("credential", "edition").order_by("pk")


def waiting(*, at: datetime) -> bool:
    """Whether an event has waited for so long that something must be wrong. Two statements."""
    return CredentialEvent.objects.filter(pk__gt=_last(), recorded_at__lt=at - LATE).exists()


def happened(event: CredentialEvent) -> records.Happened:
    """An event as the log binds it, with its credential and edition loaded."""
    edition, credential = event.edition, event.credential
    shown: dict[str, Any] = {
        "credential": credential.number,
        "kind": event.kind,
        "effective_at": records.moment(event.effective_at),
        "recorded_at": records.moment(event.recorded_at),
    }
    kept: dict[str, Any] = {
        "event": event.pk,
        "key": event.key,
        "holder": credential.holder_id,
        "level": credential.level_id,
        "actor": event.actor_id,
        "second_actor": event.second_actor_id,
        "reason": event.reason,
        "public_note": event.public_note,
    }
    if edition is not None:
        shown["edition"] = {
            "uuid": str(edition.uuid),
            "number": edition.number,
            "kind": edition.kind,
            "begins_on": edition.begins_on.isoformat(),
            "expires_on": edition.expires_on.isoformat(),
            "digest": edition.digest,
        }
        kept["edition"] = {
            "id": edition.pk,
            "credential": edition.credential_id,
            "corrects": edition.corrects_id,
            "decision": edition.decision_id,
            "version": edition.version_id,
            "design": edition.design_id,
            "grace_days": edition.grace_days,
            "facts": digests.digest(edition.facts),
            "made_at": records.moment(edition.made_at),
        }
    return records.Happened(shown, kept)


def _last() -> int:
    found: int | None = Leaf.objects.aggregate(last=Max("event_id"))["last"]
    return found or 0


def _entries(first: int, last: int) -> list[bytes]:
    rows = Leaf.objects.filter(index__gte=first, index__lt=last).order_by("index")
    return [bytes(one) for one in rows.values_list("entry", flat=True)]


def _reader(ranges: Iterable[merkle.Range], size: int) -> merkle.Read:
    """Answers for the hashes in these ranges out of tiles that are asked for together: three statements."""
    wanted: set[tuple[int, int]] = set()

    def note(level: int, first: int, last: int) -> Sequence[bytes]:
        wanted.add((level, first >> 8))
        return [b""] * (last - first)

    for low, high in ranges:
        merkle.hash_of(low, high, note)
    whole = {(level, number) for level, number in wanted if (number + 1) * WIDTH <= size >> 8 * level}
    kept = _whole(whole) | _partial(
        [(level, number, (size >> 8 * level) - number * WIDTH) for level, number in sorted(wanted - whole)]
    )

    def read(level: int, first: int, last: int) -> Sequence[bytes]:
        start = first >> 8 << 8
        return kept[level, first >> 8][first - start : last - start]

    return read


def _whole_log(size: int) -> merkle.Read:
    rows = Leaf.objects.filter(index__lt=size).order_by("index").values_list("entry", flat=True)
    levels = [[merkle.leaf(bytes(one)) for one in rows.iterator(chunk_size=10_000)]]
    while len(levels[-1]) >= WIDTH:
        below = levels[-1]
        full = range(0, len(below) - WIDTH + 1, WIDTH)
        levels.append([merkle.root(below[first : first + WIDTH]) for first in full])
    return lambda level, first, last: levels[level][first:last]


def _whole(wanted: set[tuple[int, int]]) -> dict[tuple[int, int], list[bytes]]:
    if not wanted:
        return {}
    rows = Tile.objects.filter(_any(Q(level=level, number=number) for level, number in sorted(wanted)))
    return {(row.level, row.number): row.parts for row in rows}


def _partial(wanted: Sequence[tuple[int, int, int]]) -> dict[tuple[int, int], list[bytes]]:
    """Tiles that are not full: of level 0 from the entries, of the others from the roots of the tiles below."""
    found: dict[tuple[int, int], list[bytes]] = {(level, number): [] for level, number, _ in wanted}
    above = []
    for level, number, width in wanted:
        first = number * WIDTH
        if level == 0:
            found[level, number] = [merkle.leaf(one) for one in _entries(first, first + width)]
        elif width:
            above.append(Q(level=level - 1, number__range=(first, first + width - 1)))
    if above:
        rows = Tile.objects.filter(_any(above)).order_by("level", "number")
        for level, number, hashed in rows.values_list("level", "number", "root"):
            found[level + 1, number >> 8].append(bytes(hashed))
    return found


def _any(conditions: Iterable[Q]) -> Q:
    found = Q()
    for one in conditions:
        found |= one
    return found
