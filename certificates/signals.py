"""What the register announces."""

from lms.signals import Announcement

badge_naming_changed = Announcement(
    "certificates.badge_naming_changed",
    facts=("credential_id", "at"),
    says="A holder chose whether their badges name them in plain text; the badges that stand are to be signed anew.",
)
badge_signed_anew = Announcement(
    "certificates.badge_signed_anew",
    facts=("edition_id", "digest"),
    says="A badge replaces one that was issued before: documents that carry it are to be made anew.",
)
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
    says="A credential was suspended, reinstated or withdrawn, or its personal data erased.",
)
edition_issued = Announcement(
    "certificates.edition_issued",
    facts=("credential_id", "edition_id", "event_id", "person_id", "kind"),
    says="A credential has a new edition: a renewal, a corrected name or a reduced scope; no document exists yet.",
)
key_compromised = Announcement(
    "certificates.key_compromised",
    facts=("key_id", "purpose"),
    says="Somebody else may have signed with a key; what it signed and is in force has to be issued again.",
)
personal_data_erased = Announcement(
    "certificates.personal_data_erased",
    facts=("credential_id", "person_id", "files", "folders"),
    says="The personal data of a credential was erased; `files` are the names of stored files that must go, `folders` those of which nothing may stay.",
)
