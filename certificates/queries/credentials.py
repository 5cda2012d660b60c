"""Credentials with their history and how they stand: for holders, officers and the public alike."""

import copy
import functools
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.db.models import (
    BinaryField,
    Exists,
    Max,
    Model,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    prefetch_related_objects,
)
from django.db.models.expressions import RawSQL
from django.urls import reverse

from certificates.models import (
    Credential,
    CredentialEvent,
    Document,
    Edition,
    EditionName,
    Leaf,
    LeafSalt,
    Proposal,
)
from certificates.rules import names, numbers, validity
from certificates.rules import standing as rule
from certificates.states import CredentialState, WithdrawalReason
from lms.accounts import queries as people
from lms.db.kept import Kept

logger = logging.getLogger(__name__)
type History = tuple[list[Edition], list[CredentialEvent]]
# Once a minute it is read, and held against the log, all the same.
_HISTORIES: Kept[History] = Kept(2_000, seconds=60)


@dataclass(frozen=True)
class EditionView:
    """One edition at a moment, as asked by whoever holds its document."""

    edition: Edition
    answer: rule.Answer

    @property
    def standing(self) -> str:
        return self.answer.standing.value

    @property
    def label(self) -> str:
        """How it stands in a word; one that has not begun was made ahead of its first day."""
        return "To come" if self.answer.standing is rule.Standing.NOT_GRANTED else self.standing.capitalize()


@dataclass(frozen=True)
class CredentialView:
    """A credential at a moment: the edition that answers for it, its events so far, its standing."""

    credential: Credential
    edition: Edition
    events: tuple[CredentialEvent, ...]
    answer: rule.Answer
    on: date
    editions: tuple[EditionView, ...] = ()
    """Every edition made so far, in the order of their making, the answering one among them."""

    @property
    def others(self) -> tuple[EditionView, ...]:
        """The editions that do not answer on the day asked."""
        return tuple(seen for seen in self.editions if seen.edition.pk != self.edition.pk)

    @property
    def lapsed(self) -> bool:
        """Whether it expired and renewal has closed: the level may be applied for anew, under its number."""
        return self.answer.standing is rule.Standing.EXPIRED and not self.in_grace

    @property
    def erased(self) -> bool:
        """Whether the personal data is gone: asked about a day before it was erased, it is gone all the same."""
        return rule.Mark.ERASED in self.answer.marks or not self.edition.holder_name

    @property
    def number(self) -> str:
        return self.credential.number

    @property
    def standing(self) -> str:
        return self.answer.standing.value

    @property
    def due(self) -> bool:
        return rule.Mark.DUE in self.answer.marks

    @property
    def in_grace(self) -> bool:
        return rule.Mark.IN_GRACE in self.answer.marks

    @property
    def colour(self) -> str:
        """Which standing colour it is shown in: never the only carrier of the meaning."""
        return "due" if self.due else self.standing

    @property
    def label(self) -> str:
        return "Valid, renewal due" if self.due else self.standing.capitalize()

    @property
    def days_left(self) -> int:
        return validity.days_left(self.edition.expires_on, self.on)

    @property
    def changes(self) -> tuple[CredentialEvent, ...]:
        """The events that concern the public: not the making of documents and links."""
        quiet = {rule.Happening.DOCUMENT_ISSUED.value, rule.Happening.SHARE_KEY_RENEWED.value}
        return tuple(event for event in self.events if event.kind not in quiet)

    @property
    def share_address(self) -> str:
        return address(self.credential)


def lapsed(*, person_id: int, level_id: int, on: date) -> Edition | None:
    """The last edition of a level that a person held and did not renew while they could, given up or withdrawn meanwhile or
    not; what was granted in error was never held."""
    rows = Edition.objects.filter(credential__holder_id=person_id, credential__level_id=level_id)
    rows = rows.exclude(credential__in=_in_error()).select_related("credential")
    last = rows.order_by("-begins_on", "-number").first()
    if last is None or on <= last.expires_on + timedelta(days=last.grace_days):
        return None
    return last


def is_in_question(*, person_id: int, scheme_key: str) -> bool:
    """Whether a person should look at it before somebody gets another certificate of a scheme: one of theirs is suspended, is
    proposed to be withdrawn, or ended otherwise than by its days. What was granted in error tells nothing of them. One
    statement."""
    rows = Credential.objects.filter(holder_id=person_id, level__scheme__key=scheme_key)
    ended = Q(state=CredentialState.WITHDRAWN) & ~Q(pk__in=_in_error())
    proposed = Exists(Proposal.objects.filter(credential=OuterRef("pk"), closed_at__isnull=True))
    return rows.filter(Q(state=CredentialState.SUSPENDED) | ended | proposed).exists()


def _in_error() -> QuerySet[CredentialEvent, Any]:
    happened = CredentialEvent.objects.filter(kind=rule.Happening.WITHDRAWN.value)
    return happened.filter(reason=WithdrawalReason.ERROR).values("credential")


