"""One table: which role may do what, and which roles may not meet in one person.

`docs/roles.md` is drawn from it.
"""

from collections.abc import Collection
from dataclasses import dataclass

PERMISSIONS: dict[str, frozenset[str]] = {
    "owner": frozenset(
        {
            "organisations.own",
            "organisations.manage",
            "organisations.read_trail",
            "notices.mend",
        }
    ),
    "manager": frozenset({"organisations.manage"}),
    "member": frozenset(),
    "author": frozenset({"courses.author", "courses.keep_current"}),
    "subject_expert": frozenset({"courses.review_subject"}),
    "accessibility": frozenset({"courses.review_accessibility"}),
    "editor": frozenset({"courses.author", "courses.edit", "courses.keep_current"}),
    "trainer": frozenset({"courses.train"}),
    "item_author": frozenset({"exams.write_items"}),
    "reviewer": frozenset({"exams.review_items", "exams.hear_appeals"}),
    "examiner": frozenset(
        {"exams.write_items", "exams.review_items", "exams.assemble", "exams.release", "exams.hear_appeals"}
    ),
    "marker": frozenset({"exams.mark"}),
    "invigilator": frozenset({"exams.invigilate"}),
    "scheme_manager": frozenset({"certificates.schemes", "certificates.hear_appeals"}),
    "awarding_officer": frozenset({"certificates.decide", "certificates.hear_appeals"}),
    "finance": frozenset({"billing.manage"}),
    "support": frozenset({"notices.mend", "support.impersonate"}),
}

# The organisations that come with the institution. Whoever has an account may found others and give every role there:
# what is not of one organisation alone, such as the register, the trail or being shown somebody's pages, is theirs in none of those.
HOUSE = frozenset({"institute", "certification"})
OF_THE_HOUSE = frozenset(
    {
        "organisations.read_trail",
        "notices.mend",
        "support.impersonate",
        "courses.keep_current",
        "certificates.schemes",
        "certificates.decide",
        "certificates.hear_appeals",
    }
)

# What a permission lets one do, in words; a test holds that each has some.
MEANINGS: dict[str, str] = {
    "organisations.own": "say who owns the organisation, by which sign-in its people come in, and what hats it wears",
    "organisations.manage": "see and invite its people, give and take roles, set up webhooks",
    "organisations.read_trail": "read and search the audit trail",
    "courses.author": "write lessons",
    "courses.edit": "approve and publish lessons",
    "courses.keep_current": "see which texts age, and what rests on the same clauses",
    "courses.review_subject": "review what texts say of the subject",
    "courses.review_accessibility": "review how accessible texts are",
    "billing.manage": "see orders and invoices, note payments, approve refunds",
    "notices.mend": "see which letters failed, and send them again",
    "support.impersonate": "be shown a person’s pages, with a reason",
    "courses.train": "teach cohorts, see their learners, take attendance",
    "exams.write_items": "write items and scenarios",
    "exams.review_items": "review items and approve translations of them",
    "exams.assemble": "assemble and open forms",
    "exams.release": "release, revise and annul results",
    "exams.hear_appeals": "hear appeals against results",
    "exams.mark": "mark scripts",
    "exams.invigilate": "watch over sittings",
    "certificates.schemes": "keep the schemes and their requirements",
    "certificates.decide": "decide about applications, and keep the register",
    "certificates.hear_appeals": "hear complaints and appeals against decisions",
}

# ISO/IEC 17024: the certification decision is taken by someone who neither trained nor examined.
# Held as roles at once, these would put one person on both sides of it.
CONFLICTS: tuple[frozenset[str], ...] = (
    frozenset({"trainer", "awarding_officer"}),
    frozenset({"examiner", "awarding_officer"}),
    frozenset({"marker", "awarding_officer"}),
    frozenset({"invigilator", "awarding_officer"}),
)

ADMIN_ROLES = frozenset(
    {
        "author",
        "subject_expert",
        "accessibility",
        "editor",
        "item_author",
        "reviewer",
        "examiner",
        "scheme_manager",
        "awarding_officer",
    }
)

# Who holds one of the others acts on other people's learning, exams, certificates or money, and signs in with a second factor.
WITHOUT_OFFICE = frozenset({"manager", "member"})

