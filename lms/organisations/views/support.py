"""Support: whose pages to be shown, why, and the end of it."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.accounts import queries as people
from lms.organisations import queries
from lms.organisations.access import required
from lms.organisations.actions import impersonations as actions
from lms.organisations.forms import ImpersonateForm

OFFICE = "support.impersonate"
PAGE = 50


@never_cache
@required(OFFICE)
def support(request: HttpRequest) -> HttpResponse:
    """Asks for whose pages and why; a post begins it. Beneath: when it was done before."""
    form = ImpersonateForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _begun(request, form):
        return redirect("web:desk")
    page = Paginator(queries.impersonations(request.user.pk or 0), PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page": page}
    return render(request, "organisations/support.html", context, status=400 if form.errors else 200)


@require_POST
def end(request: HttpRequest) -> HttpResponse:
    row = getattr(request, "impersonation", None)
    if row is not None:
        actions.end(uuid=row.uuid, support_id=row.support_id)
        request.session.pop(queries.IMPERSONATION, None)
        request.session.cycle_key()
        messages.success(request, "You see your own pages again.")
    return redirect("organisations:support")


def _begun(request: HttpRequest, form: ImpersonateForm) -> bool:
    card = people.by_email(form.cleaned_data["email"])
    try:
        if card is None:
            raise actions.NotThisPerson
        row = actions.begin(
            support_id=request.user.pk or 0, person_id=card.id, reason=form.cleaned_data["reason"]
        )
    except actions.NotThisPerson:
        # One answer for both: who has an account is nobody's to find out here.
        form.add_error(
            "email", "There is no such account, or its pages are not for you to see. Nothing was begun."
        )
        return False
    request.session[queries.IMPERSONATION] = str(row.uuid)
    request.session.cycle_key()
    return True
