"""Importing and exporting items in the Wagtail admin: choice, preview, confirmation."""

import hashlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from exams import access, itemtypes
from exams.actions import exchange
from exams.actions.exchange import Defaults, Provenance, Report, Taken
from exams.forms.exchange import ExportForm, ImportForm
from exams.itemtypes.parts import Line
from exams.models import Bank
from exams.queries import papers
from exams.queries.papers import PaperItem
from exams.rules import exchange as formats
from exams.rules.exchange import Batch

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
    context: dict[str, Any] = {"form": form, "shown": SHOWN, "header_title": "Import items"}
    batch = _batch(form) if posted and form.is_valid() else None
    if batch:
        confirmed = "confirm" in request.POST and not form.cleaned_data["file"]
        report = _report(request, form, batch, dry_run=not confirmed)
        if confirmed:
            return _told(request, report, form.cleaned_data["bank"])
        context |= {"report": report, "drafts": _drafts(batch, report)}
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


def _batch(form: ImportForm) -> Batch | None:
    """None where the file as a whole is refused; the form then says why."""
    try:
        return formats.read(form.content, form.cleaned_data["format"])
    except formats.CannotRead as cannot:
        at = f" (line {cannot.line})" if cannot.line else ""
        form.add_error("file", f"Nothing was imported{at}: {cannot.reason}.")
        return None


def _drafts(batch: Batch, report: Report) -> Iterator[tuple[Taken, str, PaperItem, list[tuple[Line, str]]]]:
    """Each of the first that would become drafts, with its kind, as a candidate would see it, and with its key."""
    texts = {(one.identifier, one.line): one.written for one in batch.items}
    for number, taken in enumerate(report.imported[:SHOWN], 1):
        said = texts[taken.identifier, taken.line]
        kind = itemtypes.of(said.content["kind"])
        lines = [(line, said.rationales.get(line.id, "")) for line in kind.lines(said.content, said.key)]
        yield taken, kind.NAME, papers.item_preview(said.content, number), lines


def _report(request: HttpRequest, form: ImportForm, batch: Batch, *, dry_run: bool) -> Report:
    said = form.cleaned_data
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
