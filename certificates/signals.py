"""What the register announces."""

from lms.signals import Announcement

batch_asked = Announcement(
    "certificates.batch_asked",
    facts=("batch_id", "parts"),
    says="An officer asked for the documents of many editions together; they are made in so many parts.",
)
credential_granted = Announcement(
    "certificates.credential_granted",
    facts=("credential_id", "edition_id", "event_id", "person_id"),
    says="A credential stands in the register with its number, dates and digest; no document exists yet.",
)
share_key_renewed = Announcement(
    "certificates.share_key_renewed",
    facts=("credential_id", "edition_id", "renewal"),
    says="The holder renewed the key of the share link; documents printed with the old key show less.",
)
standing_changed = Announcement(
    "certificates.standing_changed",
    facts=("credential_id", "event_id", "kind"),
    says="An officer suspended, reinstated or withdrew a credential.",
)
