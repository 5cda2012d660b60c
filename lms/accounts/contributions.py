"""What accounts answer to the registers on the ground."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.accounts.actions import people
from lms.kit import gather

DEMONSTRATION_PEOPLE = (
    ("ada@example.org", "Ada Kamau"),
    ("ben@example.org", "Ben Okoro"),
    ("cleo@example.org", "Cleo Marsh"),
    ("dag@example.org", "Dag Holm"),
    ("eve@example.org", "Eve Lindgren"),
    ("fay@example.org", "Fay Moreau"),
    ("finn@example.org", "Finn Abara"),
    ("gil@example.org", "Gil Andersen"),
    ("gro@example.org", "Gro Larsen"),
    ("hana@example.org", "Hana Sato"),
    ("ivo@example.org", "Ivo Petrov"),
    ("jun@example.org", "Jun Asada"),
    ("kai@example.org", "Kai Berg"),
    ("lena@example.org", "Lena Ortiz"),
    ("mara@example.org", "Mara Weiss"),
    ("olga@example.org", "Olga Nowak"),
    ("tove@example.org", "Tove Lund"),
)


def make_people() -> Sequence[str]:
    for email, name in DEMONSTRATION_PEOPLE:
        people.register(
            email=email,
            display_name=name,
            password=settings.SECRETS.demonstration_password,
            superuser=email.startswith("olga@"),
        )
    return ()


def links() -> Sequence[gather.NavigationLink]:
    pages = (
        (_("Profile and names"), "accounts:profile"),
        (_("E-mail addresses"), "account_email"),
        (_("Password"), "account_change_password"),
        (_("Two-step sign-in and passkeys"), "mfa_index"),
        (_("Where you are signed in"), "usersessions_list"),
        (_("Accounts elsewhere"), "socialaccount_connections"),
    )
    return [gather.NavigationLink(label, reverse(name)) for label, name in pages]


def register() -> None:
    gather.ACCOUNT.add(gather.AccountPart("accounts", 10, links))
    gather.DEMONSTRATION.add(gather.DemonstrationPart("people", 10, make_people))
