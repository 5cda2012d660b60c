"""Reads about organisations and who may do what in them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet

from lms.accounts import queries as people
from lms.organisations.models import (
    ApiKey,
    Domain,
    Impersonation,
    Invitation,
    Membership,
    Organisation,
    SignIn,
)
from lms.organisations.rules import domains, roles
from lms.organisations.rules.roles import Hats
from lms.organisations.states import Role


class UnknownOrganisation(LookupError):
    """There is no organisation of that name."""


@dataclass(frozen=True)
class OrganisationCard:
    id: UUID
    slug: str
    name: str
    hats: Hats


@dataclass(frozen=True)
class Mine:
    """An organisation in which somebody has roles."""

    card: OrganisationCard
    roles: tuple[str, ...]


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
    return _card(found)


def house() -> list[UUID]:
    """Ids of the organisations that came with the institution. One statement."""
    return list(Organisation.objects.filter(slug__in=roles.HOUSE).values_list("pk", flat=True))


def is_of_the_house(organisation_id: UUID | None) -> bool:
    """Whether something is the institution's own: of nobody in particular, or of an organisation that came with it. Anybody
    may found others. One statement at most."""
    return (
        organisation_id is None
        or Organisation.objects.filter(pk=organisation_id, slug__in=roles.HOUSE).exists()
    )


def cards(organisation_ids: Iterable[UUID]) -> dict[UUID, OrganisationCard]:
    """Several organisations by id, in one statement; unknown ids are left out."""
    found = Organisation.objects.filter(pk__in=list(organisation_ids))
    return {one.id: _card(one) for one in found}


def by_slug(slugs: Iterable[str]) -> dict[str, OrganisationCard]:
    """Several organisations by short name, in one statement; unknown names are left out."""
    return {one.slug: _card(one) for one in Organisation.objects.filter(slug__in=list(slugs))}


def permissions_of(person_id: int, organisation_id: UUID | None = None) -> frozenset[str]:
    """What a person may do, in one organisation or (None) in any. One statement."""
    held = Membership.objects.filter(person_id=person_id)
    if organisation_id is not None:
        held = held.filter(organisation_id=organisation_id)
    rows = held.values_list("organisation__slug", "role")
    return frozenset().union(*(roles.permissions_within(slug, [role]) for slug, role in rows))


def people_with(permission: str, organisation_id: UUID | None = None) -> list[int]:
    """Ids of the people who may do something, in one organisation or (None) in any."""
    held = _granting(permission)
    if organisation_id is not None:
        held = held.filter(organisation_id=organisation_id)
    return list(held.values_list("person_id", flat=True).distinct())


def organisations_with(person_id: int, permission: str) -> list[UUID]:
    """Ids of the organisations in which a person may do something."""
    held = _granting(permission).filter(person_id=person_id)
    return list(held.values_list("organisation_id", flat=True).distinct())


def _granting(permission: str) -> QuerySet[Membership]:
    granting = [role for role, granted in roles.PERMISSIONS.items() if permission in granted]
    held = Membership.objects.filter(role__in=granting)
    return held.filter(organisation__slug__in=roles.HOUSE) if permission in roles.OF_THE_HOUSE else held


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


def mine(person_id: int) -> list[Mine]:
    """The organisations in which a person has roles, by name. One statement."""
    rows = Membership.objects.filter(person_id=person_id).select_related("organisation")
    found: dict[UUID, tuple[OrganisationCard, list[str]]] = {}
    for row in rows.order_by("organisation__name", "pk"):
        found.setdefault(row.organisation_id, (_card(row.organisation), []))[1].append(row.get_role_display())
    return [Mine(card, tuple(held)) for card, held in found.values()]


def roles_of(person_id: int, organisation_id: UUID) -> frozenset[str]:
    """The roles of a person in one organisation. One statement."""
    held = Membership.objects.filter(person_id=person_id, organisation_id=organisation_id)
    return frozenset(held.values_list("role", flat=True))


def role_labels(person_id: int, organisation_id: UUID) -> list[str]:
    """The roles of a person in one organisation, in words."""
    held = Membership.objects.filter(person_id=person_id, organisation_id=organisation_id)
    return [str(row.get_role_display()) for row in held.order_by("pk")]


def people_of(organisation_id: UUID, wanted: str = "") -> QuerySet[Any]:
    """Everybody with a role in an organisation in whose name or address `wanted` occurs, by name."""
    found = get_user_model().objects.filter(memberships__organisation_id=organisation_id)
    if wanted:
        found = found.filter(Q(display_name__icontains=wanted) | Q(email__icontains=wanted))
    return found.distinct().order_by("display_name", "pk")


def memberships_in(organisation_id: UUID, person_ids: Collection[int]) -> QuerySet[Membership]:
    """The roles of these people in an organisation, one after the other."""
    rows = Membership.objects.filter(organisation_id=organisation_id, person_id__in=person_ids)
    return rows.order_by("person_id", "pk")


def member(organisation_id: UUID, uuid: UUID) -> people.PersonCard | None:
    """Somebody with a role in an organisation, by the number that is theirs everywhere."""
    found = people_of(organisation_id).filter(uuid=uuid).first()
    return people.card(found.pk) if found else None


def invitations_of(organisation_id: UUID) -> QuerySet[Invitation]:
    return Invitation.objects.filter(organisation_id=organisation_id)


def invitation(digest: str) -> Invitation | None:
    return Invitation.objects.filter(digest=digest).select_related("organisation").first()


def domains_of(organisation_id: UUID) -> QuerySet[Domain]:
    return Domain.objects.filter(organisation_id=organisation_id)


def domains_shown(organisation_id: UUID) -> frozenset[str]:
    """The mail domains that an organisation has shown to be its own."""
    shown = Domain.objects.filter(organisation_id=organisation_id, shown_at__isnull=False)
    return frozenset(shown.values_list("name", flat=True))


def joinable_by(person_id: int) -> list[OrganisationCard]:
    """Organisations that a person may join by an address that they have shown to be theirs, and is not in yet."""
    names = {domains.domain_of(address) for address in people.verified_addresses_of(person_id)}
    open_to = Organisation.objects.filter(domains__joins=True, domains__name__in=names)
    return [
        _card(one) for one in open_to.exclude(memberships__person_id=person_id).distinct().order_by("name")
    ]


def sign_in_of(organisation_id: UUID) -> SignIn | None:
    return SignIn.objects.filter(organisation_id=organisation_id).select_related("app").first()


def sign_in_for(address: str) -> SignIn | None:
    """The sign-in of the organisation to whose domain an e-mail address belongs."""
    found = SignIn.objects.filter(
        organisation__domains__name=domains.domain_of(address), organisation__domains__shown_at__isnull=False
    )
    return found.select_related("app", "organisation").first()


def sign_in_by(uuid: str) -> SignIn | None:
    """A sign-in by its own number, as it stands in an address."""
    try:
        return SignIn.objects.filter(uuid=UUID(uuid)).select_related("app", "organisation").first()
    except ValueError:
        return None


def domains_of_sign_in(app_id: int) -> frozenset[str] | None:
    """The domains for which a provider may speak, by the number of its row; None where it is of no organisation."""
    row = SignIn.objects.filter(app_id=app_id).first()
    return None if row is None else domains_shown(row.organisation_id)


def required_of(person_id: int) -> QuerySet[SignIn]:
    """The sign-ins that are required of a person: of organisations in which they have a role and to whose domains an
    address of theirs belongs. Who has left, or was never in the domain, signs in as everybody does."""
    names = {domains.domain_of(address) for address in people.verified_addresses_of(person_id)}
    return SignIn.objects.filter(
        organisation__memberships__person_id=person_id,
        organisation__domains__name__in=names,
        organisation__domains__shown_at__isnull=False,
        enforced=True,
    ).distinct()


def way_in(person_id: int) -> SignIn | None:
    """The sign-in that a person must use instead of a password, if any; never an owner's: they may break the glass."""
    owns = Membership.objects.filter(person_id=person_id, role="owner").values("organisation_id")
    rows = required_of(person_id).exclude(organisation_id__in=owns)
    return rows.select_related("organisation").order_by("pk").first()


def needs_second_factor(person_id: int) -> bool:
    """Whether a person holds an office here, or runs the platform."""
    held = Membership.objects.filter(person_id=person_id).values_list("role", flat=True)
    return roles.need_second_factor(list(held)) or people.is_superuser(person_id)


def _card(row: Organisation) -> OrganisationCard:
    hats = Hats(row.is_provider, row.is_certification_body, row.is_employer)
    return OrganisationCard(row.id, row.slug, row.name, hats)
