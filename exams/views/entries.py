"""Entering for an exam, and everything before the start."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation.trans_real import parse_accept_lang_header
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from exams import access
from exams.actions import entries, sittings
from exams.forms.entering import AgreementForm, TimedAgreementForm, TimeForm
from exams.models import Accommodation, Entry, Exam
from exams.queries import accommodations, eligibility, exams, languages, windows
from exams.queries import sittings as queries
from exams.queries.windows import UnknownWindow
from exams.rules import deadline
from exams.rules import windows as rules
from exams.rules.languages import NAMES, OWN
from exams.states import SittingState
from exams.views import safe_browser
from lms.accounts import queries as people
from lms.billing import queries as billing
from lms.billing.actions import entitlements
from lms.db import clock
from lms.kit import zones
from lms.kit.machine import IllegalMove
from lms.web import calendars

OVER = (SittingState.CANCELLED, SittingState.MISSED)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, key: str) -> HttpResponse:
    """The agreement, where need be the time, and with them the entry; or what stands in the way."""
    exam, person_id, at = _exam(key), access.me(request), clock.now()
    agreement = exams.agreement(exam)
    granted = accommodations.granted(person_id=person_id, organisation_id=exam.organisation_id)
    ahead = windows.ahead(exam, at=at) if exam.windowed else []
    allowed = _allowed(exam, granted)
    posted = request.POST if request.method == "POST" else None
    spoken = request.headers.get("Accept-Language", "")
    form = _enter_form(exam, posted, agreement.pk, ahead, _zone(request), allowed, at, spoken)
    if posted is not None and form.is_valid():
        entry = _enter(request, exam, form)
        if entry is not None:
            return redirect("exams:entry", uuid=entry.uuid)
        if "agreement" not in form.errors and form.cleaned_data["agreement"] != agreement.pk:
            form = _enter_form(exam, None, agreement.pk, ahead, _zone(request), allowed, at, spoken)
    standing = eligibility.eligibility_of(exam, person_id=person_id, at=clock.now())
    context = {
        "exam": exam,
        "agreement": agreement,
        "form": form,
        "eligibility": standing,
        "open_sitting": eligibility.open_sitting(exam, person_id=person_id),
        "latest": eligibility.latest_result(exam, person_id=person_id),
        "price": billing.offer_of(exam.product_key) if exam.product_key else None,
        "accommodation": granted,
        "minutes": allowed // timedelta(minutes=1),
    }
    return render(request, "exams/enter.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What is ahead, and the button that starts the clock. No item is on this page."""
    found = _entry(request, uuid)
    lacking = found.sitting.state == SittingState.READY and safe_browser.lacks(request, found)
    if request.method == "POST" and lacking:
        return safe_browser.needed(request, found.exam, found)
    if request.method == "POST":
        try:
            sitting = sittings.start(entry_uuid=uuid, person_id=access.me(request))
        except sittings.NoForm:
            messages.error(
                request,
                _(
                    "This exam has no open form just now that you have not seen. Your entry is kept; try again later."
                ),
            )
        except sittings.TooEarly:
            messages.error(
                request, _("The time that you chose has not come yet. You can start from then on.")
            )
        except IllegalMove:
            if found.sitting.state == SittingState.READY:
                messages.error(
                    request,
                    _(
                        "This exam can't be started any more: its window has closed, or what you entered with was refunded."
                    ),
                )
        else:
            return redirect("exams:paper", uuid=sitting.uuid)
    if found.sitting.started_at is not None:
        running = found.sitting.state in (SittingState.RUNNING, SittingState.PAUSED)
        return redirect("exams:paper" if running else "exams:receipt", uuid=found.sitting.uuid)
    answer = render(request, *_before(request, found, clock.now(), lacking=lacking))
    answer["Cache-Control"] = "no-store"
    return answer


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def reschedule(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Another time, in the same window or another."""
    found, at = _entry(request, uuid), clock.now()
    if found.sitting.state != SittingState.READY or found.starts_at is None:
        return redirect("exams:entry", uuid=uuid)
    allowed, zone = _allowed(found.exam, found), _zone(request)
    ahead = windows.ahead(found.exam, at=at, without=found.pk)
    shown = {
        "window": str(found.window.uuid) if found.window else "",
        "starts_at": found.starts_at.astimezone(zones.zone(zone)[1]).replace(tzinfo=None),
        "zone": zone,
    }
    posted = request.POST if request.method == "POST" else None
    form = TimeForm(posted, initial=shown, ahead=ahead, zone=zone, allowed=allowed, at=at)
    if posted is not None and form.is_valid() and _reschedule(request, uuid, form):
        return redirect("exams:entry", uuid=uuid)
    until = rules.changeable_until(found.starts_at, hours=found.exam.reschedule_hours)
    context = {
        "entry": found,
        "exam": found.exam,
        "form": form,
        "until": until,
        "may": at <= until,
    }
    return render(request, "exams/reschedule.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What cancelling means, and the button that does it."""
    found, at = _entry(request, uuid), clock.now()
    if request.method == "POST":
        try:
            entries.cancel(entry_uuid=uuid, person_id=access.me(request))
        except entries.HasBegun:
            messages.error(
                request, _("This exam has begun or is over, so it can't be cancelled. Nothing was changed.")
            )
        except entries.TooLate:
            messages.error(request, _("It is too late to cancel this entry. Nothing was changed."))
        else:
            messages.success(request, _("Your entry is cancelled."))
        return redirect("exams:entry", uuid=uuid)
    if found.sitting.state != SittingState.READY:
        return redirect("exams:entry", uuid=uuid)
    until = _until(found, found.exam.cancel_hours)
    context = {"entry": found, "exam": found.exam, "until": until, "may": until is None or at <= until}
    return render(request, "exams/cancel.html", context)


@login_required
@never_cache
@require_safe
def appointment(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """The calendar file of an entry that has a time."""
    found = _entry(request, uuid)
    if found.starts_at is None or found.window is None:
        raise Http404
    changes = queries.changes_of_entry(found)
    there = rules.time_there(
        windows.span(found.window, taken=0), starts_at=found.starts_at, allowed=_allowed(found.exam, found)
    )
    page = f"{settings.PUBLIC_URL}{reverse('exams:entry', args=[found.uuid])}"
    facts = calendars.Appointment(
        uuid=found.uuid,
        title=found.exam.title,
        starts_at=found.starts_at,
        ends_at=found.starts_at + there,
        url=page,
        description=_("You may start from this time on, and the clock starts when you do: %(page)s")
        % {"page": page},
        sequence=len(changes),
        changed_at=changes[-1] if changes else found.entered_at,
        is_cancelled=found.sitting.state == SittingState.CANCELLED,
    )
    return calendars.answer(facts, name=found.exam.key)


def _exam(key: str) -> Exam:
    try:
        return exams.exam(key)
    except exams.UnknownExam:
        raise Http404 from None


def _entry(request: HttpRequest, uuid: UUID) -> Entry:
    try:
        return queries.entry(uuid, person_id=access.me(request))
    except queries.UnknownEntry:
        raise Http404 from None


def _zone(request: HttpRequest) -> str:
    return people.card(access.me(request)).time_zone


def _allowed(exam: Exam, factored: Entry | Accommodation | None) -> timedelta:
    """The exam's time, lengthened by what is granted or pinned."""
    if factored is None:
        return deadline.time_allowed(minutes=exam.minutes)
    return deadline.time_allowed(minutes=exam.minutes, factor=factored.factor)


def _enter_form(
    exam: Exam,
    posted: Any,
    agreement_id: int,
    ahead: list[windows.Ahead],
    zone: str,
    allowed: timedelta,
    at: datetime,
    spoken: str,
) -> AgreementForm:
    offered = languages.offered(exam)
    wanted = [code.partition("-")[0] for code, _ in parse_accept_lang_header(spoken[:200])]
    first = next((one for one in wanted if one in (*offered, OWN)), OWN)
    shown: dict[str, Any] = {"agreement": agreement_id, "language": first if first in offered else ""}
    if not exam.windowed:
        return AgreementForm(posted, initial=shown, languages=offered)
    shown["zone"] = zone
    return TimedAgreementForm(
        posted, initial=shown, ahead=ahead, zone=zone, allowed=allowed, at=at, languages=offered
    )


def _enter(request: HttpRequest, exam: Exam, form: AgreementForm) -> Entry | None:
    """The entry that was made; or None, and the form or a message says why not."""
    said, person_id = form.cleaned_data, access.me(request)
    # Where the exam costs nothing here, the entitlement is claimed on the way.
    if exam.product_key and billing.offer_of(exam.product_key).is_free_here:
        entitlements.claim_free(product_key=exam.product_key, person_id=person_id)
    try:
        return entries.enter(
            exam_key=exam.key,
            person_id=person_id,
            agreement_id=said["agreement"],
            window_uuid=said.get("window"),
            starts_at=said.get("starts_at"),
            language=said.get("language", ""),
        )
    except entries.NotInThatLanguage:
        messages.error(
            request, _("The exam is no longer offered in that language. Nothing was changed; choose again.")
        )
    except entries.NotEligible:
        pass  # the page says what stands in the way, for it looks again
    except entries.AgreementChanged:
        messages.warning(
            request, _("The agreement has changed. Please read it again; this is the latest version.")
        )
    except entitlements.NoEntitlement:
        messages.error(
            request, _("You hold no entry to this exam that is still unused. Nothing was changed.")
        )
    except UnknownWindow:
        messages.error(request, _("That window is no longer there. Nothing was changed; choose another."))
    except entries.NotThen as refusal:
        if isinstance(form, TimeForm):
            form.refuse(refusal.fault)
    return None


def _reschedule(request: HttpRequest, uuid: UUID, form: TimeForm) -> bool:
    said = form.cleaned_data
    try:
        entries.reschedule(
            entry_uuid=uuid,
            person_id=access.me(request),
            window_uuid=said["window"],
            starts_at=said["starts_at"],
        )
    except entries.NotThen as refusal:
        form.refuse(refusal.fault)
        return False
    except entries.TooLate:
        messages.error(request, _("It is too late to change the time of this entry. Nothing was changed."))
    except (entries.HasBegun, UnknownWindow):
        messages.error(request, _("This entry can't be changed so any more. Nothing was changed."))
    else:
        messages.success(request, _("Your time is changed. Load the calendar file again."))
    return True


def _before(request: HttpRequest, found: Entry, at: datetime, *, lacking: bool) -> tuple[str, dict[str, Any]]:
    """The page of an entry that has not started: what to prepare, or that it never will."""
    context: dict[str, Any] = {"entry": found, "exam": found.exam, "leave": reverse("exams:mine")}
    context |= {"lacking": lacking, **safe_browser.links(found, onward=request.path)}
    if found.sitting.state in OVER:
        return "exams/entry_over.html", context | {"changes": queries.changes_of_entry(found)}
    allowed = _allowed(found.exam, found)
    context |= {
        "minutes": allowed // timedelta(minutes=1),
        "too_early": found.starts_at is not None and at < found.starts_at,
        "closed": found.window is not None and at >= found.window.closes_at,
        "practice": exams.offered_or_none(found.exam.practice_key),
        "reschedule_until": _until(found, found.exam.reschedule_hours),
        "cancel_until": _until(found, found.exam.cancel_hours),
        "language": NAMES.get(found.language, ""),
        "at": at,
    }
    if found.window is not None and found.starts_at is not None:
        span = windows.span(found.window, taken=0)
        there = rules.time_there(span, starts_at=max(found.starts_at, at), allowed=allowed)
        context |= {
            "last_full_start": rules.last_full_start(span, allowed=allowed),
            "less": there // timedelta(minutes=1) if there < allowed else None,
        }
    return "exams/entry.html", context


def _until(found: Entry, hours: int) -> datetime | None:
    """Until when a chosen time may be changed or cancelled; None where none was chosen."""
    return None if found.starts_at is None else rules.changeable_until(found.starts_at, hours=hours)
