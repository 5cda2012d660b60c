"""Accommodations: a candidate's own page, and the examiners' list and decision."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from exams import access
from exams.actions import accommodations as actions
from exams.forms.entering import AccommodationForm, GrantForm, ReasonForm
from exams.models import Accommodation
from exams.queries import accommodations as queries
from exams.rules import accommodations as rules
from exams.states import ACCOMMODATION, AccommodationState
from lms.accounts import queries as people
from lms.kit.machine import IllegalMove
from lms.organisations import queries as organisations
from lms.organisations.access import required

PAGE = 30
STANDING = (AccommodationState.ASKED, AccommodationState.GRANTED)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def mine(request: HttpRequest) -> HttpResponse:
    """What one asked for and what became of it; and the form to ask, where nothing waits or stands."""
    asked = queries.of_person(access.me(request))
    settled = {one.organisation_id for one in asked if one.state in STANDING}
    open_to = [row for row in queries.organisations() if row[0] not in settled]
    form = AccommodationForm(request.POST if request.method == "POST" else None, organisations=open_to)
    if form.is_bound and form.is_valid():
        try:
            actions.ask(
                person_id=access.me(request),
                organisation_id=form.cleaned_data["organisation"],
                request=form.cleaned_data["request"],
            )
        except actions.AlreadyAsked:
            messages.warning(request, _("You have asked already; this is what stands. Nothing was changed."))
        else:
            messages.success(
                request, _("Your request is on its way to an examiner. You will be told by e-mail.")
            )
        return redirect("exams:accommodation")
    rows = [(one, _effect(one)) for one in asked]
    context = {"rows": rows, "form": form if open_to else None}
    return render(request, "exams/accommodation.html", context, status=400 if form.errors else 200)


@never_cache
@required(access.RELEASE)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """What waits for a decision first, then what was decided."""
    held = organisations.organisations_with(access.me(request), access.RELEASE)
    page = Paginator(queries.asked(held), PAGE).get_page(request.GET.get("page"))
    cards = people.cards({one.person_id for one in page})
    rows = [(one, cards[one.person_id].display_name, _effect(one)) for one in page]
    return render(request, "exams/accommodations.html", {"page": page, "rows": rows})


@never_cache
@required(access.RELEASE)
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One request with the ways to decide it, or to end what was granted. Nobody's own."""
    held = organisations.organisations_with(access.me(request), access.RELEASE)
    try:
        found = queries.of_organisations(uuid, organisation_ids=held)
    except queries.UnknownAccommodation:
        raise Http404 from None
    event = request.POST.get("event", "") if request.method == "POST" else ""
    forms = {
        "grant": GrantForm(request.POST if event == "grant" else None, auto_id="grant_%s"),
        "decline": ReasonForm(request.POST if event == "decline" else None, auto_id="decline_%s"),
        "end": ReasonForm(request.POST if event == "end" else None, auto_id="end_%s"),
    }
    form = forms.get(event)
    if form is not None and form.is_valid():
        _act(request, found, event, form)
        return redirect("exams:accommodation_asked", uuid=uuid)
    context = {
        "accommodation": found,
        "person": people.card(found.person_id),
        "effect": _effect(found),
        "own": found.person_id == access.me(request),
        "forms": {name: one for name, one in forms.items() if ACCOMMODATION.may(found.state, name)},
        "open": event,
        "changes": found.changes.select_related("by").order_by("id"),
    }
    refused = request.method == "POST"
    return render(request, "exams/accommodation_decision.html", context, status=400 if refused else 200)


def _act(request: HttpRequest, found: Accommodation, event: str, form: GrantForm | ReasonForm) -> None:
    said, me = form.cleaned_data, access.me(request)
    try:
        if event == "grant":
            actions.grant(
                accommodation_uuid=found.uuid,
                examiner_id=me,
                factor=rules.factor(said["percent_more"]),
                break_seconds=said["break_minutes"] * 60,
                other=said["other"],
                reason=said["reason"],
            )
        else:
            act = actions.decline if event == "decline" else actions.end
            act(accommodation_uuid=found.uuid, examiner_id=me, reason=said["reason"])
    except (actions.OwnAccommodation, IllegalMove):
        messages.error(request, "This can't be decided by you as it stands. Nothing was changed.")
    else:
        messages.success(request, "Decided. The candidate is being told.")


def _effect(found: Accommodation) -> str:
    return queries.effect_words(factor=found.factor, break_seconds=found.break_seconds, other=found.other)
