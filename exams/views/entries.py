"""Entering for an exam, and the page before the start."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from exams import access
from exams.actions import entries, sittings
from exams.forms import AgreementForm
from exams.models import Entry, Exam
from exams.queries import eligibility, exams
from exams.queries import sittings as queries
from exams.states import SittingState
from exams.views import safe_browser
from lms.billing import queries as billing
from lms.billing.actions import entitlements
from lms.db import clock
from lms.kit.machine import IllegalMove


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enter(request: HttpRequest, key: str) -> HttpResponse:
    """The agreement, and with it the entry; or what stands in the way."""
    try:
        exam = exams.exam(key)
    except exams.UnknownExam:
        raise Http404 from None
    agreement = exams.agreement(exam)
    form = AgreementForm(
        request.POST if request.method == "POST" else None, initial={"agreement": agreement.pk}
    )
    if request.method == "POST" and form.is_valid():
        try:
            entry = _enter(exam, access.me(request), form.cleaned_data["agreement"])
        except entries.NotEligible:
            pass  # the page below says what stands in the way, for it looks again
        except entries.AgreementChanged:
            form = AgreementForm(initial={"agreement": agreement.pk})
            messages.warning(
                request, "The agreement has changed. Please read it again; this is the latest version."
            )
        except entitlements.NoEntitlement:
            messages.error(
                request, "You hold no entry to this exam that is still unused. Nothing was changed."
            )
        else:
            return redirect("exams:entry", uuid=entry.uuid)
    standing = eligibility.eligibility_of(exam, person_id=access.me(request), at=clock.now())
    context = {
        "exam": exam,
        "agreement": agreement,
        "form": form,
        "eligibility": standing,
        "open_sitting": eligibility.open_sitting(exam, person_id=access.me(request)),
        "latest": eligibility.latest_result(exam, person_id=access.me(request)),
        "price": billing.offer_of(exam.product_key) if exam.product_key else None,
        "has_entitlement": not exam.product_key or billing.has_unused(exam.product_key, access.me(request)),
    }
    return render(request, "exams/enter.html", context)


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What is ahead, and the button that starts the clock. No item is on this page."""
    try:
        found = queries.entry(uuid, person_id=access.me(request))
    except queries.UnknownEntry:
        raise Http404 from None
    lacking = found.sitting.state == SittingState.READY and safe_browser.lacks(request, found)
    if request.method == "POST" and lacking:
        return safe_browser.needed(request, found.exam, found)
    if request.method == "POST":
        try:
            sitting = sittings.start(entry_uuid=uuid, person_id=access.me(request))
        except sittings.NoForm:
            messages.error(
                request, "This exam has no open form just now. Your entry is kept; try again later."
            )
        except sittings.TooEarly:
            messages.error(request, "The time that you chose has not come yet. You can start from then on.")
        except IllegalMove:
            pass  # it has ended: the redirect below leads to its receipt
        else:
            return redirect("exams:paper", uuid=sitting.uuid)
    if found.sitting.state == SittingState.RUNNING:
        return redirect("exams:paper", uuid=found.sitting.uuid)
    if found.sitting.state != SittingState.READY:
        return redirect("exams:receipt", uuid=found.sitting.uuid)
    minutes = found.exam.minutes * found.factor
    context = {"entry": found, "exam": found.exam, "minutes": int(minutes), "leave": reverse("exams:mine")}
    context |= {"lacking": lacking, **safe_browser.links(found, onward=request.path)}
    answer = render(request, "exams/entry.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _enter(exam: Exam, person_id: int, agreement_id: int) -> Entry:
    """Enters; where the exam costs nothing here, the entitlement is claimed on the way."""
    if exam.product_key and billing.offer_of(exam.product_key).is_free_here:
        entitlements.claim_free(product_key=exam.product_key, person_id=person_id)
    return entries.enter(exam_key=exam.key, person_id=person_id, agreement_id=agreement_id)
