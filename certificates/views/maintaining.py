"""What a holder does for a certificate: hours, fees, renewal, another name, giving it up."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from certificates.actions import amendments, cpd, fees, register, renewals, samples
from certificates.documents import calendar as calendars
from certificates.forms.holding import EvidenceForm, HoursForm, NameForm, SurrenderForm
from certificates.models import CpdEntry, Edition, FeeDemand, SampleCase, StoredFile
from certificates.queries import credentials, upkeep
from certificates.queries.credentials import CredentialView
from certificates.rules import filetypes
from certificates.rules.filetypes import Unfit
from certificates.rules.renewal import Lacking, Route
from lms.billing import queries as billing
from lms.db import clock
from lms.kit.machine import IllegalMove

UNFIT = {
    Unfit.EMPTY: _("This file is empty. Nothing was stored; choose the file again."),
    Unfit.TOO_LARGE: _("This file is larger than 10 MB. Nothing was stored; send a smaller one."),
    Unfit.UNKNOWN: _(
        "This is neither a PDF nor a PNG, JPEG or WebP picture, whatever its name says. Nothing was stored."
    ),
}
LACKING = {
    Lacking.WITHDRAWN: _("It was withdrawn."),
    Lacking.SUSPENDED: _("It is suspended: it has to be reinstated first."),
    Lacking.NOT_OPEN: _("Renewal is not open yet."),
    Lacking.CLOSED: _("Renewal has closed."),
    Lacking.COVERED: _("You hold a higher level of this scheme: that one is renewed instead."),
    Lacking.ROUTE: _("The scheme no longer knows renewal this way."),
    Lacking.CODE: _("The code of ethics is not signed in its present version."),
    Lacking.FEE: _("An annual fee is not paid."),
    Lacking.SAMPLE: _("You were asked for evidence of your hours, and it is not decided yet."),
    Lacking.HOURS: _("Hours of professional development are missing."),
    Lacking.EXAM: _("The exam was not passed again in the time in which it counts."),
}


@login_required
@require_safe
def maintenance(request: HttpRequest, number: str) -> HttpResponse:
    return _page(request, _held(request, number))


@login_required
@require_POST
def record_hours(request: HttpRequest, number: str) -> HttpResponse:
    view = _held(request, number)
    form = HoursForm(request.POST, request.FILES, categories=_categories(view))
    if not form.is_valid():
        return _page(request, view, hours=form)
    file = form.cleaned_data["evidence"]
    try:
        cpd.record(
            number=view.number,
            holder_id=request.user.pk or 0,
            use_key=str(form.cleaned_data["use_key"]),
            category=form.cleaned_data["category"],
            title=form.cleaned_data["title"],
            minutes=form.minutes,
            occurred_on=form.cleaned_data["occurred_on"],
            evidence=file,
            file_name=file.name if file else "",
        )
    except filetypes.NoEvidence as refused:
        form.add_error("evidence", UNFIT[refused.why])
    except cpd.OutsideCycle:
        form.add_error(
            "occurred_on",
            _(
                "This day lies before the certificate began or is still to come, or the certificate has ended."
            ),
        )
    else:
        messages.success(request, _("The hours stand in your log."))
        return redirect("certificates:maintenance", number=number)
    return _page(request, view, hours=form)


@login_required
@require_POST
def show_hours(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry = _entry(request, uuid)
    form = EvidenceForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a file first. Nothing was changed."))
    else:
        file = form.cleaned_data["evidence"]
        try:
            cpd.attach(uuid=str(uuid), holder_id=request.user.pk or 0, evidence=file, file_name=file.name)
        except filetypes.NoEvidence as refused:
            messages.error(request, UNFIT[refused.why])
        except cpd.AlreadyJudged:
            messages.error(request, _("This entry has a file already, or was judged. Nothing was changed."))
        else:
            messages.success(request, _("The file stands beside the entry."))
    return redirect("certificates:maintenance", number=entry.credential.number)


@login_required
@require_POST
def remove_hours(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry = _entry(request, uuid)
    try:
        cpd.remove(uuid=str(uuid), holder_id=request.user.pk or 0)
    except cpd.AlreadyJudged:
        messages.error(request, _("An officer has judged this entry: it stays in the log."))
    else:
        messages.success(request, _("The entry was taken out and counts no more."))
    return redirect("certificates:maintenance", number=entry.credential.number)


@login_required
@require_safe
def hours_file(request: HttpRequest, uuid: UUID) -> HttpResponse:
    entry = _entry(request, uuid)
    if entry.evidence is None:
        raise Http404
    return attachment(entry.evidence)


@login_required
@require_POST
def send_sample(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The holder who was drawn says that everything is shown."""
    number = SampleCase.objects.filter(uuid=uuid, credential__holder=request.user.pk).values_list(
        "credential__number", flat=True
    )
    try:
        samples.send(uuid=str(uuid), holder_id=request.user.pk or 0)
    except SampleCase.DoesNotExist:
        raise Http404 from None
    except samples.NotShown:
        messages.error(request, _("Some entries have no file yet. Add one to each, or take the entry out."))
    except IllegalMove:
        messages.error(request, _("This was decided already. Nothing was changed."))
    else:
        messages.success(request, _("Sent. An officer looks at it, and you are told."))
    return redirect("certificates:maintenance", number=number.get())


