"""A person's notices: the twin of what was mailed, and how they want to be told."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.notifications import queries
from lms.notifications.actions import inbox as actions
from lms.notifications.forms import PreferencesForm

PAGE = 30


@never_cache
@login_required
def inbox(request: HttpRequest) -> HttpResponse:
    page = Paginator(queries.inbox(request.user.pk or 0), PAGE).get_page(request.GET.get("page"))
    came_back = queries.comes_back([request.user.get_username()])
    return render(request, "notifications/inbox.html", {"page": page, "came_back": bool(came_back)})


@never_cache
@login_required
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice, which is read from now on, unless it is support that is shown it."""
    found = get_object_or_404(queries.inbox(request.user.pk or 0), pk=pk)
    if getattr(request, "impersonation", None) is None:
        told: Any = request.user
        told.unread = getattr(told, "unread", 0) - actions.read(person_id=request.user.pk or 0, notice_id=pk)
    return render(request, "notifications/notice.html", {"notice": found})


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    actions.read(person_id=request.user.pk or 0)
    return redirect("notifications:inbox")


@never_cache
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    person_id = request.user.pk or 0
    data = request.POST if request.method == "POST" else None
    form = PreferencesForm(data, chosen=queries.preferences(person_id))
    if request.method == "POST" and form.is_valid():
        actions.prefer(person_id=person_id, chosen=form.cleaned_data)
        messages.success(request, "Saved. It holds for whatever happens from now on.")
        return redirect("notifications:preferences")
    return render(
        request, "notifications/preferences.html", {"form": form}, status=400 if form.errors else 200
    )
