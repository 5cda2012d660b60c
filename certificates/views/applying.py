"""Applying: what is proven, what is missing, the code of ethics, the application."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from certificates.actions import applications, evidence
from certificates.forms import SignForm
from certificates.queries import credentials, proofs, schemes
from certificates.queries.schemes import SchemeView
from lms.accounts import queries as people
from lms.db import clock


@login_required
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest, key: str) -> HttpResponse:
    scheme = schemes.scheme(key=key, on=clock.today())
    if scheme is None:
        raise Http404
    form = SignForm(shown=scheme.code_version)
    if request.method == "POST":
        if "level" in request.POST:
            return _enter(request, scheme, request.POST["level"])
        form = SignForm(request.POST, shown=scheme.code_version)
        if form.is_valid():
            evidence.sign_code(person_id=request.user.pk or 0, scheme_key=key)
            messages.success(request, "You have signed the code of ethics.")
            return redirect("certificates:apply", key=key)
    return _page(request, scheme, form, status=400 if form.errors else 200)


def _enter(request: HttpRequest, scheme: SchemeView, level_key: str) -> HttpResponse:
    try:
        application_id = applications.apply(
            person_id=request.user.pk or 0, scheme_key=scheme.key, level_key=level_key
        )
    except applications.AlreadyHeld as held:
        return redirect("certificates:credential", number=held.number)
    except applications.RequirementsMissing:
        messages.error(request, "Something that this level asks for is still missing; the list says what.")
    except applications.NameMissing:
        messages.error(request, "Write your name in your profile first: it is printed on the certificate.")
    except applications.NotOpen:
        messages.error(request, "This level cannot be applied for here.")
    else:
        number = credentials.number_granted(application_id=application_id)
        messages.success(request, f"Granted. Your certificate stands in the register as {number}.")
        return redirect("certificates:credential", number=number)
    return redirect("certificates:apply", key=scheme.key)


def _page(request: HttpRequest, scheme: SchemeView, form: SignForm, *, status: int) -> HttpResponse:
    person_id = request.user.pk or 0
    at = clock.now()
    views = credentials.of_person(person_id=person_id, at=at)
    held = {
        view.credential.level_id: view for view in views if view.standing != "withdrawn" and not view.lapsed
    }
    found = proofs.findings(person_id=person_id, scheme=scheme, on=at.date())
    unsigned = any(f.kind == "code_of_ethics" and not f.met for level in found for f in level.findings)
    return render(
        request,
        "certificates/apply.html",
        {
            "scheme": scheme,
            "code": scheme.data["code_of_ethics"],
            "levels": [(level, held.get(level.level.id)) for level in found],
            "unsigned": unsigned,
            "form": form,
            "card": people.card(person_id),
        },
        status=status,
    )