@login_required
@require_POST
def renew(request: HttpRequest, number: str) -> HttpResponse:
    _held(request, number)
    try:
        route, renews = Route(request.POST.get("route", "")), int(request.POST.get("renews", ""))
        edition = renewals.renew(number=number, holder_id=request.user.pk or 0, route=route, renews=renews)
    except (ValueError, Edition.DoesNotExist):
        messages.error(request, _("This form was not whole. Nothing was changed; please try again."))
    except renewals.NotRenewable as refused:
        messages.error(
            request, " ".join(map(str, [_("Not renewed."), *(LACKING[code] for code in refused.lacking)]))
        )
    else:
        messages.success(
            request,
            _("Renewed from %(begins_on)s to %(expires_on)s. The new document follows within minutes.")
            % {"begins_on": edition.begins_on, "expires_on": edition.expires_on},
        )
    return redirect("certificates:maintenance", number=number)


@login_required
@require_POST
def surrender(request: HttpRequest, number: str) -> HttpResponse:
    view = _held(request, number)
    form = SurrenderForm(request.POST)
    if not form.is_valid():
        return _page(request, view, surrender=form)
    try:
        register.surrender(number=number, holder_id=request.user.pk or 0)
    except IllegalMove:
        messages.error(request, _("It was withdrawn before. Nothing was changed."))
    else:
        messages.success(
            request, _("You have given the certificate up. Its number goes on answering: withdrawn.")
        )
    return redirect("certificates:credential", number=number)


@login_required
@require_POST
def ask_for_name(request: HttpRequest, number: str) -> HttpResponse:
    view = _held(request, number)
    form = NameForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, view, name=form)
    file = form.cleaned_data["evidence"]
    try:
        amendments.ask_for_name(
            number=number,
            holder_id=request.user.pk or 0,
            name=form.cleaned_data["name"],
            reason=form.cleaned_data["reason"],
            evidence=file,
            file_name=file.name,
        )
    except filetypes.NoEvidence as refused:
        form.add_error("evidence", UNFIT[refused.why])
    except amendments.NothingChanges:
        form.add_error("name", _("This is the name that stands on it already."))
    except (amendments.AlreadyAsked, amendments.NothingStands):
        form.add_error(
            None, _("There is nothing to correct, or you have asked already and an officer decides.")
        )
    else:
        messages.success(request, _("Asked. An officer looks at the evidence and decides; you are told."))
        return redirect("certificates:maintenance", number=number)
    return _page(request, view, name=form)


