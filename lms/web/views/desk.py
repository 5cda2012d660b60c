"""A person's desk: everything that waits for them, from every floor."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from lms.db import clock
from lms.kit import gather

GROUPS = (
    ("next", _("What next")),
    ("learning", _("Courses")),
    ("exams", _("Exams")),
    ("certificates", _("Certificates")),
    ("work", _("Work")),
)


@login_required
def desk(request: HttpRequest) -> HttpResponse:
    query = gather.DeskQuery(person_id=request.user.pk or 0, at=clock.now())
    cards = [card for part in gather.DESK for card in part.cards(query)]
    groups = [(key, title, [card for card in cards if card.group == key]) for key, title in GROUPS]
    return render(request, "web/desk.html", {"groups": [g for g in groups if g[2]], "empty": not cards})
