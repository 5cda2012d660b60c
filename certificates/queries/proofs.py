"""A person's evidence, as the rule of eligibility sees it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf

from certificates.models import Evidence
from certificates.queries import credentials
from certificates.queries.schemes import LevelView, SchemeView
from certificates.rules import eligibility
from certificates.states import EvidenceKind


@dataclass(frozen=True)
class Finding:
    """One requirement in the words of the scheme, and what became of it."""

    kind: str
    text: str
    met: bool
    missing: str
    proven_on: date | None
    got: int
    need: int
    waived: bool
    expected_on: date | None


@dataclass(frozen=True)
class LevelFindings:
    level: LevelView
    findings: tuple[Finding, ...]
    granted: bool
    expected_on: date | None
    """When everything will be proven if it goes on as it does; None where something does not come by itself."""

    @property
    def may_apply(self) -> bool:
        """Whether one may apply with what is proven: for a level that an officer decides, countable things may be
        short."""
        codes = {finding.missing for finding in self.findings if not finding.met}
        return self.granted or (not self.level.by_rule and codes <= eligibility.WAIVABLE)

    @property
    def missing(self) -> frozenset[str]:
        """The kinds of requirement that are not met."""
        return frozenset(finding.kind for finding in self.findings if not finding.met)


def of(*, person_id: int, scheme_key: str) -> Sequence[Evidence]:
    """The evidence that counts for a scheme, the oldest first: of a revised result its latest revision, of an
    annulled one nothing unless it was revised since, nor of what was taken back."""
    return standing(Evidence.objects.filter(person_id=person_id, scheme_key=scheme_key))


def standing(rows: Iterable[Evidence]) -> list[Evidence]:
    """What counts of all that was taken. The order in which it was taken does not matter: a job may be late."""
    found = list(rows)
    annulled: dict[str, float] = {}
    for row in found:
        if row.kind == EvidenceKind.EXAM_ANNULLED:
            of = str(row.facts.get("annuls"))
            # One that does not say on which run the result stood is for good.
            annulled[of] = max(annulled.get(of, 0), row.facts.get("run", inf))
        if row.kind == EvidenceKind.RETRACTED:
            annulled[str(row.facts.get("retracts"))] = inf
    latest: dict[str, int] = {}
    for row in found:
        latest[_origin(row)] = max(latest.get(_origin(row), 0), _run(row))
    return [
        row
        for row in found
        if row.kind not in (EvidenceKind.EXAM_ANNULLED, EvidenceKind.RETRACTED)
        and latest[_origin(row)] > annulled.get(_origin(row), -1)
        and _run(row) == latest[_origin(row)]
    ]


def _origin(row: Evidence) -> str:
    """The source of the fact that a row is about: a revision is about the result that it revises."""
    return str(row.facts.get("revises", row.source))


def _run(row: Evidence) -> int:
    return int(row.facts["run"]) if "revises" in row.facts else 0


def origin(row: Evidence) -> str:
    """The source of the fact that a row is about: what it annuls, revises or takes back, or its own."""
    return str(row.facts.get("annuls") or row.facts.get("retracts") or _origin(row))


def verdict(
    *,
    evidence: Sequence[Evidence],
    scheme: SchemeView,
    level: LevelView,
    on: date,
    waived: Collection[str] = (),
) -> eligibility.Verdict:
    """What the rule says about this evidence at a level, on a day.

    Whoever held the level and let renewal close has to pass the exam anew.
    """
    lapsed = (
        credentials.lapsed(person_id=evidence[0].person_id, level_id=level.id, on=on) if evidence else None
    )
    if lapsed is not None:
        evidence = [
            row for row in evidence if row.kind != EvidenceKind.EXAM or row.occurred_on > lapsed.expires_on
        ]
    return eligibility.decide(
        level.requirements,
        [_proof(row) for row in evidence],
        on,
        code_version=scheme.code_version,
        waived=waived,
    )


def findings(*, person_id: int, scheme: SchemeView, on: date) -> Sequence[LevelFindings]:
    """Every level, the lowest first, with what the person has proven, what is missing, and when it will be there."""
    evidence = of(person_id=person_id, scheme_key=scheme.key)
    return [
        worded(level, verdict(evidence=evidence, scheme=scheme, level=level, on=on))
        for level in scheme.levels
    ]


def best(*, person_id: int, versions: Sequence[SchemeView], on: date) -> Sequence[LevelFindings]:
    """Every level of the newest of these versions; one that only an older version grants is shown as that has it."""
    newest, *former = [findings(person_id=person_id, scheme=version, on=on) for version in versions]
    granted = {level.level.id: level for older in former for level in older if level.granted}
    return [level if level.granted else granted.get(level.level.id, level) for level in newest]


def worded(level: LevelView, said: eligibility.Verdict) -> LevelFindings:
    """A verdict with the scheme's words beside each finding."""
    return LevelFindings(
        level,
        tuple(
            Finding(
                found.requirement.kind.value,
                text,
                found.met,
                found.missing or "",
                found.proven_on,
                found.got,
                found.need,
                found.waived,
                found.expected_on,
            )
            for found, text in zip(said.findings, level.texts, strict=True)
        ),
        said.granted,
        said.expected_on,
    )


def begun_on(*, person_id: int, scheme_key: str) -> date | None:
    """The day of the first thing that a person has proven for a scheme, or None."""
    rows = Evidence.objects.filter(person_id=person_id, scheme_key=scheme_key)
    return rows.order_by("occurred_on").values_list("occurred_on", flat=True).first()


def _proof(row: Evidence) -> eligibility.Proof:
    facts = row.facts
    ends_on = facts.get("ends_on")
    return eligibility.Proof(
        kind=row.kind,
        on=row.occurred_on,
        passed=row.kind == EvidenceKind.EXAM and facts.get("outcome") == "passed",
        invigilated=bool(facts.get("invigilated")),
        version=str(facts.get("version", "")),
        ends_on=date.fromisoformat(ends_on) if ends_on else None,
        in_field=bool(facts.get("in_field")),
        hours=int(facts["hours"]) if row.kind == EvidenceKind.HOURS else 0,
    )


def schemes_begun(*, person_id: int) -> frozenset[str]:
    """Keys of the schemes for which a person has proven anything."""
    rows = Evidence.objects.filter(person_id=person_id).exclude(scheme_key="")
    return frozenset(rows.values_list("scheme_key", flat=True))
