"""Notices that did not reach their readers, for staff who see to it."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from lms.notifications import queries
from lms.notifications.actions import delivery
from lms.organisations.access import required

OFFICE = "notices.mend"
PAGE = 50


@never_cache
@required(OFFICE)
def failed(request: HttpRequest) -> HttpResponse:
    """What failed and why: never its words, which are between us and the reader."""
    page = Paginator(queries.failed(), PAGE).get_page(request.GET.get("page"))
    came_back = queries.comes_back([notice.to for notice in page])
    rows = [(notice, notice.to.lower() in came_back) for notice in page]
    return render(request, "organisations/failed_notices.html", {"page": page, "rows": rows})


@required(OFFICE)
@require_POST
def again(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        delivery.again(notice_id=pk, actor_id=request.user.pk or 0)
    except ObjectDoesNotExist:
        raise Http404 from None
    messages.success(request, _("It is being sent once more. Should it fail again, it stands here again."))
    return redirect("organisations:failed_notices")
