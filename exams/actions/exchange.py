"""Importing items of other programs into a bank, as drafts, one batch in one transaction."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from exams.models import Bank, Item, ItemChange, ItemKey, ItemVersion
from exams.queries import refs
from exams.queries.exchange import UnknownBank
from exams.rules import items as rules
from exams.rules.exchange import Batch, Incoming, Refusal
from exams.states import ItemState, Level, Pool
from lms.accounts import queries as people
from lms.audit import trail
from lms.audit.trail import Act
from lms.db import clock

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True)
class Provenance:
    """Where a batch comes from: the file's name and SHA-256, who wrote it, its source and edition.

    An author that is the address of a person here counts as an author for reviews too.
    """

    file: str
    sha256: str
    author: str = ""
    source: str = ""
    edition: str = ""


@dataclass(frozen=True)
class Defaults:
    """What holds for items whose file does not say it."""

    domain: int | None = None
    level: str = ""
    pool: str = Pool.EXAM.value


@dataclass(frozen=True)
class Taken:
    """An item that is imported, or was there already, under its code in the bank."""

    identifier: str
    line: int
    code: str


@dataclass
class Report:
    imported: list[Taken] = field(default_factory=list)
    unchanged: list[Taken] = field(default_factory=list)
    degraded: list[Refusal] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True)
class _Entry:
    incoming: Incoming
    row: Item
    lacks: tuple[str, ...]


def import_items(
    *,
    bank_key: str,
    batch: Batch,
    provenance: Provenance,
    defaults: Defaults,
    actor_id: int | None = None,
    dry_run: bool = False,
) -> Report:
    """Adds the items of a file to a bank as drafts, all in one transaction, each with a version, a key, a change row
    that names the file, and a trail entry.

    An item whose content, rationales and key the bank holds or once held is left as it is, so that a second import
    changes nothing. Its code is the file's identifier, or one made of its digest where that is taken or no code. Where
    neither file nor defaults say a domain or level, the lowest stands in, and the item can't be submitted for review
    until it is edited. Who imports, where that is known, counts as their author and can't review them. A dry run gives
    the same report and writes nothing. Raises UnknownBank.
    """
    at = clock.now()
    with transaction.atomic():
        bank = Bank.objects.select_for_update().filter(key=bank_key).first()
        if bank is None:
            raise UnknownBank(bank_key)
        report = Report(refused=list(batch.refused))
        entries = list(_entries(bank, batch, defaults, report))
        if entries and not dry_run:
            _write(bank, entries, provenance, actor_id, at)
    return report


def _entries(bank: Bank, batch: Batch, defaults: Defaults, report: Report) -> Iterator[_Entry]:
    held = ItemKey.objects.filter(version__item__bank=bank).values_list("digest", "version__item__code")
    codes = dict(held)
    taken = set(Item.objects.filter(bank=bank).values_list("code", flat=True))
    domains = {number for number, _ in refs.domains(bank.profile_key)}
    known = refs.references(bank.profile_key)
    for one in batch.items:
        digest = one.digest
        if digest in codes:
            report.unchanged.append(Taken(one.identifier, one.line, codes[digest]))
            continue
        domain = one.about.get("domain", defaults.domain)
        if domain is not None and domains and domain not in domains:
            reason = f"the bank's profile has no domain {domain}"
            report.refused.append(Refusal(one.identifier, one.line, reason))
            continue
        code, losses = _code(one, digest, taken)
        about, lacks, lost = _described(one.about, domain, defaults, known, bool(domains))
        row = Item(bank=bank, code=code, kind=one.written.content["kind"], **about)
        codes[digest] = code
        taken.add(code)
        report.imported.append(Taken(one.identifier, one.line, code))
        report.degraded += [
            Refusal(one.identifier, one.line, said)
            for said in (*one.losses, *losses, *lost, *map(_lacks, lacks))
        ]
        yield _Entry(one, row, lacks)


def _lacks(what: str) -> str:
    return f"the file says no {what}: the draft can't be reviewed until it is edited"


def _code(one: Incoming, digest: str, taken: Collection[str]) -> tuple[str, tuple[str, ...]]:
    if CODE.fullmatch(one.identifier) and one.identifier not in taken:
        return one.identifier, ()
    code = f"I-{digest[:12]}"
    return code, (f"its identifier can't be its code here, or is another item's: its code is {code}",)


def _described(
    said: Mapping[str, Any], domain: int | None, defaults: Defaults, known: Collection[str], checked: bool
) -> tuple[dict[str, Any], tuple[str, ...], tuple[str, ...]]:
    """The row's own columns, what it lacks, and the clauses and controls that the framework does not have."""
    level = said.get("level") or defaults.level
    lacks = (("domain",) if domain is None else ()) + (() if level else ("level",))
    about: dict[str, Any] = {
        "pool": said.get("pool") or defaults.pool,
        "domain": 1 if domain is None else domain,
        "level": level or Level.UNDERSTAND.value,
    }
    lost = []
    for name in ("clauses", "controls"):
        named = list(said.get(name, ()))
        about[name] = [ref for ref in named if ref in known or not checked]
        lost += [
            f"the framework has no {ref[:40]}: it is left out" for ref in named if ref not in about[name]
        ]
    return about, lacks, tuple(lost)


