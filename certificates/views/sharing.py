"""What holders show of their certificates, and the picture that others see."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from certificates import access
from certificates.actions import sharing
from certificates.documents import picture
from certificates.forms.holding import SharingForm
from certificates.models import Credential
from certificates.queries.credentials import CredentialView
from certificates.queries.verification import Asked
from certificates.rules import numbers
from lms.db import clock
from lms.kit import countries
from lms.web import throttle


@login_required
@require_POST
def show(request: HttpRequest, number: str) -> HttpResponse:
    """Takes what the holder hides, and whether they stand in the public register."""
    form = SharingForm(request.POST, countries=list(countries.names(get_language() or "en").items()))
    if not form.is_valid():
        messages.error(
            request, _("That was not understood, and nothing was changed. Choose from what is offered.")
        )
        return redirect("certificates:credential", number=number)
    try:
        sharing.show(number=number, holder_id=request.user.pk or 0, **form.cleaned_data)
    except Credential.DoesNotExist:
        raise Http404 from None
    messages.success(request, _("Saved. The verification page and the public register follow at once."))
    return redirect("certificates:credential", number=number)


def image(request: HttpRequest, number: str) -> HttpResponse:
    """How a number stands, as a picture; without the holder's name, so that anyone may have it."""
    try:
        found = access.answer(Asked(number[:300]), at=clock.now(), asker=throttle.asker(request))
    except (numbers.Misspelt, access.TooOften):
        raise Http404 from None
    if found is None or found.view is None:
        raise Http404
    response = HttpResponse(picture.png(_shown(found.view)), content_type="image/png")
    # Networks keep pictures for a while of their own; what passes by us is true to the minute.
    response["Cache-Control"] = "public, max-age=60"
    response["X-Robots-Tag"] = "noindex"
    return response


def _shown(view: CredentialView) -> picture.Shown:
    claims, edition = view.edition.claims, view.edition
    public = urlsplit(settings.PUBLIC_URL)
    until = {"valid": f"Valid until {edition.expires_on.isoformat()}", "expired": f"Expired after {edition.expires_on.isoformat()}"}  # fmt: skip
    since = view.answer.since.date().isoformat() if view.answer.since else ""
    return picture.Shown(
        digest=edition.digest,
        issuer=claims["issuer"]["name"],
        scheme=claims["scheme"]["title"],
        level=claims["level"]["title"],
        number=view.number,
        colour=view.colour,
        word=view.label,
        until=until.get(view.standing, f"{view.standing.capitalize()} since {since}"),
        address=public.netloc + reverse("certificates:standing", args=["x"]).removesuffix("x/"),
    )
