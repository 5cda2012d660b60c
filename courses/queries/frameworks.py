"""Standards and profiles, as plain values."""

from dataclasses import dataclass

from courses.models import Clause, Domain, Framework, Profile


class UnknownFramework(LookupError):
    """No framework has that key."""


class UnknownProfile(LookupError):
    """No profile has that key."""


@dataclass(frozen=True)
class ClauseView:
    """A clause, control objective or control; `kind` is `clause`, `objective` or `control`."""

    id: int
    ref: str
    title: str
    kind: str
    parent_ref: str


@dataclass(frozen=True)
class FrameworkView:
    id: int
    key: str
    title: str
    edition: str
    clauses: tuple[ClauseView, ...]

    def ids(self) -> dict[str, int]:
        """The id of each clause and control by its reference."""
        return {clause.ref: clause.id for clause in self.clauses}


@dataclass(frozen=True)
class DomainView:
    id: int
    number: int
    key: str
    title: str
    weight: int
    summary: str


@dataclass(frozen=True)
class ProfileView:
    id: int
    key: str
    title: str
    framework_key: str
    framework_title: str
    domains: tuple[DomainView, ...]

    def domain(self, number: int) -> DomainView | None:
        return next((domain for domain in self.domains if domain.number == number), None)


def framework(key: str) -> FrameworkView:
    """One framework with every clause and control in order; raises UnknownFramework. Two statements."""
    row = Framework.objects.filter(key=key).first()
    if row is None:
        raise UnknownFramework(key)
    clauses = list(row.clauses.all())
    refs = {clause.pk: clause.ref for clause in clauses}
    return FrameworkView(
        id=row.pk,
        key=row.key,
        title=row.title,
        edition=row.edition,
        clauses=tuple(
            ClauseView(c.pk, c.ref, c.title, c.kind, refs.get(c.parent_id or 0, "")) for c in clauses
        ),
    )


def clause(ref: str) -> ClauseView | None:
    """The clause, objective or control with this reference in the first framework that has it, or None.
    One statement."""
    row = Clause.objects.filter(ref=ref).select_related("parent").order_by("framework", "position").first()
    if row is None:
        return None
    return ClauseView(row.pk, row.ref, row.title, row.kind, row.parent.ref if row.parent else "")


def profile(key: str) -> ProfileView:
    """One profile with its domains in order; raises UnknownProfile. Two statements."""
    row = Profile.objects.filter(key=key).select_related("framework").first()
    if row is None:
        raise UnknownProfile(key)
    return view_of(row)


def of_profiles() -> dict[str, str]:
    """The key of the framework that each profile stands on, by the profile's key. One statement."""
    return dict(Profile.objects.values_list("key", "framework__key"))


def view_of(row: Profile) -> ProfileView:
    return ProfileView(
        id=row.pk,
        key=row.key,
        title=row.title,
        framework_key=row.framework.key,
        framework_title=row.framework.title,
        domains=tuple(_domain(domain) for domain in row.domains.all()),
    )


def _domain(row: Domain) -> DomainView:
    return DomainView(row.pk, row.number, row.key, row.title, row.weight, row.summary)
