"""Documents of many certificates together, for officers."""

import tempfile
import zipfile
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from certificates.actions import batches as actions
from certificates.forms.registering import BatchForm
from certificates.models import DocumentBatch
from certificates.queries import credentials, schemes
from lms.db import clock
from lms.organisations.access import required

OFFICE = "certificates.decide"
_SPOOLED_BYTES = 8 * 1024 * 1024


@never_cache
@required(OFFICE)
def index(request: HttpRequest) -> HttpResponse:
    """The form and the latest batches; a post asks for one."""
    on = clock.today()
    known = [(scheme.key, scheme.title) for scheme in schemes.in_effect(on=on)]
    form = BatchForm(request.POST if request.method == "POST" else None, schemes=known, on=on)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            batch = actions.ask(
                use_key=given["use_key"],
                scheme_key=given["scheme"],
                since=given["since"],
                until=given["until"],
                officer_id=request.user.pk or 0,
            )
        except actions.NothingToMake:
            form.add_error(None, "No certificate in force was granted in this scheme on these days.")
        except actions.TooMany as many:
            form.add_error(
                None,
                f"{many.count:,} certificates were granted on these days, and {actions.MOST:,} are made together. Choose fewer days.",
            )
        else:
            return redirect("certificates:batch", uuid=batch.uuid)
    context = {"form": form, "batches": _counted()[:20]}
    return render(request, "certificates/batches.html", context, status=400 if form.errors else 200)


@never_cache
@required(OFFICE)
def batch(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """How far a batch is."""
    found = _counted().filter(uuid=uuid).first()
    if found is None:
        raise Http404
    faults = found.lines.exclude(fault="").select_related("edition__credential")
    return render(request, "certificates/batch.html", {"batch": found, "faults": faults[:100]})


@never_cache
@required(OFFICE)
def archive(request: HttpRequest, uuid: UUID) -> HttpResponseBase:
    """The documents of a batch that are made, as one ZIP file; while some are missing, the page says so."""
    found = _counted().filter(uuid=uuid).first()
    if found is None:
        raise Http404
    if found.made + found.failed < found.total:
        messages.info(request, "Some documents are still being made. The archive is here when all are.")
        return redirect("certificates:batch", uuid=uuid)
    packed = tempfile.SpooledTemporaryFile(max_size=_SPOOLED_BYTES)  # noqa: SIM115  (the answer closes it)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for line in found.lines.exclude(document=None).select_related("document", "edition__credential"):
            stored = credentials.opened(line.document)
            if stored is None:
                sentence = f"The document of {line.edition.credential.number} can’t be read: restore its file, or try again in a minute."
                messages.error(request, sentence)
                return redirect("certificates:batch", uuid=uuid)
            with stored:
                name = f"{line.edition.credential.number}-{line.edition.number}.pdf"
                archive.writestr(zipfile.ZipInfo(name, line.document.made_at.timetuple()[:6]), stored.read())
    packed.seek(0)
    return FileResponse(packed, as_attachment=True, filename="certificates.zip")


def _counted():  # type: ignore[no-untyped-def]  # a query with three figures beside each row
    return DocumentBatch.objects.select_related("asked_by").annotate(
        total=Count("lines"),
        made=Count("lines", filter=Q(lines__document__isnull=False)),
        failed=Count("lines", filter=~Q(lines__fault="") & Q(lines__document__isnull=True)),
    )
