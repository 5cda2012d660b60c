"""Importing items of other programs into a bank, as drafts, one batch in one transaction; and exporting them."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from exams.actions import variants
from exams.actions.variants import Words
from exams.models import Bank, Item, ItemChange, ItemKey, ItemVersion, Scenario, ScenarioVersion
from exams.queries import exchange as queries
from exams.queries import refs
from exams.queries import versions as version_queries
from exams.queries.exchange import UnknownBank, Which
from exams.rules import exchange as formats
from exams.rules import items as rules
from exams.rules.exchange import Batch, Incoming, Refusal
from exams.rules.exchange import Scenario as Shared
from exams.states import ItemState, Level, Pool
from lms.accounts import queries as people
from lms.audit import trail
from lms.audit.trail import Act
from lms.db import clock

CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


@dataclass(frozen=True)
class Provenance:
    """Where a batch comes from: the file's name and SHA-256, and for items whose file says nothing of it who wrote them, their
    source and edition, and with what aids they were written, as declared.

    An author that is the address of a person here counts as an author for reviews too.
    """

    file: str
    sha256: str
    author: str = ""
    source: str = ""
    edition: str = ""
    aids: str = ""

    @property
    def said(self) -> str:
        """The file, and of author, source, edition and aids what was given and is no address."""
        named = {"author": self.author, "source": self.source, "edition": self.edition, "aids": self.aids}
        more = [f"{name}: {value}" for name, value in named.items() if value and "@" not in value]
        return "; ".join([f"{self.file} (SHA-256 {self.sha256})", *more])


@dataclass(frozen=True)
class Defaults:
    """What holds for items whose file does not say it."""

    domain: int | None = None
    level: str = ""
    pool: str = Pool.EXAM.value


@dataclass(frozen=True)
class Taken:
    """An item or scenario that is imported, or an item that was there already, under its code in the bank."""

    identifier: str
    line: int
    code: str


@dataclass
class Report:
    imported: list[Taken] = field(default_factory=list)
    unchanged: list[Taken] = field(default_factory=list)
    scenarios: list[Taken] = field(default_factory=list)
    variants: list[Words] = field(default_factory=list)
    degraded: list[Refusal] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True)
class _Entry:
    incoming: Incoming
    row: Item
    lacks: tuple[str, ...]

    @property
    def origin(self) -> Mapping[str, str]:
        """What the file itself says of author, source, edition and aids."""
        said: Mapping[str, str] = self.incoming.about.get("provenance", {})
        return said


class _Texts:
    """The scenarios of a bank while a batch is read: those that it has, by what they say, and those that come."""

    def __init__(self, bank: Bank, batch: Batch, report: Report) -> None:
        self.bank, self.report = bank, report
        self.said = {one.code: one for one in batch.scenarios}
        rows = list(Scenario.objects.filter(bank=bank, current__isnull=False).select_related("current"))
        self.rows = {(row.current.digest, row.pool): row for row in rows if row.current}
        self.codes = set(Scenario.objects.filter(bank=bank).values_list("code", flat=True))
        held = Item.objects.filter(scenario__in=rows).order_by().values_list("scenario__code", "place")
        self.places: dict[str, set[int]] = {}
        for code, place in held:
            self.places.setdefault(code, set()).add(place)
        self.fresh: dict[str, tuple[Scenario, Shared]] = {}

    def hang(self, row: Item, about: Mapping[str, Any]) -> tuple[str, ...]:
        """Hangs a new item on its scenario at its place there, or at the next that is free; what that means for it."""
        if "scenario" not in about:
            return ()
        said = self.said[about["scenario"]]
        scenario = self.rows.get((said.digest, row.pool)) or self._make(said, row.pool)
        row.scenario, told = scenario, []
        if scenario.code not in self.fresh:
            told.append(f"no form draws on the scenario {scenario.code} until this item is live too")
        taken = self.places.setdefault(scenario.code, set())
        wanted = about.get("place", 0)
        row.place = wanted if wanted and wanted not in taken else max(taken, default=0) + 1
        if wanted and row.place != wanted:
            told.append(f"its place {wanted} in the scenario is taken: it has place {row.place}")
        taken.add(row.place)
        return tuple(told)

    def _make(self, said: Shared, pool: str) -> Scenario:
        code = said.code if CODE.fullmatch(said.code) and said.code not in self.codes else ""
        # The same text in the other pool is another scenario.
        code = code or f"S-{pool[0]}{said.digest[:12]}"
        row = Scenario(bank=self.bank, code=code, pool=pool)
        self.codes.add(code)
        self.rows[said.digest, pool] = row
        self.fresh[code] = (row, said)
        self.report.scenarios.append(Taken(said.code, 0, code))
        return row

    def write(self, at: datetime) -> None:
        for row, said in self.fresh.values():
            row.save()
            row.current = ScenarioVersion.objects.create(
                scenario=row, number=1, title=said.title, text=said.text, digest=said.digest, created_at=at
            )
            row.save(update_fields=["current"])


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
    that names the file, and a trail entry. Scenarios that the bank does not have yet come with the items that hang on
    them, and enemies that are both in the file become enemies here.

    What the file says in other languages becomes variants that wait for approval, of items and scenarios that the bank
    has already too.

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
        report = Report(refused=list(batch.refused), degraded=list(batch.left_out))
        texts = _Texts(bank, batch, report)
        held = ItemKey.objects.filter(version__item__bank=bank)
        codes = dict(held.values_list("digest", "version__item__code"))
        entries = list(_entries(bank, batch, defaults, report, texts, codes))
        pairs = _enemies(entries, report)
        fresh = {entry.row.code for entry in entries}
        words = variants.brought(bank=bank, batch=batch, codes=codes, fresh=fresh, scenarios=texts.rows)
        report.variants, lost = [one for one, _ in words.taken], words.lost
        report.degraded += lost
        if not dry_run:
            if entries:
                texts.write(at)
                _write(bank, entries, provenance, actor_id, at)
                _write_enemies(bank, pairs)
            author_id, _ = _author(provenance, actor_id)
            variants.write(bank=bank, words=words, source=provenance.said, author_id=author_id)
    return report


@dataclass(frozen=True)
class Export:
    """A file with the keys in it, what its format has no place for, and what other programs won't see of the rest."""

    data: bytes
    items: int
    digest: str
    left_out: tuple[Refusal, ...]
    degraded: tuple[Refusal, ...]


