"""Shows support the pages of a person, and keeps it out of what only that person may do."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve

from lms.audit import trail
from lms.db import clock
from lms.organisations import queries
from lms.organisations.actions import impersonations
from lms.organisations.rules import impersonation as rules

KEY = queries.IMPERSONATION


class ImpersonationMiddleware:
    """Costs nothing for anybody else: a session without the key is not asked about further."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or KEY not in request.session:
            return self.get_response(request)
        support = request.user
        row = queries.impersonation(request.session[KEY], support.pk or 0)
        if row is None or row.until_at <= clock.now():
            return self._over(request, row)
        trail.act_behind(row.support_id)
        told: Any = request
        told.support, told.impersonation = support, row
        request.user = row.person
        if not rules.permitted(request.method or "", request.path, _name(request.path)):
            sentence = (
                "Only the person themselves may do this. Nothing was changed; end showing their pages first."
            )
            return render(request, "403.html", {"because": sentence}, status=403)
        return self.get_response(request)

    def _over(self, request: HttpRequest, row: Any) -> HttpResponse:
        del request.session[KEY]
        if row is not None:
            impersonations.end(uuid=row.uuid, support_id=row.support_id)
        answer = redirect("organisations:support")
        if hasattr(request, "_messages"):
            messages.info(request, "The time is over: you see your own pages again.")
        return answer


def _name(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""
