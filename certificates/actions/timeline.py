"""One move of an application: its change row, its trail entry, and the letter to the applicant."""

from collections.abc import Sequence
from datetime import date, datetime

from django.conf import settings
from django.urls import reverse

from certificates.models import Application, ApplicationChange
from lms.accounts import queries as people
from lms.audit import trail
from lms.notifications import outbox

# Moves of which the applicant is told by letter; a grant has a letter of its own.
TOLD = frozenset({"submit", "ask", "offer", "refuse", "lapse"})
_PAST = {
    "submit": "submitted",
    "ask": "asked",
    "answer": "answered",
    "offer": "offered",
    "accept": "accepted",
    "decline": "declined",
    "withdraw": "withdrawn",
    "lapse": "lapsed",
    "waive": "waived",
    "pay": "fee_paid",
    "grant": "granted",
    "refuse": "refused",
}


def note(
    application: Application,
    event: str,
    *,
    before: str,
    at: datetime,
    actor_id: int | None,
    codes: Sequence[str] = (),
    note: str = "",
    answer_by: date | None = None,
    level_id: int | None = None,
    told: bool = True,
) -> None:
    """Leaves the line in the timeline and the trail, inside the caller's transaction, and tells the applicant of
    what they have to know, unless `told` is false. The trail holds no words of people."""
    change = ApplicationChange.objects.create(
        application=application,
        event=event,
        from_state=before,
        to_state=application.state,
        at=at,
        actor_id=actor_id,
        codes=list(codes),
        note=note,
        answer_by=answer_by,
        level_id=level_id,
    )
    trail.record(
        f"certificates.application.{_PAST[event]}",
        subject=f"certificates.application:{application.pk}",
        at=at,
        actor_id=actor_id,
        facts={"by": "officer" if actor_id else "rule", "reasons": list(codes)},
    )
    if told and event in TOLD:
        _tell(application, change)


def _tell(application: Application, change: ApplicationChange) -> None:
    card = people.card(application.person_id)
    outbox.put(
        "certificates.application",
        key=f"certificates.application:{application.pk}:{change.pk}",
        to=card.email,
        person_id=card.id,
        context={
            "name": card.display_name,
            "language": card.language,
            "event": change.event,
            "level": application.level.title,
            "scheme": application.version.data["title"],
            "offered": change.level.title if change.level else "",
            "note": change.note,
            "answer_by": change.answer_by.isoformat() if change.answer_by else "",
            "appeal_days": application.version.data["appeals"]["days"],
            "url": settings.PUBLIC_URL + reverse("certificates:application", args=[application.uuid]),
        },
        at=change.at,
    )