def export_items(
    *,
    bank_key: str,
    format: str,
    which: Which | None = None,
    actor_id: int | None = None,
    dry_run: bool = False,
) -> Export:
    """Writes items of a bank as a file of another program, and leaves a trail entry that says how many left, which were
    asked for, and the SHA-256 of the file. A dry run gives the same and leaves no trace. Raises UnknownBank."""
    leaving = queries.outgoing(bank_key, which)
    file = formats.write(leaving.items, format, leaving.scenarios)
    written = len(leaving.items) - len(file.left_out)
    if not dry_run:
        bank = Bank.objects.get(key=bank_key)
        trail.record(
            "exams.bank.exported",
            subject=f"exams.bank:{bank.key}",
            at=clock.now(),
            actor_id=actor_id,
            facts={
                "format": format,
                "items": written,
                "which": which.said if which else {},
                "file": hashlib.sha256(file.data).hexdigest(),
            },
            organisation_id=bank.organisation_id,
        )
    digest = leaving.digest_without({one.identifier for one in file.left_out})
    return Export(file.data, written, digest, (*leaving.faulty, *file.left_out), file.degraded)


def _entries(
    bank: Bank, batch: Batch, defaults: Defaults, report: Report, texts: _Texts, codes: dict[str, str]
) -> Iterator[_Entry]:
    """The items that are new; `codes` are those of the bank by digest, and have theirs too when all are read."""
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
        lost += texts.hang(row, one.about)
        codes[digest] = code
        taken.add(code)
        report.imported.append(Taken(one.identifier, one.line, code))
        report.degraded += [
            Refusal(one.identifier, one.line, said)
            for said in (*one.losses, *losses, *lost, *map(_lacks, lacks))
        ]
        yield _Entry(one, row, lacks)


def _enemies(entries: list[_Entry], report: Report) -> set[tuple[str, str]]:
    """Pairs of codes here. An enemy that is not in the file is named as lost: in another bank its code may be that of
    another item."""
    codes = {taken.identifier: taken.code for taken in (*report.unchanged, *report.imported)}
    pairs = set()
    for entry in entries:
        for enemy in entry.incoming.about.get("enemies", ()):
            if enemy in codes and codes[enemy] != entry.row.code:
                pairs |= {(entry.row.code, codes[enemy]), (codes[enemy], entry.row.code)}
            elif enemy not in codes:
                reason = f"its enemy {enemy[:40]} is not in the file: set it again if you need it"
                report.degraded.append(Refusal(entry.incoming.identifier, entry.incoming.line, reason))
    return pairs


def _write_enemies(bank: Bank, pairs: set[tuple[str, str]]) -> None:
    through = Item.enemies.through
    codes = {code for pair in pairs for code in pair}
    known = dict(Item.objects.filter(bank=bank, code__in=codes).values_list("code", "pk")) if codes else {}
    through.objects.bulk_create(
        (through(from_item_id=known[one], to_item_id=known[other]) for one, other in sorted(pairs)),
        ignore_conflicts=True,
    )


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
    author_id, named = _author(provenance, actor_id)
    Item.objects.bulk_create(entry.row for entry in entries)
    versions = ItemVersion.objects.bulk_create(
        ItemVersion(
            item=entry.row,
            number=1,
            content=entry.incoming.written.content,
            rationales=entry.incoming.written.rationales,
            digest=rules.version_digest(entry.incoming.written.content, entry.incoming.written.rationales),
            author_id=author_id,
            author_name=entry.origin.get("author", named)[:200],
            source=entry.origin.get("source", provenance.source)[:300],
            edition=entry.origin.get("edition", provenance.edition)[:100],
            aids=entry.origin.get("aids", provenance.aids)[:300],
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
            described=version_queries.described(entry.row),
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


def _author(provenance: Provenance, actor_id: int | None) -> tuple[int | None, str]:
    """Who counts as the author, and the name that is written down."""
    card = people.by_email(provenance.author) if "@" in provenance.author else None
    named = card.display_name if card else provenance.author
    if not named:
        named = "not named" if actor_id is None else people.card(actor_id).display_name
    # Or who imports could name somebody else, and then review what they brought themselves.
    return actor_id or (card.id if card else None), named


def _note(entry: _Entry, provenance: Provenance) -> str:
    said = [
        f"{entry.incoming.identifier} of {provenance.said}",
        *(f"no {what} was said" for what in entry.lacks),
        *entry.incoming.losses,
    ]
    return "; ".join(said)
