"""Who does what where."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.utils.text import slugify

from lms.accounts import queries as accounts
from lms.accounts.actions import people
from lms.audit import trail
from lms.db import clock
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import roles

# What stands under /organisations/ beside the short names, and the institution's own.
RESERVED = roles.HOUSE | frozenset(
    {
        "api-keys",
        "invitations",
        "join",
        "keys",
        "support",
        "new",
        "notices",
        "privacy",
        "seats",
        "sign-in",
        "tools",
        "trail",
        "webhooks",
    }
)


class ConflictOfRoles(Exception):
    """One person can't hold these roles together. Carries `roles`."""

    def __init__(self, held: frozenset[str]) -> None:
        super().__init__(" and ".join(sorted(held)))
        self.roles = held


class LastOwner(Exception):
    """An organisation keeps at least one owner."""


class NotYours(Exception):
    """This role is given and taken by an owner alone, or not at all in this organisation."""


class NameTaken(Exception):
    """Another organisation has this short name."""


def found(
    *, slug: str, name: str, provider: bool = False, certification_body: bool = False, employer: bool = False
) -> UUID:
    """An organisation by its short name, made if there is none; returns its id."""
    hats = {"is_provider": provider, "is_certification_body": certification_body, "is_employer": employer}
    row, _ = Organisation.objects.get_or_create(slug=slug, defaults={"name": name, **hats})
    return row.id


def establish(*, name: str, hats: roles.Hats, founder_id: int) -> str:
    """A new organisation whose owner is its founder; returns its short name. Raises NameTaken."""
    at = clock.now()
    slug = slugify(name)[:50].strip("-")
    with transaction.atomic():
        # The founder's row is the lock: of two clicks at once the second finds the name taken, by the first.
        get_user_model().objects.select_for_update(no_key=True).get(pk=founder_id)
        if not slug or slug in RESERVED or Organisation.objects.filter(slug=slug).exists():
            raise NameTaken(slug)
        row = Organisation.objects.create(slug=slug, name=name, **_columns(hats))
        trail.record(
            "organisations.organisation.established",
            subject=f"organisations.organisation:{row.id}",
            at=at,
            actor_id=founder_id,
            organisation_id=row.id,
        )
        appoint(person_id=founder_id, organisation_id=row.id, role="owner", actor_id=founder_id)
    return slug


def change(*, organisation_id: UUID, name: str, hats: roles.Hats, actor_id: int) -> None:
    """Another name, or other hats. Roles that people have stay, also those that the new hats no longer offer."""
    at = clock.now()
    with transaction.atomic():
        row = Organisation.objects.select_for_update().get(pk=organisation_id)
        row.name = name
        for column, worn in _columns(hats).items():
            setattr(row, column, worn)
        row.save(update_fields=["name", *_columns(hats)])
        trail.record(
            "organisations.organisation.changed",
            subject=f"organisations.organisation:{row.id}",
            at=at,
            actor_id=actor_id,
            organisation_id=row.id,
        )


def appoint(*, person_id: int, organisation_id: UUID, role: str, actor_id: int | None) -> None:
    """Gives a person a role, once. The Wagtail group of the same name follows, and with it the admin, its page tree and
    collections. Whoever gets an office and has no second factor is signed out, and sets one up when they sign in next.

    Raises ConflictOfRoles where ISO/IEC 17024 keeps two roles apart, in whichever organisations they
    are held.
    """
    at = clock.now()
    with transaction.atomic():
        person = get_user_model().objects.select_for_update().get(pk=person_id)
        held = frozenset(Membership.objects.filter(person_id=person_id).values_list("role", flat=True))
        clash = roles.conflict_in(held | {role})
        if clash:
            raise ConflictOfRoles(clash)
        _, made = Membership.objects.get_or_create(
            person_id=person_id, organisation_id=organisation_id, role=role, defaults={"since_at": at}
        )
        if role in roles.ADMIN_ROLES:
            # Also for those who held the role before it opened the admin.
            _open_admin(person, role)
        if not made:
            return
        _trace("appointed", person_id, organisation_id, role, actor_id)
        newly = roles.need_second_factor([role]) and not roles.need_second_factor(held)
        if newly and actor_id != person_id and not accounts.has_second_factor(person_id):
            people.sign_out_everywhere(person_id=person_id)


