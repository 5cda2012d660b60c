"""What other floors may know of people."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from lms.accounts.models import Person
from lms.kit import names


@dataclass(frozen=True)
class PersonCard:
    """A person as other floors see them. `printed_name` is the name for certificates, in its own script and in Latin
    letters; `legal_name` that of identity documents, for who checks identities."""

    id: int
    uuid: UUID
    email: str
    display_name: str
    printed_name: str
    time_zone: str
    language: str
    legal_name: str


class UnknownPerson(LookupError):
    """There is no such person."""


def card(person_id: int) -> PersonCard:
    """One person; raises UnknownPerson."""
    found = cards([person_id])
    if person_id not in found:
        raise UnknownPerson(person_id)
    return found[person_id]


def cards(person_ids: Iterable[int]) -> dict[int, PersonCard]:
    """Several people by id, in one statement; unknown ids are left out."""
    return {person.pk: _card(person) for person in Person.objects.filter(pk__in=list(person_ids))}


def by_email(email: str) -> PersonCard | None:
    """The person with this address, whatever its case, or None."""
    person = Person.objects.filter(email__iexact=email.strip()).first()
    return None if person is None else _card(person)


def addresses_of(person_id: int) -> frozenset[str]:
    """Every e-mail address that an account has or has claimed, in lower case."""
    known = Person.objects.filter(pk=person_id).values_list("email", flat=True)
    further = EmailAddress.objects.filter(user_id=person_id).values_list("email", flat=True)
    return frozenset(address.lower() for address in (*known, *further))


def verified_addresses_of(person_id: int) -> frozenset[str]:
    """The e-mail addresses that a person has shown to be theirs, in lower case. One statement."""
    shown = EmailAddress.objects.filter(user_id=person_id, verified=True)
    return frozenset(address.lower() for address in shown.values_list("email", flat=True))


def has_second_factor(person_id: int) -> bool:
    """Whether a person has an authenticator app or a passkey. One statement."""
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    return Authenticator.objects.filter(user_id=person_id, type__in=kinds).exists()


def is_superuser(person_id: int) -> bool:
    return Person.objects.filter(pk=person_id, is_superuser=True).exists()


def ids_named(text: str) -> list[int]:
    """Ids of people in whose name or address the text occurs, for searches by staff."""
    found = Person.objects.filter(display_name__icontains=text) | Person.objects.filter(email__icontains=text)
    return list(found.values_list("pk", flat=True)[:500])


def _card(person: Person) -> PersonCard:
    return PersonCard(
        id=person.pk,
        uuid=person.uuid,
        email=person.email,
        display_name=person.display_name or person.email,
        printed_name=names.printed(
            native=person.certificate_name or person.display_name or person.email,
            latin=person.certificate_name_latin,
        ),
        time_zone=person.time_zone,
        language=person.language,
        legal_name=person.legal_name or person.display_name,
    )
