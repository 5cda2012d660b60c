"""What accounts answer to the registers on the ground."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.accounts import queries
from lms.accounts.actions import people
from lms.kit import gather
from lms.kit.gather import Holding
from lms.privacy.actions import legal
from lms.privacy.queries import legal as legal_texts

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
    ("pia@example.org", "Pia Quist"),
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


def readers(person_ids: Sequence[int]) -> Mapping[int, gather.Reader]:
    return {
        card.id: gather.Reader(card.display_name, card.email, card.language, card.time_zone)
        for card in queries.cards(person_ids).values()
    }


HOLDINGS = (
    Holding(
        "accounts.Person",
        "pk",
        "Your account",
        "Its number stays, without address, names and password, so that what stays does not point at nothing.",
        ("password",),
    ),
    Holding("account.EmailAddress", "user", "E-mail addresses"),
    Holding("mfa.Authenticator", "user", "Second steps and passkeys", without=("data",)),
    Holding("wagtailusers.UserProfile", "user", "Settings of the editor"),
)


def erase(person_id: int) -> None:
    people.erase(person_id=person_id)


def forget_sessions(before: datetime) -> int:
    return Session.objects.filter(expire_date__lt=before).delete()[0]


def accept_as_shown(_: object = None) -> Sequence[str]:
    """The demonstration's people have an account as if they had signed up: with the texts accepted."""
    for email, _name in DEMONSTRATION_PEOPLE:
        card = queries.by_email(email)
        if card is not None:
            legal.accept(person_id=card.id, kinds=legal_texts.OF_ACCOUNTS, context="demonstration")
    return ()


def register() -> None:
    gather.PERSONAL.add(gather.PersonalPart("accounts", 10, "Account", HOLDINGS, erase=erase))
    gather.RETENTION.add(
        gather.RetentionPart(
            "accounts.sessions", 10, "Sessions", "Who is signed in, until that has ended.", forget_sessions
        )
    )
    gather.DEMONSTRATION.add(gather.DemonstrationPart("accepted texts", 11, accept_as_shown))
    gather.READERS.add(gather.ReaderPart("people", 10, readers))
    gather.NOTICE_KINDS.add(gather.NoticeKindsPart("accounts", 10, {"accounts.": gather.Category.ACCOUNT}))
    gather.ACCOUNT.add(gather.AccountPart("accounts", 10, links))
    gather.DEMONSTRATION.add(gather.DemonstrationPart("people", 10, make_people))
