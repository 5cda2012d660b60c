"""The JSON door to how members learn, for an organisation's own systems."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Field, Router, Schema

from courses.queries import following
from lms.db import clock
from lms.organisations.access import Key

router = Router(tags=["organisations"])


class Learner(Schema):
    person: UUID
    name: str
    course: str
    state: str
    percent: int = Field(description="Of the lessons, those done.")
    last_at: datetime | None = Field(description="When they last studied; null where they have not begun.")


class Learners(Schema):
    learners: list[Learner]


@router.get(
    "/organisation/learning",
    summary="How far members are in their courses",
    response=Learners,
    auth=Key("learning.read"),
)
def learning(request: HttpRequest) -> HttpResponse:
    """Scope `learning.read`. Those members alone who let the organisation see it, for as long as they do."""
    rows = following.of_employer(request.auth.organisation_id, at=clock.now())  # type: ignore[attr-defined]  # set by Key
    told = [
        {
            "person": str(row.person.uuid),
            "name": row.person.display_name,
            "course": row.course_title,
            "state": row.state,
            "percent": row.progress.percent,
            "last_at": row.last_at.isoformat(timespec="seconds") if row.last_at else None,
        }
        for row in rows
    ]
    answer = JsonResponse({"learners": told})
    answer["Cache-Control"] = "no-store"
    return answer
