"""Domains, clauses and controls that items of a bank may name."""

from courses.queries import frameworks
from exams.models import Bank


def domains(bank: Bank) -> list[tuple[int, str]]:
    """The domains of the bank's profile as (number, words)."""
    try:
        profile = frameworks.profile(bank.profile_key)
    except frameworks.UnknownProfile:
        return []
    return [(domain.number, f"{domain.number} {domain.title}") for domain in profile.domains]


def references(bank: Bank) -> frozenset[str]:
    """Every clause and control of the framework that the bank's profile stands on."""
    try:
        profile = frameworks.profile(bank.profile_key)
        return frozenset(frameworks.framework(profile.framework_key).ids())
    except (frameworks.UnknownProfile, frameworks.UnknownFramework):
        return frozenset()
