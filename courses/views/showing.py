"""What a learner shows their employer, and what the employer sees of it."""

from collections.abc import Collection
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from courses import access
from courses.actions import consents
from courses.documents import tables
from courses.queries import following
from courses.views.teaching import as_csv
from lms.db import clock
from lms.web import consenting

mine = consenting.page(
    consenting.Consenting(
        address="courses:showing",
        template="courses/showing.html",
        rows=following.consents_of,
        give=consents.give,
        withdraw=consents.withdraw,
        stranger=consents.NotAMember,
        given=_("From now on they see how far you are. You can take it back here at any time."),
        taken_back=_("From now on they see nothing of it any more."),
    )
)


@access.managers
@require_safe
def team(request: HttpRequest, home: Collection[UUID]) -> HttpResponse:
    """How those members learn who show it."""
    at = clock.now()
    context = {
        "teams": [
            (name, uuid, following.of_employer(uuid, at=at)) for uuid, name in following.employers_of(home)
        ],
        "signs": tables.SIGNS,
    }
    return render(request, "courses/team.html", context)


@access.managers
@require_safe
def team_csv(request: HttpRequest, home: Collection[UUID], uuid: UUID) -> HttpResponse:
    if uuid not in home:
        raise Http404
    return as_csv(tables.learners(following.of_employer(uuid, at=clock.now())), "learners")