def _write(
    bank: Bank, entries: list[_Entry], provenance: Provenance, actor_id: int | None, at: datetime
) -> None:
    card = people.by_email(provenance.author) if "@" in provenance.author else None
    # Or who imports could name somebody else, and then review what they brought themselves.
    author_id = actor_id or (card.id if card else None)
    named = card.display_name if card else provenance.author
    if not named:
        named = "not named" if actor_id is None else people.card(actor_id).display_name
    Item.objects.bulk_create(entry.row for entry in entries)
    versions = ItemVersion.objects.bulk_create(
        ItemVersion(
            item=entry.row,
            number=1,
            content=entry.incoming.written.content,
            rationales=entry.incoming.written.rationales,
            digest=rules.version_digest(entry.incoming.written.content, entry.incoming.written.rationales),
            author_id=author_id,
            author_name=named[:200],
            created_at=at,
        )
        for entry in entries
    )
    ItemKey.objects.bulk_create(
        ItemKey(
            version=version,
            number=1,
            key=entry.incoming.written.key,
            digest=entry.incoming.digest,
            created_at=at,
        )
        for entry, version in zip(entries, versions, strict=True)
    )
    for entry, version in zip(entries, versions, strict=True):
        entry.row.current = version
    Item.objects.bulk_update([entry.row for entry in entries], ["current"], batch_size=200)
    ItemChange.objects.bulk_create(
        ItemChange(
            item=entry.row,
            event="import-incomplete" if entry.lacks else "import",
            to_state=ItemState.DRAFT,
            version=entry.row.current,
            by_id=actor_id,
            note=_note(entry, provenance),
            at=at,
        )
        for entry in entries
    )
    trail.record_all(
        "exams.item.imported",
        [
            Act(
                f"exams.item:{entry.row.pk}",
                {"code": entry.row.code, "file": provenance.sha256, "digest": entry.incoming.digest},
                bank.organisation_id,
            )
            for entry in entries
        ],
        at=at,
        actor_id=actor_id,
    )


def _note(entry: _Entry, provenance: Provenance) -> str:
    said = [
        f"{entry.incoming.identifier} of {provenance.file} (SHA-256 {provenance.sha256})",
        *(f"{name}: {value}" for name, value in (
            ("author", provenance.author), ("source", provenance.source), ("edition", provenance.edition)
        ) if value and "@" not in value),
        *(f"no {what} was said" for what in entry.lacks),
        *entry.incoming.losses,
    ]  # fmt: skip
    return "; ".join(said)
