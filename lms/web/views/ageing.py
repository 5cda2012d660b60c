"""Claims that age: what is overdue for another check, what will be soon, and what rests on it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lms.db import clock
from lms.kit import gather

AHEAD = timedelta(days=90)


@dataclass(frozen=True)
class Touched:
    """What of one kind rests on a fact, by name, or where it is people by their number alone."""

    label: str
    names: tuple[str, ...]
    counted: bool


@dataclass(frozen=True)
class Line:
    """A fact, whether its day has passed, and what rests on its clauses."""

    fact: gather.AgeingFact
    overdue: bool
    touched: tuple[Touched, ...]


@login_required
@require_safe
def ageing(request: HttpRequest) -> HttpResponse:
    held = gather.permissions_of(request.user.pk or 0)
    # Who runs the platform may see everything, as in lms/organisations/access.py.
    everything = bool(getattr(request.user, "is_superuser", False))
    parts = [part for part in gather.AGEING if everything or part.permission in held]
    if not parts:
        raise PermissionDenied("ageing facts")
    today = clock.today()
    facts = sorted(
        (fact for part in parts for fact in part.facts(today + AHEAD)), key=lambda fact: fact.review_by
    )
    resting = [(part, part.names()) for part in gather.TOUCHED] if facts else []
    lines = [
        Line(fact, fact.review_by < today, tuple(_touched(fact, part, names) for part, names in resting))
        for fact in facts
    ]
    context = {"lines": lines, "overdue": sum(line.overdue for line in lines), "until": today + AHEAD}
    return render(request, "web/ageing.html", context)


def _touched(
    fact: gather.AgeingFact, part: gather.TouchedPart, names: Mapping[tuple[str, str], frozenset[str]]
) -> Touched:
    found = frozenset[str]().union(*(names.get((fact.framework, ref), ()) for ref in fact.refs))
    return Touched(part.label, tuple(sorted(found)), part.counted)
