"""A page of consents: to which organisations a person shows something of theirs; given, and taken back, one at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods


@dataclass(frozen=True)
class Consenting:
    """What one such page is about: its own name among addresses, its template (on `layouts/consents.html`), its rows of
    a person (`organisation_id`, `name`, `since`), the two actions, what they raise for a stranger's organisation, and the
    sentences that follow."""

    address: str
    template: str
    rows: Callable[[int], Sequence[Any]]
    give: Callable[..., None]
    withdraw: Callable[..., None]
    stranger: type[Exception]
    given: str | Promise
    taken_back: str | Promise


def page(about: Consenting) -> Callable[[HttpRequest], HttpResponse]:
    """The view: a post gives one consent (`give`), or takes it back (`withdraw`); what names no organisation is 404."""

    @never_cache
    @login_required
    @require_http_methods(["GET", "HEAD", "POST"])
    def consents(request: HttpRequest) -> HttpResponse:
        person_id = int(request.user.pk or 0)
        if request.method != "POST":
            return render(request, about.template, {"rows": about.rows(person_id)})
        giving = "give" in request.POST
        act = about.give if giving else about.withdraw
        try:
            act(
                person_id=person_id,
                organisation_id=UUID(request.POST.get("give" if giving else "withdraw", "")),
            )
        except (ValueError, about.stranger):
            raise Http404 from None
        messages.success(request, str(about.given if giving else about.taken_back))
        return redirect(about.address)

    return consents
