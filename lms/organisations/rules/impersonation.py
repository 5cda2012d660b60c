"""What support may do while it is shown a person's pages: nearly everything may be read, nearly nothing done."""

# Rooms in which only the person themselves may be: sign-in and second step, their own data, the texts that they
# accept, an exam, the keys to it, packages that tell what their learner does, and the editor. Money is moved by forms, and those are closed.
CLOSED = (
    "/accounts/",
    "/admin/",
    "/my-data/",
    "/openid/",
    "/legal/accept/",
    "/sittings/",
    "/organisations/",
    "/documents/",
)
CLOSED_ENDS = ("/sit/", "/safe-browser/", ".seb", "/enter/", "/package/")
# The few forms that support may send in a person's place: dates and how they are told, which can be taken back.
OPEN_FORMS = frozenset(
    {
        "courses:join",
        "courses:leave_cohort",
        "exams:reschedule",
        "notifications:preferences",
        "notifications:read_all",
    }
)
END = "organisations:end_impersonation"
MINUTES = 30


def permitted(method: str, path: str, view: str) -> bool:
    """Whether a request may pass; `view` is the name of its address. What nobody named is not for writing."""
    if view == END:
        return True
    if path.startswith(CLOSED) or path.endswith(CLOSED_ENDS):
        return False
    return method in {"GET", "HEAD"} or view in OPEN_FORMS
