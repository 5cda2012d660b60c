"""What organisations answer to the registers on the ground."""

from collections.abc import Sequence

from lms.accounts import queries as people
from lms.kit import gather
from lms.organisations.actions import memberships

DEMONSTRATION_ROLES = (
    ("institute", "eve", "examiner"),
    ("institute", "finn", "author"),
    ("institute", "gro", "editor"),
    ("institute", "hana", "item_author"),
    ("institute", "ivo", "reviewer"),
    ("institute", "jun", "reviewer"),
    ("institute", "olga", "owner"),
    ("certification", "kai", "awarding_officer"),
    ("certification", "lena", "scheme_manager"),
    ("northmoor", "ben", "member"),
    ("northmoor", "cleo", "manager"),
)


def read_nothing(*_: object) -> None:
    """Organisations have no content files."""


def load_founding(_: object) -> gather.LoadCount:
    """The institution's own two organisations, kept apart as ISO/IEC 17024 asks: one trains and
    examines, the other certifies."""
    memberships.found(slug="institute", name="Auditorium Institute", provider=True)
    memberships.found(slug="certification", name="Auditorium Certification", certification_body=True)
    return gather.LoadCount(unchanged=2)


def make_members() -> Sequence[str]:
    memberships.found(slug="northmoor", name="Northmoor Systems", employer=True)
    from_slug = {
        "institute": memberships.found(slug="institute", name="Auditorium Institute", provider=True),
        "certification": memberships.found(
            slug="certification", name="Auditorium Certification", certification_body=True
        ),
        "northmoor": memberships.found(slug="northmoor", name="Northmoor Systems", employer=True),
    }
    for slug, name, role in DEMONSTRATION_ROLES:
        person = people.by_email(f"{name}@example.org")
        if person is not None:
            memberships.appoint(
                person_id=person.id, organisation_id=from_slug[slug], role=role, actor_id=None
            )
    return ()


def register() -> None:
    gather.LIBRARY.add(gather.LibraryPart("organisations", 10, read_nothing, load_founding))
    gather.DEMONSTRATION.add(gather.DemonstrationPart("members", 20, make_members))
