"""What organisations answer to the registers on the ground."""

from collections.abc import Sequence
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from lms.accounts import queries as people
from lms.accounts.actions import people as accounts
from lms.kit import gather
from lms.kit.gather import Holding
from lms.organisations import queries
from lms.organisations.actions import memberships, signing_in
from lms.organisations.rules import roles

DEMONSTRATION_ROLES = (
    ("institute", "eve", "examiner"),
    ("institute", "fay", "finance"),
    ("institute", "finn", "author"),
    ("institute", "gil", "finance"),
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
    ("institute", "pia", "support"),
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
    (
        "eve",
        "examiner: assembles forms, validates keys, releases results at /examiner/results/ (jun is the second)",
    ),
    ("kai", "awarding officer: applications at /decisions/, the register at /register/ (mara is the second)"),
    ("lena", "scheme manager: what a scheme asks for, and appeals against decisions"),
    ("fay", "finance: orders, coupons and refunds at /finance/ (gil is the second)"),
    ("cleo", "manager at an employer (ben is a member, dag a stranger)"),
    ("pia", "support: sees people's pages with a reason, and notices that failed"),
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


def organisation_links(slug: str, may: frozenset[str]) -> Sequence[gather.NavigationLink]:
    pages = (
        ("", _("Overview"), "organisation"),
        ("organisations.manage", _("People"), "people"),
        ("organisations.manage", _("Invitations"), "invitations"),
        ("organisations.own", _("Mail domains"), "domains"),
        ("organisations.own", _("Own sign-in"), "signing_in"),
        ("organisations.own", _("Name and hats"), "settings"),
    )
    return [
        gather.NavigationLink(label, reverse(f"organisations:{name}", args=[slug]))
        for permission, label, name in pages
        if not permission or permission in may
    ]


def way_in(person_id: int, app_id: int | None) -> str:
    """Where a person must sign in who comes by that provider (None: by password or passkey); empty where they may go on."""
    row = queries.way_in(person_id)
    if row is None or row.app_id == app_id:
        return ""
    return reverse("organisations:sign_in") + "?" + urlencode({"organisation": str(row.uuid)})


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
            if roles.need_second_factor([role]):
                accounts.give_authenticator(person_id=person.id, secret=settings.SECRETS.demonstration_totp)
    return _who_is_who()


def _who_is_who() -> list[str]:
    return [
        f"Log in with the password {settings.SECRETS.demonstration_password} as",
        *(f"  {name + '@example.org':<18} {task}" for name, task in TASKS),
        f"Who holds an office is asked for a code too. Secret for an authenticator app: {settings.SECRETS.demonstration_totp}",
        "or let us compute one:           manage.py second_factor",
        f"Post that would have been sent: {settings.PUBLIC_URL}/demonstration/mail/",
        f"A clock that you can move:      {settings.PUBLIC_URL}/demonstration/clock/",
    ]


def links(held: frozenset[str]) -> Sequence[gather.NavigationLink]:
    found = []
    if "organisations.manage" in held:
        found.append(gather.NavigationLink(_("Your organisations"), reverse("organisations:mine")))
    if "organisations.manage" in held:
        found.append(gather.NavigationLink(_("Webhooks"), reverse("organisations:webhooks")))
        found.append(gather.NavigationLink(_("API keys"), reverse("organisations:api_keys")))
    if "support.impersonate" in held:
        found.append(gather.NavigationLink(_("Support"), reverse("organisations:support")))
    if "notices.mend" in held:
        found.append(gather.NavigationLink(_("Notices that failed"), reverse("organisations:failed_notices")))
    if "organisations.read_trail" in held:
        found.append(gather.NavigationLink(_("Audit trail"), reverse("organisations:trail")))
    return found


def account_links() -> Sequence[gather.NavigationLink]:
    return [gather.NavigationLink(_("Your organisations"), reverse("organisations:mine"))]


HOLDINGS = (
    Holding("organisations.Membership", "person", "Roles at organisations"),
    Holding("organisations.Acceptance", "person", "Invitations that you took up"),
    Holding(
        "organisations.Impersonation", "person", "When support saw your pages", "Shows who saw them, and why."
    ),
)


def hinders(person_id: int) -> Sequence[str]:
    """Whoever has a task gives it back first, so that nobody's work is left without a person."""
    return [
        f"You are {role} at {name}. Ask its managers to take that role from you."
        for name, role in queries.tasks_of(person_id)
    ]


def register() -> None:
    gather.PERSONAL.add(gather.PersonalPart("organisations", 30, "Organisations", HOLDINGS, hinders=hinders))
    gather.NOTICE_KINDS.add(
        gather.NoticeKindsPart("organisations", 10, {"organisations.endpoint_silenced": gather.Category.WORK})
    )
    gather.ACCOUNT.add(gather.AccountPart("organisations", 30, account_links))
    gather.LIBRARY.add(gather.LibraryPart("organisations", 10, read_nothing, load_founding))
    gather.PERMISSIONS.add(gather.PermissionPart("organisations", 10, queries.permissions_of))
    gather.DEMONSTRATION.add(gather.DemonstrationPart("members", 20, make_members))
    gather.NAVIGATION.add(gather.NavigationPart("organisations", 50, links))
    gather.ORGANISATION.add(gather.OrganisationPart("organisations", 10, organisation_links))
    gather.DRAWN.add(gather.DrawnPart("docs/roles.md", 10, roles.drawn))
    gather.SIGN_IN.add(
        gather.SignInPart(
            "organisations",
            10,
            queries.needs_second_factor,
            way_in,
            queries.domains_of_sign_in,
            signing_in.arrived,
        )
    )
