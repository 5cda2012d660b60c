"""Whether who has signed in may go on."""

from django.http import HttpRequest

from lms.accounts import queries
from lms.kit import gather

WANTED = "second-factor-wanted"


def note_second_factor(request: HttpRequest) -> None:
    """Notes in the session whether this person must set up a second factor before anything else."""
    wanted = (
        request.user.is_authenticated
        and any(part.needs_second_factor(request.user.pk) for part in gather.SIGN_IN)
        and not queries.has_second_factor(request.user.pk)
    )
    if wanted:
        request.session[WANTED] = True
    else:
        request.session.pop(WANTED, None)