HATS: dict[str, frozenset[str]] = {
    "provider": frozenset(
        {
            "author",
            "subject_expert",
            "accessibility",
            "editor",
            "trainer",
            "item_author",
            "reviewer",
            "examiner",
            "marker",
            "invigilator",
        }
    ),
    "certification_body": frozenset(
        {
            "scheme_manager",
            "awarding_officer",
            "item_author",
            "reviewer",
            "examiner",
            "marker",
            "invigilator",
        }
    ),
    "employer": frozenset(),
}
ANYWHERE = frozenset({"owner", "manager", "member", "finance", "support"})


@dataclass(frozen=True)
class Hats:
    provider: bool = False
    certification_body: bool = False
    employer: bool = False


def permissions_within(slug: str, held: Collection[str]) -> frozenset[str]:
    """What these roles let one do who holds them in the organisation of this short name."""
    granted = permissions_of(held)
    return granted if slug in HOUSE else granted - OF_THE_HOUSE


def permissions_of(roles: Collection[str]) -> frozenset[str]:
    """Everything that the roles together may do."""
    return frozenset[str]().union(*(PERMISSIONS.get(role, frozenset()) for role in roles))


def conflict_in(roles: frozenset[str]) -> frozenset[str]:
    """The first set of roles among `roles` that one person can't hold together; empty if there is none."""
    return next((pair for pair in CONFLICTS if pair <= roles), frozenset())


def need_second_factor(roles: Collection[str]) -> bool:
    """Whether who holds these roles must sign in with a second factor."""
    return bool(set(roles) - WITHOUT_OFFICE)


def given_by(holder: Collection[str]) -> frozenset[str]:
    """The roles that somebody with these roles may give and take: an owner any, a manager those without an office.

    A manager who could give an office could give it to themselves.
    """
    granted = permissions_of(holder)
    if "organisations.own" in granted:
        return frozenset(PERMISSIONS)
    return WITHOUT_OFFICE if "organisations.manage" in granted else frozenset()


def possible_under(hats: Hats) -> frozenset[str]:
    """The roles that people may have in an organisation with these hats."""
    worn = [name for name in HATS if getattr(hats, name)]
    return ANYWHERE.union(*(HATS[name] for name in worn))


def drawn() -> str:
    """The table as a page."""
    lines = [
        "# Roles",
        "",
        "Drawn from `lms/organisations/rules/roles.py` (`manage.py draw_docs`); a test holds that they are equal.",
        "",
        "A person has roles in organisations. A permission asks for a role that gives it; there is no other way to one,",
        "save that whoever runs the platform (a superuser) may see all and holds nobody’s office: deciding, releasing,",
        "marking, invigilating and hearing appeals come from a role alone (`lms/organisations/access.py`).",
        "",
        "| role | may | second factor |",
        "|---|---|---|",
    ]
    for role, granted in PERMISSIONS.items():
        may = (
            "; ".join(f"{MEANINGS[one]} (`{one}`)" for one in sorted(granted))
            or "be enrolled and reported on"
        )
        lines.append(
            f"| {role.replace('_', ' ')} | {may} | {'yes' if need_second_factor([role]) else 'no'} |"
        )
    lines += ["", "## Roles that don’t meet in one person", ""]
    lines += [f"- {' and '.join(sorted(pair)).replace('_', ' ')}" for pair in CONFLICTS]
    lines += [
        "",
        "In whichever organisations they are held. The action refuses, and so does a trigger in the database. Beyond roles,",
        "who has trained or examined a person never decides about them: see `docs/algorithms/deciding.md`.",
        "",
        "## What counts at the institution alone",
        "",
        "Anybody with an account may found an organisation and give every role in it. What is not of one organisation alone",
        f"is theirs in none but those that come with the institution ({', '.join(sorted(HOUSE))}):",
        "",
        *(f"- {MEANINGS[one]} (`{one}`)" for one in sorted(OF_THE_HOUSE)),
        "",
        "## What an organisation’s hats allow",
        "",
        f"In any: {', '.join(sorted(ANYWHERE))}.",
        "",
    ]
    lines += [
        f"- {hat.replace('_', ' ')}: {', '.join(sorted(roles & PERMISSIONS.keys())).replace('_', ' ') or 'nothing more'}"
        for hat, roles in HATS.items()
    ]
    lines += [
        "",
        "An owner gives and takes any role, a manager only those without an office. The last owner can’t leave.",
    ]
    return "\n".join(lines) + "\n"
