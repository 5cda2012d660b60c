"""The windows of an exam, as its examiners make and close them."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from exams import access
from exams.actions import windows as actions
from exams.forms.entering import WindowForm
from exams.queries import windows
from lms.accounts import queries as people
from lms.db import clock
from lms.organisations.access import required

PAGE = 30


@never_cache
@required(access.ASSEMBLE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """Every window of the exams that are sat in windows, the latest first."""
    mine = access.exams(request.user)
    page = Paginator(windows.of(mine.values_list("pk", flat=True)), PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "at": clock.now(), "has_exam": mine.filter(windowed=True).exists()}
    return render(request, "exams/windows.html", context)


@never_cache
@required(access.ASSEMBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest) -> HttpResponse:
    """A new window."""
    zone = people.card(access.me(request)).time_zone
    mine = access.exams(request.user).filter(windowed=True)
    form = WindowForm(request.POST if request.method == "POST" else None, exams=mine, initial={"zone": zone})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data
        try:
            actions.make(
                exam_id=said["exam"].pk,
                opens_at=said["opens_at"],
                closes_at=said["closes_at"],
                ends_sittings=said["ends_sittings"],
                places=said["places"],
                actor_id=access.me(request),
            )
        except actions.NotPossible as refusal:
            form.refuse(refusal.fault)
        except actions.NotWindowed:
            form.add_error("exam", "This exam is sat at any time now; it has no windows.")
        else:
            messages.success(request, "The window is made. Candidates can enter for it from now on.")
            return redirect("exams:windows")
    context = {"form": form, "has_exam": mine.exists()}
    return render(request, "exams/window_add.html", context, status=400 if form.errors else 200)


@never_cache
@required(access.ASSEMBLE)
@require_http_methods(["GET", "HEAD", "POST"])
def window(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One window, with the way to close it to entries."""
    try:
        found = windows.window(uuid, exam_ids=access.exams(request.user).values_list("pk", flat=True))
    except windows.UnknownWindow:
        raise Http404 from None
    if request.method == "POST":
        actions.close(window_uuid=uuid, actor_id=access.me(request))
        messages.success(
            request, "The window takes no more entries. Whoever is entered keeps the time they chose."
        )
        return redirect("exams:window", uuid=uuid)
    return render(request, "exams/window.html", {"window": found, "at": clock.now()})
