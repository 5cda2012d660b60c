"""What an examiner makes of an item that was tried out, in the Wagtail admin."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from exams import access
from exams.actions import items
from exams.forms import PilotForm, RetireForm, ReviewForm
from exams.models import Item
from exams.viewsets.items import bank_view, show_item
from lms.kit.machine import IllegalMove


@require_POST
@bank_view(access.ASSEMBLE)
def judge(request: HttpRequest, item: Item) -> HttpResponse:
    """Promotes a pilot, or sends it back to its author."""
    form = PilotForm(request.POST)
    if not form.is_valid():
        return show_item(request, item, ReviewForm(), RetireForm(), pilot_form=form, status=400)
    back = form.cleaned_data["verdict"] == PilotForm.BACK
    act = items.send_pilot_back if back else items.promote_pilot
    try:
        act(item_id=item.pk, examiner_id=access.me(request), reason=form.cleaned_data["reason"].strip())
    except items.NotAnotherPerson:
        messages.error(
            request, "You wrote this item. Another examiner decides about it. Nothing was changed."
        )
    except IllegalMove:
        messages.error(request, "Only a pilot can be promoted or sent back. Nothing was changed.")
    else:
        told = "back with its author" if back else "live: forms that are assembled from now on may count it"
        messages.success(request, f"{item.code} is {told}.")
    return redirect("exams_bank:item", item.pk)
