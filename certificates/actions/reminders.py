"""Reminding holders that the last valid day comes near."""

import itertools
from datetime import UTC, date, datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from certificates.models import Credential, Edition, ReminderSent
from certificates.queries import credentials, upkeep
from certificates.rules import standing, validity
from lms.accounts import queries as people
from lms.db import clock
from lms.kit import zones
from lms.notifications import outbox


def remind() -> None:
    """Sends every reminder that is open today, each once, one transaction for each holder.

    A sweep that missed days sends what it missed; of several open at once only the most urgent goes
    out, and the others are noted as overtaken. Suspended and withdrawn credentials get none, nor does
    one whose holder has a higher level of the scheme in force.
    """
    at = clock.now()
    for edition_id in _near(at.date()):
        with transaction.atomic():
            _remind(edition_id, at)


def _near(on: date) -> list[int]:
    """Newest editions that stand in the window of a reminder which is not told yet: nobody else is locked."""
    newest = (
        Edition.objects.filter(credential=OuterRef("credential"))
        .order_by("-begins_on", "-number")
        .values("pk")[:1]
    )
    open_now = Q()
    # Renewal closes with the grace; the longest that a scheme may set is a year.
    for days, nearer in itertools.pairwise((*validity.REMINDER_DAYS, -367)):
        # A correction keeps the last day of what it corrects: what was told of that day is told.
        told = ReminderSent.objects.filter(
            edition__credential=OuterRef("credential"),
            edition__expires_on=OuterRef("expires_on"),
            days=days,
        )
        first, last = on + timedelta(days=nearer + 1), on + timedelta(days=days)
        open_now |= Q(~Exists(told), expires_on__range=(first, last))
    rows = Edition.objects.filter(open_now, pk=Subquery(newest))
    return list(rows.order_by(F("expires_on")).values_list("pk", flat=True))


def _remind(edition_id: int, at: datetime) -> None:
    edition = Edition.objects.select_related("credential").get(pk=edition_id)
    # Two workers at once: the second waits here and then finds the reminder sent.
    credential = Credential.objects.select_for_update(of=("self",)).get(pk=edition.credential_id)
    same_day = ReminderSent.objects.filter(
        edition__credential=credential, edition__expires_on=edition.expires_on
    )
    told = set(same_day.values_list("days", flat=True))
    days, overtaken = validity.reminder(edition.expires_on, at.date(), told, grace_days=edition.grace_days)
    seen = credentials.view(credential, at)
    if seen is None or seen.answer.standing not in (standing.Standing.VALID, standing.Standing.EXPIRED):
        return
    if upkeep.is_covered(credential, credential.level.rank, on=at.date()):
        return
    ReminderSent.objects.bulk_create(
        ReminderSent(edition=edition, days=passed, sent=False, at=at) for passed in overtaken
    )
    if days is not None:
        ReminderSent.objects.create(edition=edition, days=days, sent=True, at=at)
        _send(edition, credential, days, at)


def _send(edition: Edition, credential: Credential, days: int, at: datetime) -> None:
    card = people.card(credential.holder_id)
    outbox.put(
        "certificates.reminder",
        key=f"certificates.reminder:{edition.pk}:{days}",
        to=card.email,
        person_id=card.id,
        context={
            "name": card.display_name,
            "language": card.language,
            "title": edition.facts["level"]["title"],
            "scheme": edition.facts["scheme"]["title"],
            "number": credential.number,
            "expires_on": edition.expires_on.isoformat(),
            "ends_at": _end_for(card, edition),
            "days_left": validity.days_left(edition.expires_on, at.date()),
            "url": settings.PUBLIC_URL + reverse("certificates:maintenance", args=[credential.number]),
        },
        at=at,
    )


def _end_for(card: people.PersonCard, edition: Edition) -> str:
    """The end of the last valid day where the holder lives, with the zone; in UTC it is midnight."""
    ends_at = datetime.combine(edition.expires_on, time.max, UTC)
    name, zone = zones.zone(card.time_zone)
    there = ends_at.astimezone(zone)
    with translation.override(card.language):
        day = date_format(there, "DATE_FORMAT")
        return f"{day}, {there:%H:%M} ({name.replace('_', ' ')})"
