"""Writes about people."""

from collections.abc import Mapping

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP
from allauth.usersessions.models import UserSession
from django.db import transaction
from django.db.models import Exists, OuterRef

from lms.accounts.models import Person
from lms.audit import trail
from lms.db import clock


def register(*, email: str, display_name: str, password: str | None, superuser: bool = False) -> int:
    """A person whose address counts as verified (made by the institution, not by sign-up); returns the id.

    Called again for a known address it sets the password anew and changes nothing else. With None for a password
    there is none, and one is chosen by the letter that resetting it sends.
    """
    at = clock.now()
    with transaction.atomic():
        person = Person.objects.select_for_update().filter(email__iexact=email).first()
        if person is not None:
            if password is not None and not person.check_password(password):
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
    *,
    person_id: int,
    display_name: str,
    legal_name: str,
    certificate_name: str,
    certificate_name_latin: str,
    time_zone: str,
    language: str,
    fixed: bool = False,
) -> None:
    """Changes the names, the time zone and the language. Certificates already issued keep the name they were issued with.

    With `fixed` certificates carry the name: where that is the one which others see, it stays the name of documents
    though another is seen from now on. Another one there takes evidence (`take_name`).
    """
    if fixed and not certificate_name:
        certificate_name = Person.objects.values_list("display_name", flat=True).get(pk=person_id)
    changed = {
        "display_name": display_name,
        "legal_name": legal_name,
        "certificate_name": certificate_name,
        "certificate_name_latin": certificate_name_latin,
        "time_zone": time_zone,
        "language": language,
    }
    _change(person_id, "accounts.profile.changed", changed, actor_id=person_id)


def take_name(*, person_id: int, name: str, actor_id: int) -> None:
    """Documents carry another name from now on, as an officer granted on evidence."""
    changed = {"certificate_name": name, "certificate_name_latin": ""}
    _change(person_id, "accounts.name.granted", changed, actor_id=actor_id)


def let_go_of_claims(*, email: str) -> None:
    """Deletes an address from every account that has merely added it, and has shown another to be its own: whoever it really
    belongs to comes. An account that has shown none stays as it is."""
    claims = EmailAddress.objects.filter(email__iexact=email, verified=False, primary=False)
    others = EmailAddress.objects.filter(user=OuterRef("user"), verified=True)
    claims.filter(Exists(others)).delete()


def give_authenticator(*, person_id: int, secret: str) -> None:
    """An authenticator app with this secret, for somebody whom the institution made; nothing where there is one."""
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person_id)
        known = Authenticator.objects.filter(user=person, type=Authenticator.Type.TOTP).first()
        if known is None:
            TOTP.activate(person, secret)
        elif known.data.get("secret") != secret:
            known.data = {"secret": secret}
            known.save(update_fields=["data"])


def sign_out_everywhere(*, person_id: int) -> None:
    """Ends every session that a person has open; they sign in anew."""
    for session in UserSession.objects.filter(user_id=person_id):
        session.end()


def _change(person_id: int, verb: str, changed: Mapping[str, str], *, actor_id: int) -> None:
    at = clock.now()
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person_id)
        for field, value in changed.items():
            setattr(person, field, value)
        person.save(update_fields=list(changed))
        trail.record(verb, subject=f"accounts.person:{person_id}", at=at, actor_id=actor_id)
