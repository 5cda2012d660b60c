"""The JSON door of verification."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from ninja import Query, Router, Schema

from certificates.queries import verification
from certificates.queries.verification import Asked, Found, Naming
from certificates.rules import numbers
from lms.db import clock
from lms.web.http import problem

router = Router(tags=["verification"])

SLIPS = {
    numbers.Slip.EMPTY: "Give the number that stands on the certificate.",
    numbers.Slip.TOO_SHORT: "This is too short to be a number: a part of it is missing.",
    numbers.Slip.TOO_LONG: "This is too long to be a number.",
    numbers.Slip.CHARACTER: "This contains a character that no number has.",
    numbers.Slip.CHECK: "This number has a typing error: its last character does not agree with the others.",
}


class Question(Schema):
    number: str
    name: str = ""
    at: str = ""


@router.get("/verify", summary="How a certificate stands")
def verify(request: HttpRequest, question: Query[Question]) -> HttpResponse:
    """Standing, scheme, level and dates for a number; every printed fact with the holder's name."""
    now = clock.now()
    try:
        at = _moment(question.at, now)
    except ValueError:
        return problem(422, "no-such-day", "Give 'at' as a day that has come, such as 2027-05-31.")
    asked = verification.unwrapped(Asked(question.number[:300], question.name[:200]))
    try:
        found = verification.answer(asked, at=at)
    except numbers.Misspelt as slip:
        return problem(422, "number-misspelt", SLIPS[slip.slip], slip=slip.slip.value)
    if found is None:
        return problem(404, "number-unknown", "The register has never issued this number.")
    answer = JsonResponse(_told(found, at, now))
    answer["Cache-Control"] = "no-store"
    return answer


def _moment(day: str, now: datetime) -> datetime:
    if not day:
        return now
    asked = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC).date()
    if asked > now.date():
        raise ValueError(day)
    return verification.moment(asked, now=now)


def _told(found: Found, at: datetime, now: datetime) -> dict[str, Any]:
    told: dict[str, Any] = {
        "number": found.number,
        "name": found.naming.value,
        "as_of": at.isoformat(timespec="seconds"),
        "checked_at": now.isoformat(timespec="seconds"),
        "page": settings.PUBLIC_URL + reverse("certificates:standing", args=[found.number]),
    }
    if found.naming is Naming.DIFFERS:
        return told
    view = found.view
    if view is None:
        return told | {"standing": "not_granted"}
    claims = view.edition.claims
    told |= {
        "standing": view.standing,
        "marks": sorted(view.answer.marks),
        "since": view.answer.since.isoformat(timespec="seconds") if view.answer.since else None,
        "scheme": claims["scheme"],
        "level": claims["level"],
        "granted_on": claims["begins_on"],
        "expires_on": claims["expires_on"],
        "issuer": claims["issuer"]["name"],
        "changes": [
            {"kind": event.kind, "effective_at": event.effective_at.isoformat(timespec="seconds")}
            for event in view.changes
        ],
    }
    if found.everything:
        told |= {"holder": claims["holder"], "scope": claims["scope"], "digest": view.edition.digest}
    return told
