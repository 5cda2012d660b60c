"""Letters to holders about what became of their credential."""

from django.conf import settings
from django.urls import reverse

from certificates.models import Credential, CredentialEvent
from certificates.queries.wording import reason_words
from certificates.rules.standing import Happening
from lms.accounts import queries as people
from lms.db import clock
from lms.notifications import outbox


def tell(*, event_id: int) -> None:
    """Puts the letter about an event into the outbox, once."""
    event = CredentialEvent.objects.select_related("credential", "credential__level").get(pk=event_id)
    granted = event.kind == Happening.GRANTED.value
    card = people.card(event.credential.holder_id)
    outbox.put(
        "certificates.granted" if granted else "certificates.standing",
        key=f"certificates.event:{event.pk}",
        to=card.email,
        person_id=card.id,
        context=_context(event, event.credential) | {"name": card.display_name},
        at=clock.now(),
    )


def _context(event: CredentialEvent, credential: Credential) -> dict[str, str]:
    edition = credential.editions.latest("begins_on")
    return {
        "kind": event.kind,
        "title": edition.claims["level"]["title"],
        "scheme": edition.claims["scheme"]["title"],
        "number": credential.number,
        "since": event.effective_at.date().isoformat(),
        "expires_on": edition.expires_on.isoformat(),
        "reason": reason_words(event.kind, event.reason),
        "note": event.public_note,
        "url": settings.PUBLIC_URL + reverse("certificates:credential", args=[credential.number]),
    }