def dismiss(*, person_id: int, organisation_id: UUID, role: str, actor_id: int | None) -> None:
    """Takes a role from a person; done again it does nothing. The Wagtail group follows when they hold it nowhere else.

    Raises LastOwner.
    """
    with transaction.atomic():
        Organisation.objects.select_for_update().get(pk=organisation_id)  # two owners can't leave at once
        person = get_user_model().objects.select_for_update().get(pk=person_id)
        row = Membership.objects.filter(
            person_id=person_id, organisation_id=organisation_id, role=role
        ).first()
        if row is None:
            return
        owners = Membership.objects.filter(organisation_id=organisation_id, role="owner")
        if role == "owner" and not owners.exclude(pk=row.pk).exists():
            raise LastOwner(organisation_id)
        row.delete()
        if (
            role in roles.ADMIN_ROLES
            and not Membership.objects.filter(person_id=person_id, role=role).exists()
        ):
            person.groups.remove(*Group.objects.filter(name=role))
        _trace("dismissed", person_id, organisation_id, role, actor_id)


def settle(*, person_id: int, organisation_id: UUID, wanted: Collection[str], actor_id: int) -> None:
    """A person's roles in an organisation are these from now on: what is missing is given, what is too much is taken.

    Raises NotYours where a change is not the actor's to make, ConflictOfRoles and LastOwner; then nothing is changed.
    """
    with transaction.atomic():
        hats = _hats(Organisation.objects.select_for_update().get(pk=organisation_id))
        here = Membership.objects.filter(organisation_id=organisation_id)
        held = set(here.filter(person_id=person_id).values_list("role", flat=True))
        may = may_give(organisation_id, actor_id)
        given, taken = set(wanted) - held, held - set(wanted)
        leaves = person_id == actor_id and not given
        if not (given | taken) <= may and not leaves:
            raise NotYours(given | taken)
        if not given <= roles.possible_under(hats):
            raise NotYours(given)
        for role in sorted(taken):
            dismiss(person_id=person_id, organisation_id=organisation_id, role=role, actor_id=actor_id)
        for role in sorted(given):
            appoint(person_id=person_id, organisation_id=organisation_id, role=role, actor_id=actor_id)


def may_give(organisation_id: UUID, actor_id: int) -> frozenset[str]:
    """The roles that somebody may give and take in an organisation; whoever runs the platform gives as an owner does."""
    if accounts.is_superuser(actor_id):
        return roles.given_by(["owner"])
    held = Membership.objects.filter(organisation_id=organisation_id, person_id=actor_id)
    return roles.given_by(list(held.values_list("role", flat=True)))


def _hats(row: Organisation) -> roles.Hats:
    return roles.Hats(row.is_provider, row.is_certification_body, row.is_employer)


def _columns(hats: roles.Hats) -> dict[str, bool]:
    return {
        "is_provider": hats.provider,
        "is_certification_body": hats.certification_body,
        "is_employer": hats.employer,
    }


def _trace(what: str, person_id: int, organisation_id: UUID, role: str, actor_id: int | None) -> None:
    trail.record(
        f"organisations.member.{what}",
        subject=f"accounts.person:{person_id}",
        at=clock.now(),
        actor_id=actor_id,
        organisation_id=organisation_id,
        facts={"role": role},
    )


def _open_admin(person: Any, role: str) -> None:
    if person.groups.filter(name=role).exists():
        return
    group, _ = Group.objects.get_or_create(name=role)
    group.permissions.add(
        Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    )
    person.groups.add(group)
