"""What organisations answer to the registers on the ground."""

from collections.abc import Sequence

from django.conf import settings
from django.urls import reverse

from lms.accounts import queries as people
from lms.kit import gather
from lms.organisations import queries
from lms.organisations.actions import memberships

DEMONSTRATION_ROLES = (
    ("institute", "eve", "examiner"),
    ("institute", "finn", "author"),
    ("institute", "gro", "editor"),
    ("institute", "hana", "item_author"),
    ("institute", "ivo", "reviewer"),
    ("institute", "ivo", "subject_expert"),
    ("institute", "jun", "accessibility"),
    ("institute", "ivo", "invigilator"),
    ("institute", "jun", "reviewer"),
    ("institute", "jun", "invigilator"),
    ("institute", "jun", "examiner"),
    ("institute", "ivo", "marker"),
    ("institute", "jun", "marker"),
    ("institute", "hana", "marker"),
    ("institute", "olga", "owner"),
    ("institute", "tove", "trainer"),
    ("certification", "kai", "awarding_officer"),
    ("certification", "lena", "scheme_manager"),
    ("certification", "mara", "awarding_officer"),
    ("northmoor", "ben", "member"),
    ("northmoor", "cleo", "manager"),
)

TASKS = (
    ("ada", "learner and candidate: courses, exam, certificate"),
    ("finn", "author: writes lessons at /admin/"),
    ("gro", "editor: approves and publishes them"),
    ("hana", "item author: the item bank at /admin/; marker at /marking/"),
    ("ivo", "reviewer of items, invigilator at /invigilation/, marker at /marking/ (so is jun)"),
    ("tove", "trainer: cohorts, their learners and sessions at /teaching/"),
    ("eve", "examiner: assembles forms, releases results at /examiner/results/ (jun is the second)"),
    ("kai", "awarding officer: applications at /decisions/, the register at /register/ (mara is the second)"),
    ("lena", "scheme manager: what a scheme asks for, and appeals against decisions"),
    ("cleo", "manager at an employer (ben is a member, dag a stranger)"),
    ("olga", "owner of the platform"),
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
    return _who_is_who()


def _who_is_who() -> list[str]:
    return [
        f"Log in with the password {settings.SECRETS.demonstration_password} as",
        *(f"  {name + '@example.org':<18} {task}" for name, task in TASKS),
        f"Post that would have been sent: {settings.PUBLIC_URL}/demonstration/mail/",
        f"A clock that you can move:      {settings.PUBLIC_URL}/demonstration/clock/",
    ]


def links(held: frozenset[str]) -> Sequence[gather.NavigationLink]:
    found = []
    if "organisations.manage" in held:
        found.append(gather.NavigationLink("Webhooks", reverse("organisations:webhooks")))
    if "organisations.read_trail" in held:
        found.append(gather.NavigationLink("Audit trail", reverse("organisations:trail")))
    return found


def register() -> None:
    gather.LIBRARY.add(gather.LibraryPart("organisations", 10, read_nothing, load_founding))
    gather.PERMISSIONS.add(gather.PermissionPart("organisations", 10, queries.permissions_of))
    gather.DEMONSTRATION.add(gather.DemonstrationPart("members", 20, make_members))
    gather.NAVIGATION.add(gather.NavigationPart("organisations", 50, links))
