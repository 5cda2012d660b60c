"""Those who keep the schemes: the versions of one, what a new one would change, and whom it would touch."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from certificates.actions import publishing
from certificates.forms.publishing import RulesForm
from certificates.models import SchemeVersion
from certificates.queries import revisions
from certificates.rules import scheme_file
from lms.db import clock
from lms.kit import digests
from lms.kit.content import Problems, parse_yaml
from lms.organisations.access import required

FAULTS = 20


@never_cache
@required("certificates.schemes")
@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest, key: str) -> HttpResponse:
    """The versions of a scheme and the form for the next; what it changes is shown before it is published."""
    known = revisions.versions(key=key)
    if not known:
        raise Http404
    form = RulesForm(request.POST or None, initial={"text": _next(known[0])})
    context: dict[str, Any] = {
        "scheme": known[0].scheme,
        "versions": known,
        "today": clock.today(),
        "form": form,
    }
    if request.method == "POST" and form.is_valid():
        data = _read(form)
        if data is not None:
            digest = digests.digest(data)
            # Only what was shown is published: another text is shown first.
            if form.cleaned_data["seen"] == digest and _publish(request, key, data, form):
                return redirect("certificates:rules", key=key)
            context["touched"] = revisions.touched(key=key, old=known[0].data, new=data, on=clock.today())
            context["data"] = data
            form.data = form.data.copy()  # type: ignore[attr-defined]  # a QueryDict
            form.data["seen"] = digest  # type: ignore[index]
    return render(request, "certificates/rules.html", context, status=400 if form.errors else 200)


def _next(last: SchemeVersion) -> str:
    """The newest version as a file, with the next number, from tomorrow on: to be changed."""
    tomorrow = clock.today() + timedelta(days=1)
    written = scheme_file.as_written(last.data) | {"version": last.number + 1, "effective_on": tomorrow}
    return yaml.safe_dump(written, sort_keys=False, allow_unicode=True, width=110)


def _read(form: RulesForm) -> dict[str, Any] | None:
    """The version in the form as plain data; None with the faults in the form, each with its line."""
    problems = Problems()
    text = form.cleaned_data["text"].replace("\r\n", "\n")
    node = parse_yaml(text, Path("scheme"), problems, first_line=1)
    data = scheme_file.scheme(node) if node is not None else None
    for problem in list(problems)[:FAULTS]:
        form.add_error("text", f"Line {problem.line}: {problem.message}.")
    return None if problems else data


def _publish(request: HttpRequest, key: str, data: dict[str, Any], form: RulesForm) -> bool:
    try:
        version = publishing.publish_next(scheme_key=key, data=data, actor_id=request.user.pk or 0)
    except publishing.NotNext as fault:
        form.add_error("text", fault.why)
        return False
    messages.success(
        request, f"Version {version.number} is published, and in effect from {version.effective_on}."
    )
    return True