def holders(scheme_keys: Sequence[str], on: date) -> frozenset[int]:
    """The ids of people who hold a valid credential in one of these schemes on a day. One statement."""
    rows = Credential.objects.filter(
        level__scheme__key__in=scheme_keys,
        state=CredentialState.GRANTED,
        editions__begins_on__lte=on,
        editions__expires_on__gte=on,
    )
    return frozenset(rows.values_list("holder", flat=True))


def holds_any(person_id: int) -> bool:
    """Whether a certificate was ever issued to somebody, under a name of theirs."""
    return Credential.objects.filter(holder_id=person_id).exists()


def address(credential: Credential) -> str:
    """The address in the QR code and the share link: number and key."""
    path = reverse("certificates:standing", args=[credential.number])
    return f"{settings.PUBLIC_URL}{path}?k={credential.share_key}"


def view(credential: Credential, at: datetime) -> CredentialView | None:
    """The credential at a moment; None when it did not exist yet."""
    editions = sorted(credential.editions.all(), key=lambda edition: edition.number)
    events = sorted(credential.events.all(), key=lambda event: (event.effective_at, event.pk))
    places = {edition.pk: place for place, edition in enumerate(editions)}
    life = rule.Facts(
        tuple(
            rule.EditionDates(e.begins_on, e.expires_on, e.made_at, places.get(e.corrects_id or 0))
            for e in editions
        )
    )
    happened = [
        rule.Event(rule.Happening(e.kind), e.effective_at, e.pk, places.get(e.edition_id or 0))
        for e in events
    ]
    rules = rule.Rules(editions[-1].grace_days)
    answer = rule.standing(life, happened, rules, at)
    if answer.edition is None:
        return None
    return CredentialView(
        credential,
        editions[answer.edition],
        tuple(event for event in events if event.effective_at <= at),
        answer,
        at.date(),
        tuple(
            EditionView(edition, rule.edition_standing(life, happened, rules, at, place))
            for place, edition in enumerate(editions)
            if edition.made_at <= at or place == answer.edition
        ),
    )


def of_person(*, person_id: int, at: datetime) -> Sequence[CredentialView]:
    """All that a person holds or held, the newest first."""
    rows = with_history(Credential.objects.filter(holder_id=person_id))
    return [seen for seen in (view(row, at) for row in rows) if seen]


def held(*, person_id: int, number: str, at: datetime) -> CredentialView | None:
    """One credential of this holder; None for anybody else's."""
    row = with_history(Credential.objects.filter(holder_id=person_id, number=number)).first()
    return view(row, at) if row else None


def entry(*, number: str, at: datetime) -> CredentialView | None:
    """One credential of the register, for officers."""
    row = with_history(Credential.objects.filter(number=number)).first()
    return view(row, at) if row else None


def document_of(view: CredentialView) -> Document | None:
    """The newest document of the edition; None while it is being made. One whose code carries a link
    that was renewed since is not handed out any more."""
    renewed = [e.effective_at for e in view.events if e.kind == rule.Happening.SHARE_KEY_RENEWED.value]
    return _newest_document(view.edition, max(renewed, default=None))


def document_of_edition(edition: Edition) -> Document | None:
    """The same for one edition, whichever answers today. Two statements."""
    kind = rule.Happening.SHARE_KEY_RENEWED.value
    renewed = CredentialEvent.objects.filter(credential=edition.credential_id, kind=kind)
    return _newest_document(edition, renewed.aggregate(last=Max("effective_at"))["last"])


def opened(document: Document) -> IO[bytes] | None:
    """The file of a document, to be read, also where its next revision takes its place in this moment; None, and a line in
    the process's log, where there is none."""
    for last in (False, True):
        try:
            file: IO[bytes] = document.file.open("rb")
            return file
        except OSError:
            if last:
                logger.exception("the file of document %s can't be read", document.pk)
        found = Document.objects.filter(pk=document.pk).first()
        if found is None:
            return None  # erased a moment ago
        document = found
    return None


def _newest_document(edition: Edition, since: datetime | None) -> Document | None:
    made = edition.documents.filter(kind="certificate")
    return (made.filter(made_at__gte=since) if since else made).first()


def register(*, search: str, standing: str, scheme_key: str, on: date) -> QuerySet[Credential]:
    """The register's rows that match: words of the name or (part of) the number, a standing, a scheme."""
    ends = Edition.objects.filter(credential=OuterRef("pk")).order_by("-expires_on").values("expires_on")
    rows = with_history(Credential.objects.annotate(last_day=Subquery(ends[:1])))
    if scheme_key:
        rows = rows.filter(level__scheme__key=scheme_key)
    if standing:
        rows = rows.filter(_stands(standing, on))
    if search.strip():
        rows = rows.filter(_matches(search))
    return rows


def with_history(rows: QuerySet[Credential], *, logged: bool = False) -> QuerySet[Credential]:
    """Three statements whatever the number of rows. Scheme and level come from the claims as pinned. With `logged` the
    events bring what `log.agrees` needs."""
    return rows.prefetch_related(*_history_of(logged=logged))


