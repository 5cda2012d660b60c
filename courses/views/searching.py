"""Search in one's own courses."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from courses.queries import searching

MOST = 100  # characters of a search that are looked at


@require_safe
@login_required
def search(request: HttpRequest) -> HttpResponse:
    """The lessons of the learner's courses that say the words of `q`."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:MOST]
    found = searching.search(int(request.user.pk or 0), words) if words else ()
    return render(
        request,
        "courses/search.html",
        {"words": words, "found": found, "most": len(found) == searching.MOST},
    )
