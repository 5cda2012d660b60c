"""Whether what is proven is what a level asks for: granted, or what is missing, as codes; and when it will be.

docs/algorithms/eligibility.md tells it with numbers.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from certificates.rules import experience
from certificates.rules.experience import YEAR, Period


class Asks(StrEnum):
    """Kinds of requirement that a scheme may name."""

    EXAM = "exam"
    CODE_OF_ETHICS = "code_of_ethics"
    EXPERIENCE = "experience"
    HOURS = "hours"
    REFERENCES = "references"


class Missing(StrEnum):
    EXAM_NOT_PASSED = "exam-not-passed"
    EXAM_NOT_INVIGILATED = "exam-not-invigilated"
    CODE_NOT_SIGNED = "code-not-signed"
    EXPERIENCE_SHORT = "experience-short"
    FIELD_EXPERIENCE_SHORT = "field-experience-short"
    HOURS_SHORT = "hours-short"
    REFERENCES_SHORT = "references-short"


# What a second person may waive with a reason. Nobody is certified without exam and signature.
WAIVABLE: Final = frozenset(
    {
        Missing.EXPERIENCE_SHORT,
        Missing.FIELD_EXPERIENCE_SHORT,
        Missing.HOURS_SHORT,
        Missing.REFERENCES_SHORT,
    }
)
# So many days back the pace is measured at which hours come in.
PACE_DAYS: Final = 365


@dataclass(frozen=True)
class Requirement:
    """One thing that a level asks for. `amounts` carries its numbers: years, field_years, hours, count; and
    `invigilated` where an exam has to be sat under invigilation with the identity checked."""

    kind: Asks
    amounts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Proof:
    """One piece of evidence as the rule sees it: `passed` and `invigilated` of an exam, `version` of the code
    signed, period and field of experience, `hours` of projects or audits. `on` is the day from which it counts:
    of experience its first, of hours the last on which they were worked."""

    kind: str
    on: date
    passed: bool = False
    invigilated: bool = False
    version: str = ""
    ends_on: date | None = None
    in_field: bool = False
    hours: int = 0


@dataclass(frozen=True)
class Finding:
    """What became of one requirement. `got` and `need` are set where it is counted: days of experience, hours,
    references. `expected_on` is the day on which what is missing will be there if it goes on as it does."""

    requirement: Requirement
    missing: Missing | None
    got: int = 0
    need: int = 0
    proven_on: date | None = None
    waived: bool = False
    expected_on: date | None = None

    @property
    def met(self) -> bool:
        return self.missing is None or self.waived


@dataclass(frozen=True)
class Verdict:
    findings: tuple[Finding, ...]

    @property
    def granted(self) -> bool:
        return all(finding.met for finding in self.findings)

    @property
    def missing(self) -> tuple[Missing, ...]:
        return tuple(found.missing for found in self.findings if found.missing and not found.waived)

    @property
    def waived(self) -> tuple[Missing, ...]:
        return tuple(found.missing for found in self.findings if found.missing and found.waived)

    @property
    def expected_on(self) -> date | None:
        """The day on which all will be proven; None where something does not come by itself."""
        days = [found.expected_on for found in self.findings if not found.met]
        known = [day for day in days if day is not None]
        return max(known) if known and len(known) == len(days) else None


def decide(
    requirements: Sequence[Requirement],
    evidence: Sequence[Proof],
    on: date,
    *,
    code_version: str,
    waived: Collection[str] = (),
) -> Verdict:
    """Looks at every requirement on its own; evidence from after `on` does not count.

    `waived` are the codes that a second person has waived; what may not be waived stays missing.
    A level that asks for nothing is granted to nobody: such a list is a fault in the scheme.
    """
    if not requirements:
        raise ValueError("a level must ask for something")
    known = [proof for proof in evidence if proof.on <= on]
    let_off = frozenset(waived) & WAIVABLE
    findings = []
    for requirement in requirements:
        found = _look(requirement, known, on, code_version)
        missing = [one for one in found if one.missing]
        needed = next((one for one in missing if one.missing not in let_off), None)
        if needed is None and missing:
            needed = _waived(missing[0])
        findings.append(needed or found[0])
    return Verdict(tuple(findings))


def _waived(found: Finding) -> Finding:
    return Finding(found.requirement, found.missing, found.got, found.need, waived=True)


def _look(requirement: Requirement, known: Sequence[Proof], on: date, code_version: str) -> list[Finding]:
    if requirement.kind is Asks.EXAM:
        return [_exam(requirement, known)]
    if requirement.kind is Asks.CODE_OF_ETHICS:
        signed = [p for p in known if p.kind == Asks.CODE_OF_ETHICS and p.version == code_version]
        return [_shown(requirement, signed, Missing.CODE_NOT_SIGNED)]
    if requirement.kind is Asks.EXPERIENCE:
        posts = [p for p in known if p.kind == Asks.EXPERIENCE]
        years = requirement.amounts.get("years", 0) * YEAR
        in_field = requirement.amounts.get("field_years", 0) * YEAR
        return [
            _lasted(requirement, posts, years, on, Missing.EXPERIENCE_SHORT),
            _lasted(
                requirement, [p for p in posts if p.in_field], in_field, on, Missing.FIELD_EXPERIENCE_SHORT
            ),
        ]
    if requirement.kind is Asks.HOURS:
        return [_worked(requirement, [p for p in known if p.kind == Asks.HOURS], on)]
    given = sorted(p.on for p in known if p.kind == Asks.REFERENCES)
    need = requirement.amounts.get("count", 0)
    if len(given) < need:
        return [Finding(requirement, Missing.REFERENCES_SHORT, len(given), need)]
    return [Finding(requirement, None, len(given), need, given[need - 1])]


def _exam(requirement: Requirement, known: Sequence[Proof]) -> Finding:
    passed = [p for p in known if p.kind == Asks.EXAM and p.passed]
    if requirement.amounts.get("invigilated") and passed:
        return _shown(requirement, [p for p in passed if p.invigilated], Missing.EXAM_NOT_INVIGILATED)
    return _shown(requirement, passed, Missing.EXAM_NOT_PASSED)


def _shown(requirement: Requirement, proofs: Sequence[Proof], missing: Missing) -> Finding:
    if not proofs:
        return Finding(requirement, missing)
    return Finding(requirement, None, proven_on=min(proof.on for proof in proofs))


def _lasted(
    requirement: Requirement, posts: Sequence[Proof], need: int, on: date, missing: Missing
) -> Finding:
    periods = [Period(post.on, post.ends_on) for post in posts]
    got, day = experience.days(periods, on), experience.reached_on(periods, need) if need else on
    if got < need:
        return Finding(requirement, missing, got, need, expected_on=day)
    return Finding(requirement, None, got, need, proven_on=day)


def _worked(requirement: Requirement, proofs: Sequence[Proof], on: date) -> Finding:
    need = requirement.amounts.get("hours", 0)
    got = sum(proof.hours for proof in proofs)
    if got >= need:
        return Finding(requirement, None, got, need, _day_of(proofs, need))
    pace = sum(proof.hours for proof in proofs if proof.on > on - timedelta(days=PACE_DAYS))
    # Rounded up, in whole days: `pace` hours in PACE_DAYS days.
    days = -(-(need - got) * PACE_DAYS // pace) if pace else None
    expected = on + timedelta(days=days) if days is not None and days < 36_500 else None
    return Finding(requirement, Missing.HOURS_SHORT, got, need, expected_on=expected)


def _day_of(proofs: Sequence[Proof], need: int) -> date | None:
    so_far = 0
    for proof in sorted(proofs, key=lambda proof: proof.on):
        so_far += proof.hours
        if so_far >= need:
            return proof.on
    return None
