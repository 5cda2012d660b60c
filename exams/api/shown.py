"""The JSON door to results, for the systems of an organisation that paid for the sittings."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Query, Router, Schema

from exams.queries import shown_results
from lms.organisations.access import Key

router = Router(tags=["organisations"])


class ShownResult(Schema):
    result: UUID
    person: UUID
    name: str
    exam: str = Field(description="Its key.")
    title: str
    sat_at: datetime
    released_at: datetime
    outcome: str = Field(description="`passed`, `failed`, or `annulled`: it no longer counts.")


class ShownResults(Schema):
    results: list[ShownResult]


@router.get(
    "/organisation/results",
    summary="How the exams ended that its places paid for",
    response=ShownResults,
    auth=Key("results.read"),
)
def results(request: HttpRequest, page: int = Query(1, ge=1, le=10_000)) -> HttpResponse:
    """Scope `results.read`. Released results of sittings that this organisation's places paid for, of those alone who let
    it read them, for as long as they do; 200 on a page, the latest released first. Never a score."""
    rows = shown_results.of_organisation(request.auth.organisation_id, page=page)  # type: ignore[attr-defined]  # set by Key
    told = [
        {
            "result": str(row.result_uuid),
            "person": str(row.person.uuid),
            "name": row.person.display_name,
            "exam": row.exam_key,
            "title": row.exam_title,
            "sat_at": row.sat_at.isoformat(timespec="seconds"),
            "released_at": row.released_at.isoformat(timespec="seconds"),
            "outcome": row.outcome,
        }
        for row in rows
    ]
    answer = JsonResponse({"results": told})
    answer["Cache-Control"] = "no-store"
    return answer