def _history_of(*, logged: bool) -> "tuple[Prefetch[Any, Any, Any], ...]":
    events = CredentialEvent.objects.all()
    return (
        Prefetch("editions", Edition.objects.select_related("particulars")),
        Prefetch("events", events.select_related("leaf__salts") if logged else events),
    )


def asked_for(folded: str) -> Credential | None:
    """One credential with its history as `with_history(logged=True)` loads it, or None. One statement where this process
    has met the credential at its present revision in the last minute, else three."""
    asked = _revision()
    row = next(iter(Credential.objects.filter(folded=folded).annotate(**asked).order_by()[:1]), None)
    if row is None:
        return None
    revision = (row.pk, *(getattr(row, name) for name in asked))
    editions, events = _HISTORIES.get(revision, lambda: _history(row))
    # Copies, bound to the row of this moment: its key, and what its holder hides, are not part of any history.
    row.__dict__["_prefetched_objects_cache"] = {
        "editions": [_bound(one, row) for one in editions],
        "events": [_bound(one, row) for one in events],
    }
    return row


def _history(row: Credential) -> History:
    prefetch_related_objects([row], *_history_of(logged=True))
    return list(row.editions.all()), list(row.events.all())


def _bound[T: (Edition, CredentialEvent)](one: T, row: Credential) -> T:
    bound = copy.copy(one)
    bound._state = copy.copy(one._state)
    bound._state.fields_cache = {**one._state.fields_cache, "credential": row}
    return bound


@functools.cache
def _revision() -> dict[str, RawSQL]:
    """What a history is read from, so that whoever changes a row, behind the guards or not, is met with another revision: the
    text of every column of editions, names, events, and of their entries in the log with their salts.

    In SQL, for the ORM would need longer to put these words together, for every question, than the database to answer them.
    Only names of our own tables and columns stand in it.
    """
    together = "string_agg" if connection.vendor == "postgresql" else "group_concat"
    edition, name, event = (model._meta.db_table for model in (Edition, EditionName, CredentialEvent))
    leaf, salt = (model._meta.db_table for model in (Leaf, LeafSalt))

    def text(model: type[Model], alias: str) -> str:
        return " || '|' || ".join(
            as_text(f'{alias}."{one.column}"', one) for one in model._meta.concrete_fields
        )

    def as_text(column: str, field: Any) -> str:
        # SQLite takes bytes for letters as they are.
        is_bytes = isinstance(field, BinaryField) and connection.vendor == "sqlite"
        return f"COALESCE({f'hex({column})' if is_bytes else f'CAST({column} AS text)'}, '~')"

    mine = 'credential_id = "certificates_credential"."id"'
    editions = f"{text(Edition, 'e')} || '|' || {text(EditionName, 'n')}"
    words = {
        "kept_editions": f"SELECT {together}({editions}, '/') FROM {edition} e LEFT JOIN {name} n ON n.edition_id = e.id WHERE e.{mine}",  # noqa: S608
        "kept_events": f"SELECT {together}({text(CredentialEvent, 'v')}, '/') FROM {event} v WHERE v.{mine}",  # noqa: S608
        "kept_log": f"SELECT {together}({text(Leaf, 'l')} || '|' || {text(LeafSalt, 's')}, '/') FROM {event} v"  # noqa: S608
        f' JOIN {leaf} l ON l.event_id = v.id LEFT JOIN {salt} s ON s.leaf_id = l."index" WHERE v.{mine}',
    }
    return {name: RawSQL(sql, (), output_field=TextField()) for name, sql in words.items()}  # noqa: S611  (no input in it)


def _stands(standing: str, on: date) -> Q:
    states: dict[str, Q] = {
        "valid": Q(state=CredentialState.GRANTED, last_day__gte=on),
        "due": Q(
            state=CredentialState.GRANTED,
            last_day__range=(on, on + timedelta(days=validity.REMINDER_DAYS[0])),
        ),
        "expired": Q(state=CredentialState.GRANTED, last_day__lt=on),
        "suspended": Q(state=CredentialState.SUSPENDED),
        "withdrawn": Q(state=CredentialState.WITHDRAWN),
    }
    return states.get(standing, Q())


def _matches(search: str) -> Q:
    try:
        return Q(folded=numbers.parse(search).folded)
    except numbers.Misspelt:
        found = Q(number__contains=search.strip().upper())
    editions = Edition.objects.filter(credential=OuterRef("pk"))
    for word in names.folded(search):
        editions = editions.filter(particulars__holder_folded__contains=word)
    return found | Q(Exists(editions)) if names.folded(search) else found


def number_granted(*, application_id: int) -> str | None:
    """The number of the credential that an application led to; None while there is none."""
    edition = (
        Edition.objects.select_related("credential").filter(decision__application_id=application_id).first()
    )
    return edition.credential.number if edition else None


def actors_of(view: CredentialView) -> dict[int, str]:
    """The names of those who acted upon a credential."""
    ids = {event.actor_id for event in view.events if event.actor_id}
    return {person_id: card.display_name for person_id, card in people.cards(ids).items()}
