"""Importing and exporting courses in the Wagtail admin: choice, preview, confirmation."""

import hashlib
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from courses import access
from courses.actions import held, importing
from courses.actions.importing import Report
from courses.actions.installing import Provenance
from courses.documents import exchange as documents
from courses.models import CoursePage, Profile
from courses.queries import standing
from courses.rules import exchange as formats
from courses.rules.exchange import frame
from lms.organisations import queries as organisations
from lms.web import uploading

SHOWN = 200
MOST = formats.MOST_BYTES // 1024 // 1024
NAMES = {
    "markdown": "Folder of Markdown, zipped",
    "common-cartridge": "Common Cartridge (1.1 to 1.3)",
    "olx": "OLX, of Open edX",
    "scorm": "SCORM package (1.2, 2004), as lessons that run",
    "cmi5": "cmi5 package, as lessons that run",
}
LEAVING = {
    "markdown": "Folder of Markdown, zipped",
    "common-cartridge": "Common Cartridge 1.3",
    "scorm-1.2": "SCORM 1.2",
    "scorm-2004": "SCORM 2004, 4th edition",
}


class ImportForm(forms.Form):
    """A file with who gives its course; or the one of a preview, by its ticket."""

    organisation = forms.ChoiceField(help_text="Who teaches it and answers for it.")
    format = forms.ChoiceField(choices=list(NAMES.items()))
    file = forms.FileField(
        required=False, help_text=f"Up to {MOST} MB. Nothing is written before you have seen what is in it."
    )
    profile = forms.ChoiceField(required=False, help_text="For files that name no profile: all but Markdown.")
    key = forms.SlugField(
        required=False,
        max_length=frame.MOST_KEY,
        help_text="In place of the file’s, for a second course of the same file.",
    )
    ticket = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, mine: list[organisations.OrganisationCard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        profiles = Profile.objects.order_by("key").values_list("key", "title")
        self.fields["organisation"].choices = [(str(one.id), one.name) for one in mine]  # type: ignore[attr-defined]
        self.fields["profile"].choices = list(profiles)  # type: ignore[attr-defined]


class ExportForm(forms.Form):
    course = forms.ModelChoiceField(queryset=CoursePage.objects.none(), empty_label=None)
    format = forms.ChoiceField(choices=list(LEAVING.items()))


# The body is bounded before anything of it is read; the token is looked at afterwards, as everywhere.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def import_course(request: HttpRequest) -> HttpResponse:
    """What a file would bring; with `confirm`, what it brings."""
    mine = _organisations(request)
    if request.method == "POST":
        try:
            uploading.bound(request, formats.MOST_BYTES)
            return _import_course(request, mine)
        except (uploading.NoLength, RequestDataTooBig):
            form = ImportForm(mine=mine)
            request.upload_handlers = []
            return _page(
                request,
                form,
                None,
                f"The file is larger than {MOST} MB. Split it; nothing was imported.",
                413,
            )
    return _page(request, ImportForm(mine=mine), None, "", 200)


@csrf_protect
def _import_course(request: HttpRequest, mine: list[organisations.OrganisationCard]) -> HttpResponse:
    form = ImportForm(request.POST, request.FILES, mine=mine)
    if not form.is_valid():
        return _page(request, form, None, "", 422)
    person_id = int(request.user.pk or 0)
    try:
        content, name, ticket = _content(form, person_id)
        confirmed = "confirm" in request.POST and not form.cleaned_data["file"]
        report = _report(form, content, name, person_id, dry_run=not confirmed)
    except _Refused as refused:
        return _page(request, form, None, str(refused), 422)
    if not confirmed:
        return _page(request, form, report, "", 200, ticket=ticket, filename=name)
    held.let_go(ticket=ticket)
    course = CoursePage.objects.get(key=report.course)
    messages.success(
        request,
        f"{report.title} is imported as drafts: {report.imported} pages new, {report.changed} changed, "
        f"{report.unchanged} as they were. Read each as a learner would, then publish it.",
    )
    return redirect("wagtailadmin_explore", course.pk)


class _Refused(Exception):
    """The file is refused. The text is for its importer."""


def _content(form: ImportForm, person_id: int) -> tuple[bytes, str, str]:
    """The file, its name, and its ticket."""
    file, ticket = form.cleaned_data["file"], form.cleaned_data["ticket"]
    if file:
        content = file.read()
        return content, file.name, held.hold(content=content, name=file.name, person_id=person_id)
    if not ticket:
        raise _Refused("Choose a file.")
    try:
        content, name = held.held(ticket=ticket, person_id=person_id)
    except held.Gone:
        raise _Refused(
            "The preview can't be read any more. Choose the file again; nothing was imported."
        ) from None
    return content, name, ticket


def _report(form: ImportForm, content: bytes, name: str, person_id: int, *, dry_run: bool) -> Report:
    said = form.cleaned_data
    try:
        incoming = formats.read(content, said["format"], standing.standing(said["profile"]))
        return importing.import_course(
            organisation_id=UUID(said["organisation"]),
            incoming=frame.under_key(incoming, said["key"]),
            provenance=Provenance(name, hashlib.sha256(content).hexdigest()),
            actor_id=person_id,
            dry_run=dry_run,
        )
    except formats.CannotRead as cannot:
        at = f" (line {cannot.line})" if cannot.line else ""
        raise _Refused(f"Nothing was imported{at}: {cannot.reason}.") from None
    except importing.NotYours as fault:
        raise _Refused(
            f"Another organisation has a course “{fault}”. Give this one another key; nothing was imported."
        ) from None
    except importing.NoProfile as fault:
        raise _Refused(f"There is no profile “{fault}” here. Choose one; nothing was imported.") from None


def _page(
    request: HttpRequest, form: ImportForm, report: Report | None, fault: str, status: int, **more: str
) -> HttpResponse:
    context = {
        "form": form,
        "report": report,
        "fault": fault,
        "shown": SHOWN,
        "header_title": "Import a course",
        **more,
    }
    return render(request, "courses/exchange/import.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def export_course(request: HttpRequest) -> HttpResponse:
    """A published course as a file, with what of it the file will not have said first."""
    mine = _organisations(request)
    form = ExportForm(request.POST if request.method == "POST" else None)
    courses = CoursePage.objects.originals().live().filter(organisation_id__in=[one.id for one in mine])
    form.fields["course"].queryset = courses.order_by("title")  # type: ignore[attr-defined]
    made = None
    if request.method == "POST" and form.is_valid():
        made = documents.export(form.cleaned_data["course"], form.cleaned_data["format"])
        if "download" in request.POST:
            answer = HttpResponse(made.data, content_type="application/zip")
            answer["Content-Disposition"] = f'attachment; filename="{made.filename}"'
            return answer
    context = {"form": form, "export": made, "header_title": "Export a course"}
    return render(request, "courses/exchange/export.html", context, status=422 if form.errors else 200)


def _organisations(request: HttpRequest) -> list[organisations.OrganisationCard]:
    """Those for which a person may write courses; for a superuser all that give any. Raises PermissionDenied."""
    if getattr(request.user, "is_superuser", False):
        ids = list(
            CoursePage.objects.originals()
            .exclude(organisation=None)
            .values_list("organisation_id", flat=True)
            .distinct()
        )
        ids += organisations.organisations_with(int(request.user.pk or 0), access.AUTHOR)
    else:
        ids = organisations.organisations_with(int(request.user.pk or 0), access.AUTHOR)
    if not ids:
        raise PermissionDenied
    return sorted(organisations.cards(ids).values(), key=lambda one: one.name)
