"""Importing and exporting items in the Wagtail admin: choice, preview, confirmation."""

import hashlib
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from exams import access
from exams.actions import exchange
from exams.actions.exchange import Defaults, Provenance, Report
from exams.forms.exchange import ExportForm, ImportForm
from exams.models import Bank
from exams.rules import exchange as formats

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def import_items(request: HttpRequest) -> HttpResponse:
    """What a file would bring; with `confirm`, what it brings."""
    writable = [b.pk for b in access.banks(request.user) if access.may(request.user, access.WRITE, b)]
    if not writable:
        raise PermissionDenied
    banks = Bank.objects.filter(pk__in=writable).order_by("title")
    posted = request.method == "POST"
    form = ImportForm(request.POST if posted else None, request.FILES if posted else None, banks=banks)
    report = None
    if posted and form.is_valid():
        confirmed = "confirm" in request.POST and not form.cleaned_data["file"]
        report = _report(request, form, dry_run=not confirmed)
        if confirmed and report is not None:
            return _told(request, report, form.cleaned_data["bank"])
    context = {"form": form, "report": report, "shown": SHOWN, "header_title": "Import items"}
    return render(request, "exams/bank/import.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def export_items(request: HttpRequest) -> HttpResponse:
    """What of a bank a file would hold, and what of it another program would not see; with `download`, the file."""
    # A whole bank leaves with its keys: that is for those who make exams of it, and not for everybody who writes.
    mine = [b.pk for b in access.banks(request.user) if access.may(request.user, access.ASSEMBLE, b)]
    if not mine:
        raise PermissionDenied
    banks = Bank.objects.filter(pk__in=mine).order_by("title")
    form = ExportForm(request.POST if request.method == "POST" else None, banks=banks)
    export = None
    if request.method == "POST" and form.is_valid():
        download = "download" in request.POST
        export = exchange.export_items(
            bank_key=form.cleaned_data["bank"].key,
            format=form.cleaned_data["format"],
            which=form.which,
            actor_id=access.me(request),
            dry_run=not download,
        )
        if download and export.items:
            answer = HttpResponse(export.data, content_type="application/octet-stream")
            answer["Content-Disposition"] = f'attachment; filename="{form.filename}"'
            return answer
    context = {"form": form, "export": export, "shown": SHOWN, "header_title": "Export items"}
    return render(request, "exams/bank/export.html", context, status=400 if form.errors else 200)


def _report(request: HttpRequest, form: ImportForm, *, dry_run: bool) -> Report | None:
    """None where the file as a whole is refused; the form then says why."""
    said = form.cleaned_data
    try:
        batch = formats.read(form.content, said["format"])
    except formats.CannotRead as cannot:
        at = f" (line {cannot.line})" if cannot.line else ""
        form.add_error("file", f"Nothing was imported{at}: {cannot.reason}.")
        return None
    return exchange.import_items(
        bank_key=said["bank"].key,
        batch=batch,
        provenance=Provenance(
            form.filename,
            hashlib.sha256(form.content).hexdigest(),
            *(said[name] for name in ("author", "source", "edition", "aids")),
        ),
        defaults=Defaults(said["domain"], said["level"], said["pool"]),
        actor_id=access.me(request),
        dry_run=dry_run,
    )


def _told(request: HttpRequest, report: Report, bank: Bank) -> HttpResponse:
    texts = f"{len(report.variants)} in other languages wait for approval, " if report.variants else ""
    messages.success(
        request,
        f"{len(report.imported)} imported as drafts, {texts}{len(report.unchanged)} were there already, "
        f"{len(report.refused)} refused. Look at each as a candidate would, then submit it.",
    )
    return redirect(f"{reverse('exams_bank:items')}?{urlencode({'bank': bank.pk, 'state': 'draft'})}")
