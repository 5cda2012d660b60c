"""Who does what where."""

from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.db import transaction

from lms.audit import trail
from lms.db import clock
from lms.organisations.models import Membership, Organisation
from lms.organisations.rules import roles


class ConflictOfRoles(Exception):
    """One person can't hold these roles together. Carries `roles`."""

    def __init__(self, held: frozenset[str]) -> None:
        super().__init__(" and ".join(sorted(held)))
        self.roles = held


def found(
    *, slug: str, name: str, provider: bool = False, certification_body: bool = False, employer: bool = False
) -> UUID:
    """An organisation by its short name, made if there is none; returns its id."""
    hats = {"is_provider": provider, "is_certification_body": certification_body, "is_employer": employer}
    row, _ = Organisation.objects.get_or_create(slug=slug, defaults={"name": name, **hats})
    return row.id


def appoint(*, person_id: int, organisation_id: UUID, role: str, actor_id: int | None) -> None:
    """Gives a person a role, once. The Wagtail group of the same name follows, and with it the admin.

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
        trail.record(
            "organisations.member.appointed",
            subject=f"accounts.person:{person_id}",
            at=at,
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
