"""Reads about organisations and who may do what in them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import QuerySet

from lms.organisations.models import ApiKey, Impersonation, Membership, Organisation
from lms.organisations.rules import roles
from lms.organisations.states import Role


class UnknownOrganisation(LookupError):
    """There is no organisation of that name."""


@dataclass(frozen=True)
class OrganisationCard:
    id: UUID
    slug: str
    name: str


@dataclass(frozen=True)
class Shared:
    """An organisation in which two people both have a role, and since when both have."""

    organisation_id: UUID
    since: date


# In the session of support that is shown a person's pages.
IMPERSONATION = "impersonation"


def impersonation(uuid: str, support_id: int) -> Impersonation | None:
    """What a session of support says that it is shown, if that is so and not ended. One statement."""
    rows = Impersonation.objects.select_related("person").filter(person__is_active=True, ended_at=None)
    return rows.filter(uuid=uuid, support_id=support_id).first()


def impersonations(support_id: int | None = None) -> QuerySet[Impersonation]:
    """When support was shown whose pages, the newest first."""
    rows = Impersonation.objects.select_related("person", "support")
    return rows if support_id is None else rows.filter(support_id=support_id)


def api_keys(organisation_ids: Collection[UUID]) -> QuerySet[ApiKey]:
    """The keys of these organisations, the newest first."""
    return ApiKey.objects.filter(organisation_id__in=organisation_ids).select_related(
        "organisation", "made_by"
    )


@dataclass(frozen=True)
class Member:
    person_id: int
    roles: tuple[str, ...]
    since: datetime


def members(organisation_id: UUID) -> list[Member]:
    """Who has which roles in an organisation, and since when. One statement."""
    held: dict[int, list[Membership]] = {}
    for row in Membership.objects.filter(organisation_id=organisation_id).order_by("since_at", "pk"):
        held.setdefault(row.person_id, []).append(row)
    return [
        Member(person_id, tuple(sorted(one.role for one in rows)), rows[0].since_at)
        for person_id, rows in held.items()
    ]


def organisation(slug: str) -> OrganisationCard:
    """One organisation by its short name; raises UnknownOrganisation."""
    found = Organisation.objects.filter(slug=slug).first()
    if found is None:
        raise UnknownOrganisation(slug)
    return OrganisationCard(found.id, found.slug, found.name)


def cards(organisation_ids: Iterable[UUID]) -> dict[UUID, OrganisationCard]:
    """Several organisations by id, in one statement; unknown ids are left out."""
    found = Organisation.objects.filter(pk__in=list(organisation_ids))
    return {one.id: OrganisationCard(one.id, one.slug, one.name) for one in found}


def permissions_of(person_id: int, organisation_id: UUID | None = None) -> frozenset[str]:
    """What a person may do, in one organisation or (None) in any. One statement."""
    held = Membership.objects.filter(person_id=person_id)
    if organisation_id is not None:
        held = held.filter(organisation_id=organisation_id)
    return roles.permissions_of(frozenset(held.values_list("role", flat=True)))


def people_with(permission: str, organisation_id: UUID | None = None) -> list[int]:
    """Ids of the people who may do something, in one organisation or (None) in any."""
    granting = [role for role, granted in roles.PERMISSIONS.items() if permission in granted]
    held = Membership.objects.filter(role__in=granting)
    if organisation_id is not None:
        held = held.filter(organisation_id=organisation_id)
    return list(held.values_list("person_id", flat=True).distinct())


def organisations_with(person_id: int, permission: str) -> list[UUID]:
    """Ids of the organisations in which a person may do something."""
    granting = [role for role, granted in roles.PERMISSIONS.items() if permission in granted]
    held = Membership.objects.filter(person_id=person_id, role__in=granting)
    return list(held.values_list("organisation_id", flat=True).distinct())


def tasks_of(person_id: int) -> list[tuple[str, str]]:
    """Name of the organisation and role of each task that a person has; being a member is none. One statement."""
    held = (
        Membership.objects.filter(person_id=person_id)
        .exclude(role=Role.MEMBER)
        .select_related("organisation")
    )
    return [(one.organisation.name, one.get_role_display()) for one in held]


def memberships_of(person_id: int) -> list[UUID]:
    """Ids of the organisations in which a person has a role, whichever. One statement."""
    held = Membership.objects.filter(person_id=person_id)
    return list(held.values_list("organisation_id", flat=True).distinct())


def members_of(organisation_id: UUID) -> frozenset[int]:
    """Ids of the people who have a role in an organisation, whichever. One statement."""
    return frozenset(
        Membership.objects.filter(organisation_id=organisation_id).values_list("person_id", flat=True)
    )


def beside(person_id: int, others: Collection[int]) -> list[tuple[int, Shared]]:
    """Which of the others have a role in an organisation in which the person has one, once for each such
    organisation. One statement."""
    rows = Membership.objects.filter(person_id__in={person_id, *others}).order_by("since_at")
    first: dict[tuple[UUID, int], date] = {}
    for organisation_id, member_id, since_at in rows.values_list("organisation_id", "person_id", "since_at"):
        first.setdefault((organisation_id, member_id), since_at.date())
    return [
        (member_id, Shared(organisation_id, max(since, first[organisation_id, person_id])))
        for (organisation_id, member_id), since in first.items()
        if member_id != person_id and (organisation_id, person_id) in first
    ]
