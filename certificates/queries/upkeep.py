"""What a holder has to do for a certificate, what is done, and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from certificates.models import (
    CpdEntry,
    Credential,
    Edition,
    FeeDemand,
    NameRequest,
    SampleCase,
    SchemeVersion,
)
from certificates.queries import proofs, schemes
from certificates.queries.credentials import CredentialView
from certificates.queries.schemes import LevelView, SchemeView
from certificates.rules import cpd, fees, renewal
from certificates.rules.renewal import Lacking, Route
from certificates.states import (
    CredentialState,
    EditionKind,
    EvidenceKind,
    FeeState,
    NameRequestState,
    SampleState,
)


@dataclass(frozen=True)
class Cycle:
    """From the first to the last valid day of the edition that is maintained, by the rules that it was
    granted under: a new version of the scheme holds from the next renewal on."""

    edition: Edition
    scheme: SchemeView
    level: LevelView

    @property
    def categories(self) -> tuple[cpd.Category, ...]:
        return tuple(
            cpd.Category(found["key"], found["title"], found["most_hours"] * 60)
            for found in self.scheme.maintenance["categories"]
        )

    @property
    def dunning(self) -> fees.Dunning:
        said = self.scheme.maintenance
        return fees.Dunning(tuple(said["dunning_days"]), said["suspend_days"], said["withdraw_days"])

    @property
    def closes_on(self) -> date:
        return renewal.closes_on(self.edition.expires_on, self.edition.grace_days)

    @property
    def opens_on(self) -> date:
        return renewal.opens_on(self.edition.expires_on)


@dataclass(frozen=True)
class Upkeep:
    """A holder's maintenance as their page shows it. `ways` has what each way of renewal still lacks."""

    view: CredentialView
    cycle: Cycle
    tally: cpd.Tally
    gap: int
    entries: Sequence[CpdEntry]
    demands: Sequence[FeeDemand]
    samples: Sequence[SampleCase]
    ways: tuple[tuple[Route, tuple[Lacking, ...]], ...]
    renewed: bool
    covered: bool

    @property
    def percent(self) -> int:
        """How much of the hours is there, from 0 to 100."""
        required = self.tally.required
        return min(100, self.tally.counted * 100 // required) if required else 100


def cycle(view: CredentialView) -> Cycle:
    """The cycle of the edition that answers."""
    return cycle_of(view.edition)


def cycle_of(edition: Edition) -> Cycle:
    """The cycle of an edition."""
    scheme = schemes.version(version_id=edition.version_id)
    level = scheme.level(edition.facts["level"]["key"])
    assert level is not None  # an edition is entered by a version that has its level
    return Cycle(edition, scheme, level)


def tally(found: Cycle, entries: Sequence[CpdEntry], *, on: date) -> cpd.Tally:
    """The hours that count, up to a day. Renewed in the grace, what was done in the grace counted for the
    edition before."""
    done = [cpd.Done(entry.category, entry.minutes, entry.occurred_on) for entry in entries if entry.counts]
    return cpd.tally(
        done,
        found.categories,
        required=found.level.cpd_hours * 60,
        begins_on=found.edition.begins_on,
        until=min(on, found.closes_on),
    )


def of(view: CredentialView, *, at: datetime) -> Upkeep:
    """Everything about the maintenance of one credential."""
    found, on = cycle(view), at.date()
    credential = view.credential
    entries = list(credential.cpd.filter(removed_at__isnull=True).select_related("evidence", "refused_by"))
    counted = tally(found, entries, on=on)
    demands, samples = list(credential.fees.all()), list(credential.samples.select_related("draw"))
    held = _held(view, found, counted, demands, samples, at)
    return Upkeep(
        view=view,
        cycle=found,
        tally=counted,
        gap=cpd.gap_at_expiry(
            counted.counted,
            counted.required,
            begins_on=found.edition.begins_on,
            expires_on=found.edition.expires_on,
            on=on,
        ),
        entries=entries,
        demands=demands,
        samples=samples,
        ways=tuple(
            (route, renewal.lacking(held, route, on)) for route in Route if route.value in held.routes
        ),
        renewed=any(
            seen.edition.begins_on > view.edition.begins_on and seen.edition.kind == EditionKind.RENEWAL
            for seen in view.editions
        ),
        covered=held.covered,
    )


def _held(
    view: CredentialView,
    found: Cycle,
    counted: cpd.Tally,
    demands: Sequence[FeeDemand],
    samples: Sequence[SampleCase],
    at: datetime,
) -> renewal.Held:
    person_id, key = view.credential.holder_id, found.scheme.key
    evidence = proofs.of(person_id=person_id, scheme_key=key)
    today = schemes.scheme(key=key, on=at.date()) or found.scheme
    passed = [
        row.occurred_on
        for row in evidence
        if row.kind == EvidenceKind.EXAM and row.facts.get("outcome") == "passed"
    ]
    signed = any(
        row.kind == EvidenceKind.CODE_OF_ETHICS and row.facts.get("version") == today.code_version
        for row in evidence
    )
    offered = today.level(found.level.key) is not None
    return renewal.Held(
        standing=view.answer.standing,
        begins_on=found.edition.begins_on,
        expires_on=found.edition.expires_on,
        grace_days=found.edition.grace_days,
        covered=is_covered(view.credential, found.level.rank, on=at.date()),
        routes=frozenset(found.scheme.renewal["routes"]) if offered else frozenset(),
        code_signed=signed,
        fee_open=any(demand.state == FeeState.OPEN for demand in demands),
        sample_open=any(case.state in SampleState.open_states() for case in samples),
        hours_met=counted.met,
        exam_passed_on=max(passed, default=None),
        exam_days=found.scheme.renewal["exam_days"],
    )


def is_covered(credential: Credential, rank: int, *, on: date) -> bool:
    """Whether the holder has a higher level of the same scheme in force: only that one is maintained."""
    return _higher(credential.holder_id, credential.level.scheme_id, rank, on).exists()


def _higher(holder_id: int, scheme_id: int, rank: int, on: date) -> QuerySet[Credential]:
    return Credential.objects.filter(
        holder_id=holder_id,
        level__scheme_id=scheme_id,
        level__rank__gt=rank,
        state=CredentialState.GRANTED,
        editions__begins_on__lte=on,
        editions__expires_on__gte=on,
    )


def in_force(*, on: date) -> QuerySet[Credential]:
    """Credentials that are neither withdrawn nor past their last day, and that no higher level covers."""
    higher = Credential.objects.filter(
        holder_id=OuterRef("holder_id"),
        level__scheme_id=OuterRef("level__scheme_id"),
        level__rank__gt=OuterRef("level__rank"),
        state=CredentialState.GRANTED,
        editions__begins_on__lte=on,
        editions__expires_on__gte=on,
    )
    standing = Edition.objects.filter(credential=OuterRef("pk"), begins_on__lte=on, expires_on__gte=on)
    rows = Credential.objects.exclude(state=CredentialState.WITHDRAWN)
    return rows.filter(Exists(standing), ~Exists(higher)).order_by("pk")


def charged_levels() -> frozenset[int]:
    """Ids of levels for which any version of a scheme asks for an annual fee."""
    return frozenset(
        level.id
        for pk in SchemeVersion.objects.values_list("pk", flat=True)
        for scheme in [schemes.version(version_id=pk)]
        for level in scheme.levels
        if (scheme.fee("annual", level.key) or {}).get("amount")
    )


def current_edition(credential: Credential, *, on: date) -> Edition | None:
    """The grant or renewal that is valid by its dates on a day, in its latest correction."""
    rows = credential.editions.filter(begins_on__lte=on, expires_on__gte=on, corrected_by__isnull=True)
    return rows.order_by("-begins_on").first()


def open_samples() -> QuerySet[SampleCase]:
    """What officers look at: what was sent first, then what is still awaited."""
    rows = SampleCase.objects.filter(state__in=SampleState.open_states())
    return rows.select_related("credential", "draw__scheme").order_by(
        F("sent_at").asc(nulls_last=True), "due_on", "pk"
    )


def open_fees(*, search: str) -> QuerySet[FeeDemand]:
    """Unpaid fees, the oldest first; with words, those of that invoice or number."""
    rows = FeeDemand.objects.filter(state=FeeState.OPEN).select_related("credential")
    if search.strip():
        words = search.strip().upper()
        rows = rows.filter(Q(invoice__contains=words) | Q(credential__number__contains=words))
    return rows.order_by("due_on", "pk")


def open_names() -> QuerySet[NameRequest]:
    """Corrections of names that nobody has decided, the oldest first."""
    rows = NameRequest.objects.filter(state=NameRequestState.ASKED).select_related("credential", "evidence")
    return rows.order_by("pk")


def demand_of(*, person_id: int, uuid: str) -> FeeDemand | None:
    """One invoice of this holder; None for anybody else's."""
    rows = FeeDemand.objects.select_related("credential__level__scheme")
    return rows.filter(uuid=uuid, credential__holder_id=person_id).first()


def entry_of(*, person_id: int, uuid: str) -> CpdEntry | None:
    """One entry of this holder's log; None for anybody else's."""
    rows = CpdEntry.objects.select_related("evidence", "credential")
    return rows.filter(uuid=uuid, credential__holder_id=person_id).first()
