"""Designs of certificates in the Wagtail admin: edited beside a picture of what will be printed."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_http_methods, require_POST

from certificates.actions import designs
from certificates.documents import certificate
from certificates.forms.publishing import DesignForm
from certificates.models import Design, DesignVersion
from lms.organisations.access import allows

OFFICE: Final = "certificates.schemes"
# What stands on the specimen: nobody's certificate, with a name of middling length.
SPECIMEN: Final[dict[str, Any]] = {
    "number": "AIMS-LA-7F3K9-2QXM4-T",
    "edition": 1,
    "holder": "Specimen Name",
    "scheme": {"key": "specimen", "title": "ISO/IEC 42001 Lead Auditor", "version": 1},
    "level": {"key": "lead", "title": "Lead Auditor"},
    "scope": "Planning, conducting, reporting and following up audits of management systems for artificial intelligence.",
    "begins_on": "2026-11-24",
    "expires_on": "2029-11-24",
    "issuer": {
        "name": "Specimen Certification",
        "role": "Certification body",
        "signatory": {"name": "The Certification Board", "title": "Specimen Certification"},
    },
}


def keepers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A view for those who keep the schemes."""

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not allows(request.user, OFFICE):
            raise PermissionDenied(OFFICE)
        return view(request, *args, **kwargs)

    return guarded


@require_http_methods(["GET", "HEAD"])
@keepers
def listing(request: HttpRequest) -> HttpResponse:
    """Every design with its versions, and how many editions are printed with each."""
    versions = DesignVersion.objects.select_related("design", "made_by").annotate(used=Count("editions"))
    context = {"versions": versions, "header_title": "Designs of certificates"}
    return render(request, "certificates/designs/listing.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@keepers
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """The form with its preview; a post publishes the next version."""
    newest = _newest(key)
    form = DesignForm(request.POST if request.method == "POST" else None, data_of=newest.data)
    if request.method == "POST" and form.is_valid():
        try:
            number = designs.publish(
                design_id=newest.design_id,
                actor_id=request.user.pk or 0,
                based_on=form.cleaned_data["based_on"],
                colours=form.colours,
                words=form.words,
            )
        except designs.Overtaken as late:
            form.add_error(
                None,
                f"Version {late.newest} was published while you edited this one. Nothing was published; open the design again.",
            )
        except designs.Unchanged:
            form.add_error(None, "This is what the newest version says already. Nothing was published.")
        else:
            messages.success(
                request, f"Version {number} is published: certificates granted from now on use it."
            )
            return redirect("certificates_designs:listing")
    context = {"design": newest.design, "version": newest, "form": form, "header_title": newest.design.title}
    return render(request, "certificates/designs/edit.html", context, status=400 if form.errors else 200)


@require_POST
@keepers
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """What the form as it stands would print, as a page for the frame, or (`as=pdf`) as the document."""
    newest = _newest(key)
    form = DesignForm(request.POST, data_of=newest.data)
    if not form.is_valid():
        faults = [fault for found in form.errors.values() for fault in found]
        return render(request, "certificates/designs/faults.html", {"faults": faults}, status=400)
    design = newest.data | {"colours": form.colours, "words": form.words}
    holder = form.cleaned_data["holder"].strip() or SPECIMEN["holder"]
    printing = certificate.Printing(
        claims=SPECIMEN | {"holder": holder},
        claims_digest=b"7f3k9".hex().ljust(64, "0"),
        design=design,
        address="https://example.org/v/AIMS-LA-7F3K9-2QXM4-T/",
        shown_address="example.org/v/",
        made_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    if request.POST.get("as") == "pdf":
        return HttpResponse(certificate.render(printing), content_type="application/pdf")
    face = static("web/fonts/AuditoriumSerif-Regular.ttf")
    return HttpResponse(certificate.preview(printing, face_url=face))


def _newest(key: str) -> DesignVersion:
    design = get_object_or_404(Design, key=key)
    return DesignVersion.objects.select_related("design").filter(design=design).latest("number")