@login_required
@require_safe
def fee(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The invoice of an annual fee, to print and to pay."""
    found = _demand(request, uuid)
    offer = billing.offer_of(found.product_key)
    return render(request, "certificates/fee.html", {"fee": found, "offer": offer})


@login_required
@require_POST
def pay(request: HttpRequest, uuid: UUID) -> HttpResponse:
    found = _demand(request, uuid)
    try:
        fees.pay(uuid=str(uuid), holder_id=request.user.pk or 0)
    except fees.NotPaidHere:
        messages.error(request, _("Nothing was paid: pay the invoice by transfer, with its number."))
    except IllegalMove:
        messages.error(request, _("This fee is no longer asked for. Nothing was paid."))
    else:
        messages.success(request, _("The annual fee is paid."))
    return redirect("certificates:fee", uuid=found.uuid)


@login_required
@require_safe
def calendar(request: HttpRequest, number: str) -> HttpResponse:
    """The calendar file of the days that count: renewal opens, the last valid day, renewal closes."""
    view = _held(request, number)
    cycle = upkeep.cycle(view)
    title = f"{view.edition.facts['level']['title']}, {number}"
    days = (
        calendars.Day(
            "opens",
            cycle.opens_on,
            _("Renewal opens: %(title)s") % {"title": title},
            str(_("From today on you may renew.")),
            False,
        ),
        calendars.Day(
            "expires",
            view.edition.expires_on,
            _("Last valid day: %(title)s") % {"title": title},
            str(_("It ends at midnight UTC.")),
            True,
        ),
        calendars.Day(
            "closes",
            cycle.closes_on,
            _("Renewal closes: %(title)s") % {"title": title},
            str(_("The last day to renew.")),
            False,
        ),
    )
    content = calendars.file(
        days,
        edition=view.edition.uuid,
        changed_at=view.edition.made_at,
        url=settings.PUBLIC_URL + reverse("certificates:maintenance", args=[number]),
        institution=settings.INSTITUTION,
    )
    answer = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{number}.ics"'
    return answer


def attachment(stored: StoredFile) -> HttpResponse:
    """A file as something to keep, never to be shown in the page, whatever is in it."""
    with stored.file.open("rb") as file:
        answer = HttpResponse(file.read(), content_type=stored.media_type)
    answer["Content-Disposition"] = content_disposition_header(True, stored.name) or "attachment"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _page(request: HttpRequest, view: CredentialView, **sent: Any) -> HttpResponse:
    found = upkeep.of(view, at=clock.now())
    forms = {
        "hours": HoursForm(categories=_categories(view)),
        "name": NameForm(),
        "surrender": SurrenderForm(),
    } | sent
    context = {
        "view": view,
        "upkeep": found,
        "ways": [(route, [LACKING[code] for code in lacking]) for route, lacking in found.ways],
        "forms": forms,
        "asked": view.credential.name_requests.filter(state="asked").first(),
        "titles": dict(_categories(view)),
        "open": next(iter(sent), ""),
    }
    return render(request, "certificates/maintenance.html", context, status=400 if sent else 200)


def _categories(view: CredentialView) -> list[tuple[str, str]]:
    return [(category.key, category.title) for category in upkeep.cycle(view).categories]


def _held(request: HttpRequest, number: str) -> CredentialView:
    view = credentials.held(person_id=request.user.pk or 0, number=number, at=clock.now())
    if view is None:
        raise Http404
    return view


def _entry(request: HttpRequest, uuid: UUID) -> CpdEntry:
    entry = upkeep.entry_of(person_id=request.user.pk or 0, uuid=str(uuid))
    if entry is None:
        raise Http404
    return entry


def _demand(request: HttpRequest, uuid: UUID) -> FeeDemand:
    found = upkeep.demand_of(person_id=request.user.pk or 0, uuid=str(uuid))
    if found is None:
        raise Http404
    return found
