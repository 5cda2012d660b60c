"""What a person may ask about their own data: an archive of it, their consents, and its erasure."""

from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.privacy.actions import archives, erasures
from lms.privacy.forms import EraseForm
from lms.privacy.models import Acceptance, Archive, Consent
from lms.privacy.queries import portraits
from lms.privacy.states import ArchiveState


@never_cache
@login_required
def data(request: HttpRequest) -> HttpResponse:
    person_id = request.user.pk or 0
    context = {
        "archives": Archive.objects.filter(person_id=person_id).exclude(state=ArchiveState.GONE)[:20],
        "consents": Consent.objects.filter(person_id=person_id)[:200],
        "acceptances": Acceptance.objects.filter(person_id=person_id)[:200],
    }
    return render(request, "privacy/data.html", context)


@login_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    archives.ask(person_id=request.user.pk or 0)
    messages.success(request, "It is being made. You get a notice as soon as it is ready.")
    return redirect("privacy:data")


@never_cache
@login_required
@reauthentication_required
def archive(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The file, for its owner alone, who has just shown that it is them."""
    found = get_object_or_404(Archive, uuid=uuid, person_id=request.user.pk, state=ArchiveState.READY)
    archives.note_fetched(found)
    answer = FileResponse(
        found.file.open("rb"), as_attachment=True, filename=f"my-data-{found.made_at:%Y-%m-%d}.zip"
    )
    answer["Cache-Control"] = "private, no-store"
    return answer


@never_cache
@login_required
@reauthentication_required
def erase(request: HttpRequest) -> HttpResponse:
    """What would be deleted, what would stay and why; a post that confirms it closes the account."""
    person_id = request.user.pk or 0
    form = EraseForm(request.POST if request.method == "POST" else None, address=request.user.get_username())
    hindrances = portraits.hindrances(person_id)
    if request.method == "POST" and not hindrances and form.is_valid():
        try:
            erasures.ask(person_id=person_id)
        except erasures.Hindered as hindered:
            hindrances = list(hindered.sentences)
        else:
            logout(request)
            return render(request, "privacy/erased.html")
    context = {"form": form, "hindrances": hindrances, "parts": portraits.counts(person_id)}
    return render(request, "privacy/erase.html", context, status=400 if form.errors else 200)
