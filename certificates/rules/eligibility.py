"""Whether what is proven is what a level asks for: granted, or what is missing, as codes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Asks(StrEnum):
    """Kinds of requirement that a scheme may name."""

    EXAM = "exam"
    CODE_OF_ETHICS = "code_of_ethics"
    EXPERIENCE = "experience"
    HOURS = "hours"
    REFERENCES = "references"


class Missing(StrEnum):
    EXAM_NOT_PASSED = "exam-not-passed"
    CODE_NOT_SIGNED = "code-not-signed"
    EXPERIENCE_SHORT = "experience-short"
    FIELD_EXPERIENCE_SHORT = "field-experience-short"
    HOURS_SHORT = "hours-short"
    REFERENCES_SHORT = "references-short"


@dataclass(frozen=True)
class Requirement:
    """One thing that a level asks for. `amounts` carries its numbers: years, field_years, hours, count."""

    kind: Asks
    amounts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Proof:
    """One piece of evidence as the rule sees it. `passed` matters for exams, `version` for the code."""

    kind: str
    on: date
    passed: bool = False
    version: str = ""
    amounts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Finding:
    """What became of one requirement. `got` and `need` are set where it is counted."""

    requirement: Requirement
    missing: Missing | None
    got: int = 0
    need: int = 0
    proven_on: date | None = None

    @property
    def met(self) -> bool:
        return self.missing is None


@dataclass(frozen=True)
class Verdict:
    findings: tuple[Finding, ...]

    @property
    def granted(self) -> bool:
        return all(finding.met for finding in self.findings)

    @property
    def missing(self) -> tuple[Missing, ...]:
        return tuple(finding.missing for finding in self.findings if finding.missing)


def decide(
    requirements: Sequence[Requirement], evidence: Sequence[Proof], on: date, *, code_version: str
) -> Verdict:
    """Looks at every requirement on its own; evidence from after `on` does not count.

    A level that asks for nothing is granted to nobody: such a list is a fault in the scheme.
    """
    if not requirements:
        raise ValueError("a level must ask for something")
    known = [proof for proof in evidence if proof.on <= on]
    return Verdict(tuple(_look(requirement, known, code_version) for requirement in requirements))


def _look(requirement: Requirement, known: Sequence[Proof], code_version: str) -> Finding:
    if requirement.kind is Asks.EXAM:
        return _shown(
            requirement, [p for p in known if p.kind == "exam" and p.passed], Missing.EXAM_NOT_PASSED
        )
    if requirement.kind is Asks.CODE_OF_ETHICS:
        signed = [p for p in known if p.kind == "code_of_ethics" and p.version == code_version]
        return _shown(requirement, signed, Missing.CODE_NOT_SIGNED)
    if requirement.kind is Asks.EXPERIENCE:
        years = _counted(requirement, known, "experience", "years", Missing.EXPERIENCE_SHORT)
        in_field = _counted(requirement, known, "experience", "field_years", Missing.FIELD_EXPERIENCE_SHORT)
        return years if years.missing else in_field
    if requirement.kind is Asks.HOURS:
        return _counted(requirement, known, "hours", "hours", Missing.HOURS_SHORT)
    return _counted(requirement, known, "references", "count", Missing.REFERENCES_SHORT)


def _shown(requirement: Requirement, proofs: Sequence[Proof], missing: Missing) -> Finding:
    if not proofs:
        return Finding(requirement, missing)
    return Finding(requirement, None, proven_on=min(proof.on for proof in proofs))


def _counted(
    requirement: Requirement, known: Sequence[Proof], kind: str, amount: str, missing: Missing
) -> Finding:
    need = requirement.amounts.get(amount, 0)
    proofs = [proof for proof in known if proof.kind == kind]
    got = sum(proof.amounts.get(amount, 0) for proof in proofs)
    if got < need:
        return Finding(requirement, missing, got, need)
    return Finding(requirement, None, got, need, max((proof.on for proof in proofs), default=None))
