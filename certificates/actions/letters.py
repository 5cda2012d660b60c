"""Letters to holders about what became of their credential."""

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from certificates.models import Credential, CredentialEvent
from certificates.queries.wording import reason_words
from certificates.rules.standing import Happening
from lms.accounts import queries as people
from lms.db import clock
from lms.notifications import outbox

KINDS = {
    Happening.GRANTED.value: "certificates.granted",
    Happening.RENEWED.value: "certificates.renewed",
    Happening.NAME_CORRECTED.value: "certificates.reissued",
    Happening.SCOPE_REDUCED.value: "certificates.reissued",
}


def tell(*, event_id: int) -> None:
    """Puts the letter about an event into the outbox, once. Of an erasure, and of what was before it, nobody is told by
    letter: the letter would hold what was erased."""
    event = CredentialEvent.objects.select_related("credential", "edition").get(pk=event_id)
    with transaction.atomic():
        # An erasure that came in between has waited, or is seen here.
        Credential.objects.select_for_update(of=("self",)).get(pk=event.credential_id)
        erased = {"kind": Happening.PERSONAL_DATA_ERASED.value, "pk__gte": event.pk}
        if CredentialEvent.objects.filter(credential=event.credential_id, **erased).exists():
            return
        card = people.card(event.credential.holder_id)
        outbox.put(
            KINDS.get(event.kind, "certificates.standing"),
            key=f"certificates.event:{event.pk}",
            to=card.email,
            person_id=card.id,
            context=_context(event) | {"name": card.display_name, "language": card.language},
            at=clock.now(),
        )


def _context(event: CredentialEvent) -> dict[str, str]:
    credential = event.credential
    edition = event.edition or credential.editions.latest("begins_on", "number")
    return {
        "kind": event.kind,
        "title": edition.facts["level"]["title"],
        "scheme": edition.facts["scheme"]["title"],
        "number": credential.number,
        "since": event.effective_at.date().isoformat(),
        "begins_on": edition.begins_on.isoformat(),
        "expires_on": edition.expires_on.isoformat(),
        "scope": edition.facts["scope"],
        "reason": reason_words(event.kind, event.reason),
        "note": event.public_note,
        "url": settings.PUBLIC_URL + reverse("certificates:credential", args=[credential.number]),
    }
