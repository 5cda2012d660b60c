"""Deciding whether another device may go on with a sitting."""

from datetime import datetime

from django.db import transaction

from exams.actions import changes, endings, invigilators, sittings
from exams.actions.invigilators import OPEN
from exams.models import Sitting, TakeoverRequest
from exams.states import TAKEOVER, TakeoverState
from lms.audit import trail


class UnknownRequest(LookupError):
    """There is no such request."""


def allow(*, request_id: int, by_id: int, reason: str = "") -> TakeoverRequest:
    """Lets another device go on: it gets the lease when it asks again, and the device that held it must
    then ask in its turn. What that one still has on its way is saved all the same.

    A second call changes nothing. Raises UnknownRequest, NotIndependent, NotRunning, IllegalMove.
    """
    with transaction.atomic():
        request, sitting, at = _locked(request_id, by_id)
        if request.state == TakeoverState.GRANTED:
            return request
        if not endings.closed_if_over(sitting, at) and sitting.state in OPEN:
            _decide(request, "grant", at, by_id)
            sitting.device = request.device
            sitting.save(update_fields=["device"])
            reason = reason or f"The device {request.device or 'without a name'} had asked."
            changes.note(sitting, "pass_on", sitting.state, at, by_id=by_id, reason=reason)
            return request
    raise sittings.NotRunning


def refuse(*, request_id: int, by_id: int) -> TakeoverRequest:
    """Leaves the sitting to the device that holds it; the other may ask again a minute later. Raises
    UnknownRequest, NotIndependent, IllegalMove."""
    with transaction.atomic():
        request, sitting, at = _locked(request_id, by_id)
        _decide(request, "refuse", at, by_id)
        trail.record(
            "exams.takeover.refused",
            subject=f"exams.sitting:{sitting.pk}",
            at=at,
            actor_id=by_id,
            organisation_id=sitting.exam.organisation_id,
        )
    return request


def _locked(request_id: int, by_id: int) -> tuple[TakeoverRequest, Sitting, datetime]:
    rows = TakeoverRequest.objects.filter(pk=request_id)
    sitting_uuid = rows.values_list("sitting__uuid", flat=True).first()
    if sitting_uuid is None:
        raise UnknownRequest(request_id)
    sitting, at = invigilators.locked(sitting_uuid=sitting_uuid, by_id=by_id)
    return TakeoverRequest.objects.select_for_update(of=("self",)).get(pk=request_id), sitting, at


def _decide(request: TakeoverRequest, event: str, at: datetime, by_id: int) -> None:
    request.state = TAKEOVER.after(request.state, event)
    request.decided_by_id, request.decided_at = by_id, at
    request.save(update_fields=["state", "decided_by", "decided_at"])
