"""One table: which role may do what, and which roles may not meet in one person."""

PERMISSIONS: dict[str, frozenset[str]] = {
    "author": frozenset({"courses.author"}),
    "subject_expert": frozenset({"courses.review_subject"}),
    "accessibility": frozenset({"courses.review_accessibility"}),
    "editor": frozenset({"courses.author", "courses.edit"}),
    "item_author": frozenset({"exams.write_items"}),
    "reviewer": frozenset({"exams.review_items", "exams.hear_appeals"}),
    "trainer": frozenset({"courses.train"}),
    "examiner": frozenset(
        {"exams.write_items", "exams.review_items", "exams.assemble", "exams.release", "exams.hear_appeals"}
    ),
    "marker": frozenset({"exams.mark"}),
    "invigilator": frozenset({"exams.invigilate"}),
    "scheme_manager": frozenset({"certificates.schemes", "certificates.hear_appeals"}),
    "awarding_officer": frozenset({"certificates.decide", "certificates.hear_appeals"}),
    "support": frozenset({"billing.grant"}),
    "manager": frozenset({"organisations.manage"}),
    "owner": frozenset({"organisations.manage", "organisations.read_trail", "billing.grant"}),
    "member": frozenset(),
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


def permissions_of(roles: frozenset[str]) -> frozenset[str]:
    """Everything that the roles together may do."""
    return frozenset().union(*(PERMISSIONS.get(role, frozenset()) for role in roles))


def conflict_in(roles: frozenset[str]) -> frozenset[str]:
    """The first set of roles among `roles` that one person can't hold together; empty if there is none."""
    return next((pair for pair in CONFLICTS if pair <= roles), frozenset())
