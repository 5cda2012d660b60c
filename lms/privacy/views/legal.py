"""The legal texts, by version and language, and accepting them."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache

from lms.privacy.actions import legal as actions
from lms.privacy.forms import AcceptForm
from lms.privacy.queries import legal
from lms.privacy.queries.legal import OUTSTANDING
from lms.privacy.rules import texts


def text(request: HttpRequest, kind: str, version: int | None = None) -> HttpResponse:
    """A text in the language asked for, English where there is no other; the newest unless a version is named."""
    known = legal.versions(kind)
    wanted = [row for row in known if version is None or row.version == version]
    if not wanted:
        raise Http404
    of_version = [row for row in wanted if row.version == wanted[0].version]
    by_language = {row.language: row for row in of_version}
    shown = by_language.get(request.GET.get("language", "en")) or by_language["en"]
    context = {
        "text": shown,
        "html": mark_safe(texts.html(shown.words)),
        "languages": sorted(by_language),
        "earlier": sorted({row.version for row in known if row.version != shown.version}, reverse=True),
        "newest": known[0].version,
    }
    return render(request, "privacy/text.html", context)


@never_cache
@login_required
def accept(request: HttpRequest) -> HttpResponse:
    """What has changed since a person accepted it; nothing else opens until they do."""
    person_id = request.user.pk or 0
    onward = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts={request.get_host()}):
        onward = "/desk/"
    outstanding = legal.outstanding(person_id)
    form = AcceptForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.accept(person_id=person_id, kinds=[one.kind for one in outstanding], context="asked anew")
        outstanding = []
    if not outstanding:
        request.session.pop(OUTSTANDING, None)
        return HttpResponseRedirect(onward)  # `redirect` takes what has no slash for the name of a view
    context = {"form": form, "texts": outstanding}
    return render(request, "privacy/accept.html", context, status=400 if form.errors else 200)
