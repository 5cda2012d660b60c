"""Tools of others that log their people in with us: kept by whoever runs the platform."""

from allauth.idp.oidc.models import Client
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.accounts.actions import tools as actions
from lms.organisations.access import required
from lms.organisations.forms import ToolForm

OFFICE = "accounts.tools"  # of no role: a tool may ask about everybody who agrees


@never_cache
@required(OFFICE)
def tools(request: HttpRequest) -> HttpResponse:
    """All tools; a post registers one and shows its secret this once."""
    form = ToolForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row, secret = actions.register(actor_id=request.user.pk, **form.cleaned_data)
        return _page(request, row, secret=secret)
    context = {
        "form": form,
        "rows": Client.objects.order_by("name", "pk"),
        "offered": bool(settings.IDP_OIDC_PRIVATE_KEY),
    }
    return render(request, "organisations/tools.html", context, status=400 if form.errors else 200)


@never_cache
@required(OFFICE)
def tool(request: HttpRequest, client_id: str) -> HttpResponse:
    row = _found(client_id)
    initial = {"name": row.name, "addresses": "\n".join(row.get_redirect_uris())}
    form = ToolForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change(client_id=row.pk, actor_id=request.user.pk, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("organisations:tool", client_id=row.pk)
    return _page(request, row, form=form)


@required(OFFICE)
@require_POST
def act(request: HttpRequest, client_id: str, act: str) -> HttpResponse:
    row = _found(client_id)
    if act == "secret":
        secret = actions.renew_secret(client_id=row.pk, actor_id=request.user.pk)
        return _page(request, row, secret=secret)
    if act != "end":
        raise Http404
    actions.end(client_id=row.pk, actor_id=request.user.pk)
    messages.success(request, _("Ended. The tool can ask no more."))
    return redirect("organisations:tools")


def _found(client_id: str) -> Client:
    row = Client.objects.filter(pk=client_id).first()
    if row is None:
        raise Http404
    return row


def _page(
    request: HttpRequest, row: Client, *, form: ToolForm | None = None, secret: str = ""
) -> HttpResponse:
    form = form or ToolForm(initial={"name": row.name, "addresses": "\n".join(row.get_redirect_uris())})
    discovery = f"{settings.PUBLIC_URL}/openid/.well-known/openid-configuration"
    context = {
        "row": row,
        "form": form,
        "secret": secret,
        "discovery": discovery,
        "issuer": f"{settings.PUBLIC_URL}/openid",
    }
    return render(request, "organisations/tool.html", context, status=400 if form.errors else 200)
