"""Webhooks: the addresses that an organisation's managers let us call, and how the calls went."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.kit.machine import IllegalMove
from lms.notifications import queries as notices
from lms.notifications.actions import calls
from lms.notifications.actions import endpoints as actions
from lms.organisations import queries
from lms.organisations.access import required
from lms.organisations.forms import EndpointForm

OFFICE = "organisations.manage"
SAID = {
    "pause": _("Paused. What there is to tell waits until you resume."),
    "resume": _("Resumed. What waited is being told now."),
    "end": _("Ended. This address is called no more, and its secret is deleted."),
}


@never_cache
@required(OFFICE)
def endpoints(request: HttpRequest) -> HttpResponse:
    """The addresses; a post adds one."""
    names = queries.cards(_mine(request))
    choices = sorted(((str(key), card.name) for key, card in names.items()), key=lambda row: row[1])
    form = EndpointForm(request.POST if request.method == "POST" else None, organisations=choices)
    if request.method == "POST" and form.is_valid():
        added = _added(request, form)
        if added is not None:
            messages.success(
                request, _("Added. Give its secret to the system that will check the signatures.")
            )
            return redirect("organisations:webhook", uuid=added)
    rows = [(row, names[row.organisation_id].name) for row in notices.endpoints(list(names))]
    context = {"form": form, "rows": rows, "several": len(choices) > 1, "any": bool(choices)}
    return render(request, "organisations/webhooks.html", context, status=400 if form.errors else 200)


@never_cache
@required(OFFICE, hidden=True)
def endpoint(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """One address, its secret, and what it was told."""
    try:
        found = notices.endpoint(uuid, _mine(request))
    except ObjectDoesNotExist:
        raise Http404 from None
    context = {"endpoint": found, "calls": notices.calls(found)}
    return render(request, "organisations/webhook.html", context)


@required(OFFICE, hidden=True)
@require_POST
def renew(request: HttpRequest, uuid: UUID) -> HttpResponse:
    said = _(
        "A new secret. The one before it signs too for 24 hours, so that you can change it without haste."
    )
    return _done(request, uuid, actions.renew_secret, said)


@required(OFFICE, hidden=True)
@require_POST
def try_out(request: HttpRequest, uuid: UUID) -> HttpResponse:
    return _done(
        request, uuid, actions.try_out, _("A test is on its way; reload this page to see how it went.")
    )


@required(OFFICE, hidden=True)
@require_POST
def move(request: HttpRequest, uuid: UUID, event: str) -> HttpResponse:
    if event not in SAID:
        raise Http404

    def act(**facts: object) -> None:
        actions.move(event=event, **facts)  # type: ignore[arg-type]  # what _done hands over

    answer = _done(request, uuid, act, SAID[event])
    return redirect("organisations:webhooks") if event == "end" else answer


@required(OFFICE, hidden=True)
@require_POST
def again(request: HttpRequest, uuid: UUID, call: UUID) -> HttpResponse:
    def act(*, organisation_id: UUID, uuid: UUID, actor_id: int) -> None:
        calls.again(organisation_id=organisation_id, uuid=call)

    return _done(request, uuid, act, _("It is being told once more; reload this page to see how it went."))


def _done(request: HttpRequest, uuid: UUID, act: Callable[..., object], said: str) -> HttpResponse:
    try:
        found = notices.endpoint(uuid, _mine(request))
        act(organisation_id=found.organisation_id, uuid=uuid, actor_id=request.user.pk or 0)
    except ObjectDoesNotExist:
        raise Http404 from None
    except (IllegalMove, ValueError):
        messages.info(request, _("As this address stands now, that can't be done. Nothing was changed."))
    else:
        messages.success(request, said)
    return redirect("organisations:webhook", uuid=uuid)


def _mine(request: HttpRequest) -> list[UUID]:
    return queries.organisations_with(request.user.pk or 0, OFFICE)


def _added(request: HttpRequest, form: EndpointForm) -> UUID | None:
    """The new address; None where the form now says what is wrong."""
    given = form.cleaned_data
    try:
        made = actions.add(
            organisation_id=UUID(given["organisation"]), url=given["url"], actor_id=request.user.pk or 0
        )
    except actions.UnfitAddress as unfit:
        form.add_error("url", _("%(unfit)s Nothing was added.") % {"unfit": unfit})
    except actions.KnownAlready:
        form.add_error("url", _("This address is on your list already; it is called once for each message."))
    except actions.TooMany:
        form.add_error(
            None,
            _("An organisation has at most %(most)s addresses. End one of them first.")
            % {"most": actions.MOST},
        )
    else:
        return made.uuid
    return None
