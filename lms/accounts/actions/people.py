"""Writes about people."""

from allauth.account.models import EmailAddress
from django.db import transaction

from lms.accounts.models import Person
from lms.audit import trail
from lms.db import clock


def register(*, email: str, display_name: str, password: str, superuser: bool = False) -> int:
    """A person whose address counts as verified (made by the institution, not by sign-up); returns the id.

    Called again for a known address it sets the password anew and changes nothing else.
    """
    at = clock.now()
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(email__iexact=email).first()
        if person is not None:
            if not person.check_password(password):
                person.set_password(password)
                person.save(update_fields=["password"])
            return person.pk
        make = Person.objects.create_superuser if superuser else Person.objects.create_user
        person = make(email, password, display_name=display_name, date_joined=at)
        EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
        trail.record(
            "accounts.person.registered", subject=f"accounts.person:{person.pk}", at=at, actor_id=None
        )
    return person.pk


def erase(*, person_id: int) -> None:
    """Empties an account of address, names, password and rights, within the caller's transaction; its number stays."""
    person = Person.objects.select_for_update().get(pk=person_id)
    person.email = f"erased-{person.uuid}@erased.invalid"
    person.display_name, person.certificate_name = "(erased)", ""
    person.language, person.time_zone = "en-gb", "UTC"
    person.is_active = person.is_staff = person.is_superuser = False
    person.last_login = None
    person.set_unusable_password()
    person.save()
    person.groups.clear()
    person.user_permissions.clear()


def change_profile(
    *, person_id: int, display_name: str, certificate_name: str, time_zone: str, language: str
) -> None:
    """Changes the names, the time zone and the language of letters. Certificates already issued keep the name they were
    issued with."""
    at = clock.now()
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person_id)
        person.display_name, person.certificate_name = display_name, certificate_name
        person.time_zone, person.language = time_zone, language
        person.save(update_fields=["display_name", "certificate_name", "time_zone", "language"])
        trail.record(
            "accounts.profile.changed", subject=f"accounts.person:{person_id}", at=at, actor_id=person_id
        )
