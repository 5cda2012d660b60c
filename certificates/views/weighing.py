"""Weighing a changed rule before it is published: how many holders would it touch?"""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from certificates.forms import ImpactForm
from certificates.queries import impact, schemes
from lms.db import clock
from lms.organisations.access import required


@required("certificates.schemes")
@require_safe
def weigh(request: HttpRequest, key: str) -> HttpResponse:
    on = clock.today()
    scheme = schemes.scheme(key=key, on=on)
    if scheme is None:
        raise Http404
    form = ImpactForm(request.GET or None, scheme=scheme)
    changed = form.cleaned_data if form.is_valid() else {}
    rows = impact.touched(scheme, changed, on=on)
    context = {
        "scheme": scheme,
        "form": form,
        "rows": rows,
        "asked": bool(changed),
        "total": sum(row.holders for row in rows if row.changes),
    }
    return render(request, "certificates/impact.html", context, status=400 if form.errors else 200)
