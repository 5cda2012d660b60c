"""Letters to the people who run an organisation."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from lms.accounts import queries as people
from lms.db import clock
from lms.notifications import outbox
from lms.organisations import queries


def tell_of_silenced(*, organisation_id: UUID, endpoint_uuid: UUID, url: str, since: datetime) -> None:
    """Tells every manager of an organisation that one of its addresses is called no more. Once for each time."""
    cards = queries.cards([organisation_id])
    with transaction.atomic():
        for card in people.cards(queries.people_with("organisations.manage", organisation_id)).values():
            outbox.put(
                "organisations.endpoint_silenced",
                key=f"organisations.endpoint:{endpoint_uuid}:{since.isoformat()}:{card.id}",
                to=card.email,
                person_id=card.id,
                context={
                    "name": card.display_name,
                    "organisation": cards[organisation_id].name,
                    "address": url,
                    "url": settings.PUBLIC_URL + reverse("organisations:webhook", args=[endpoint_uuid]),
                },
                at=clock.now(),
            )
