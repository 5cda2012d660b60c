"""The JSON door to the watch-list, for an employer's own systems."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Router, Schema

from certificates.queries import watches
from lms.db import clock
from lms.organisations.access import Key

router = Router(tags=["organisations"])


class Watched(Schema):
    number: str
    consent: str = Field(
        description="asked, watching, refused or ended. The rest is there while it is watching."
    )
    standing: str | None = None
    holder: str | None = None
    level: str | None = None
    expires_on: str | None = None


class WatchList(Schema):
    certificates: list[Watched]


@router.get(
    "/organisation/certificates",
    summary="How the certificates on the watch-list stand",
    response=WatchList,
    auth=Key("certificates.read"),
)
def watched(request: HttpRequest) -> HttpResponse:
    """Scope `certificates.read`. What is told rests on the holder's consent, and ends with it."""
    organisation_id = request.auth.organisation_id  # type: ignore[attr-defined]  # set by Key
    rows = watches.of_employers(organisation_ids=[organisation_id], at=clock.now())
    answer = JsonResponse({"certificates": [_told(row) for row in rows]})
    answer["Cache-Control"] = "no-store"
    return answer


def _told(row: watches.WatchView) -> dict[str, str]:
    told = {"number": row.watch.credential.number, "consent": row.watch.state}
    if row.view is None:
        return told
    claims = row.view.edition.claims
    return told | {
        "standing": row.view.standing,
        "holder": row.view.edition.holder_name,
        "level": claims["level"]["title"],
        "expires_on": row.view.edition.expires_on.isoformat(),
    }
