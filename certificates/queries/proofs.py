"""A person's evidence, as the rule of eligibility sees it."""

from collections.abc import Iterable, Sequence
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


@dataclass(frozen=True)
class LevelFindings:
    level: LevelView
    findings: tuple[Finding, ...]
    granted: bool


def of(*, person_id: int, scheme_key: str) -> Sequence[Evidence]:
    """The evidence that counts for a scheme, the oldest first: of a revised result its latest revision, of an
    annulled one nothing, unless it was revised since."""
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
    latest: dict[str, int] = {}
    for row in found:
        latest[_origin(row)] = max(latest.get(_origin(row), 0), _run(row))
    return [
        row
        for row in found
        if row.kind != EvidenceKind.EXAM_ANNULLED
        and latest[_origin(row)] > annulled.get(_origin(row), -1)
        and _run(row) == latest[_origin(row)]
    ]


def _origin(row: Evidence) -> str:
    """The source of the fact that a row is about: a revision is about the result that it revises."""
    return str(row.facts.get("revises", row.source))


def _run(row: Evidence) -> int:
    return int(row.facts["run"]) if "revises" in row.facts else 0


def verdict(
    *, evidence: Sequence[Evidence], scheme: SchemeView, level: LevelView, on: date
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
        level.requirements, [_proof(row) for row in evidence], on, code_version=scheme.code_version
    )


def findings(*, person_id: int, scheme: SchemeView, on: date) -> Sequence[LevelFindings]:
    """Every level that the rule decides, with what the person has proven and what is missing."""
    evidence = of(person_id=person_id, scheme_key=scheme.key)
    return [
        _worded(level, verdict(evidence=evidence, scheme=scheme, level=level, on=on))
        for level in scheme.levels
        if level.by_rule
    ]


def _worded(level: LevelView, said: eligibility.Verdict) -> LevelFindings:
    return LevelFindings(
        level,
        tuple(
            Finding(found.requirement.kind.value, text, found.met, (found.missing or ""), found.proven_on)
            for found, text in zip(said.findings, level.texts, strict=True)
        ),
        said.granted,
    )


def _proof(row: Evidence) -> eligibility.Proof:
    return eligibility.Proof(
        kind=row.kind,
        on=row.occurred_on,
        passed=row.kind == EvidenceKind.EXAM and row.facts.get("outcome") == "passed",
        version=str(row.facts.get("version", "")),
        amounts={key: value for key, value in row.facts.items() if isinstance(value, int)},
    )


def schemes_begun(*, person_id: int) -> frozenset[str]:
    """Keys of the schemes for which a person has proven anything."""
    rows = Evidence.objects.filter(person_id=person_id).exclude(scheme_key="")
    return frozenset(rows.values_list("scheme_key", flat=True))
