"""Who reads one's results."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from exams import access
from exams.actions import consents
from exams.queries import shown_results


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """Who paid for one's places; a post lets one of them read the results (`give`), or takes that back (`withdraw`)."""
    person_id = access.me(request)
    if request.method == "POST":
        giving = "give" in request.POST
        try:
            organisation_id = UUID(request.POST.get("give" if giving else "withdraw", ""))
            act = consents.give if giving else consents.withdraw
            act(person_id=person_id, organisation_id=organisation_id)
        except (ValueError, consents.NotAPayer):
            raise Http404 from None
        messages.success(
            request,
            _("From now on it reads how these exams ended. You can take it back here at any time.")
            if giving
            else _("From now on it reads nothing of it any more."),
        )
        return redirect("exams:showing")
    return render(request, "exams/showing.html", {"rows": shown_results.readers_of(person_id)})
