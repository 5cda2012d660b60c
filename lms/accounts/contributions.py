"""What accounts answer to the registers on the ground."""

from collections.abc import Mapping, Sequence

from django.conf import settings

from lms.accounts import queries
from lms.accounts.actions import people
from lms.kit import gather

DEMONSTRATION_PEOPLE = (
    ("ada@example.org", "Ada Kamau"),
    ("ben@example.org", "Ben Okoro"),
    ("cleo@example.org", "Cleo Marsh"),
    ("dag@example.org", "Dag Holm"),
    ("eve@example.org", "Eve Lindgren"),
    ("finn@example.org", "Finn Abara"),
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


def readers(person_ids: Sequence[int]) -> Mapping[int, gather.Reader]:
    return {
        card.id: gather.Reader(card.display_name, card.email, card.language, card.time_zone)
        for card in queries.cards(person_ids).values()
    }


def register() -> None:
    gather.READERS.add(gather.ReaderPart("people", 10, readers))
    gather.NOTICE_KINDS.add(gather.NoticeKindsPart("accounts", 10, {"accounts.": gather.Category.ACCOUNT}))
    gather.DEMONSTRATION.add(gather.DemonstrationPart("people", 10, make_people))
