"""What a learner shows their employer, and what the employer sees of it."""

from collections.abc import Collection
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from courses import access
from courses.actions import consents
from courses.documents import tables
from courses.queries import following
from courses.views.teaching import as_csv
from lms.db import clock


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """To whom a learner shows how they learn; a post gives a consent (`give`) or takes it back (`withdraw`)."""
    person_id = int(request.user.pk or 0)
    if request.method == "POST":
        giving = "give" in request.POST
        try:
            organisation_id = UUID(request.POST.get("give" if giving else "withdraw", ""))
            act = consents.give if giving else consents.withdraw
            act(person_id=person_id, organisation_id=organisation_id)
        except (ValueError, consents.NotAMember):
            raise Http404 from None
        messages.success(
            request,
            "From now on they see how far you are. You can take it back here at any time."
            if giving
            else "From now on they see nothing of it any more.",
        )
        return redirect("courses:showing")
    return render(request, "courses/showing.html", {"rows": following.consents_of(person_id)})


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
