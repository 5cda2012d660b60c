"""Domains, clauses and controls that items of a bank may name."""

from courses.queries import frameworks


def domains(profile_key: str) -> list[tuple[int, str]]:
    """The domains of a profile as (number, words); none where there is no such profile."""
    try:
        profile = frameworks.profile(profile_key)
    except frameworks.UnknownProfile:
        return []
    return [(domain.number, f"{domain.number} {domain.title}") for domain in profile.domains]


def references(profile_key: str) -> frozenset[str]:
    """Every clause and control of the framework that a profile stands on."""
    try:
        profile = frameworks.profile(profile_key)
        return frozenset(frameworks.framework(profile.framework_key).ids())
    except (frameworks.UnknownProfile, frameworks.UnknownFramework):
        return frozenset()
