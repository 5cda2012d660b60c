"""What a holder shows: the key of the share link, what it hides, and a place in the public register."""

from collections.abc import Collection

from django.db import transaction

from certificates.actions import awards
from certificates.models import Credential, CredentialEvent, Listing
from certificates.queries.verification import HIDEABLE
from certificates.rules.standing import Happening
from certificates.signals import badge_naming_changed, share_key_renewed
from lms.audit import trail
from lms.db import clock


def renew_key(*, number: str, holder_id: int) -> None:
    """Gives the share link and the QR code a new key; the old one shows no more than the number does.

    A new document with the new code follows. Raises Credential.DoesNotExist for anybody else's number.
    """
    at = clock.now()
    with transaction.atomic():
        credential = Credential.objects.select_for_update(of=("self",)).get(
            number=number, holder_id=holder_id
        )
        editions = list(credential.editions.filter(corrected_by__isnull=True).order_by("-number"))
        credential.share_key = awards.new_share_key()
        credential.save(update_fields=["share_key"])
        renewals = credential.events.filter(kind=Happening.SHARE_KEY_RENEWED.value).count()
        CredentialEvent.objects.create(
            credential=credential,
            edition=editions[0],
            kind=Happening.SHARE_KEY_RENEWED.value,
            key=f"share-key:{renewals + 1}",
            effective_at=at,
            recorded_at=at,
            actor_id=holder_id,
        )
        trail.record(
            "certificates.share_key.renewed",
            subject=f"certificates.credential:{credential.pk}",
            at=at,
            actor_id=holder_id,
            facts={"number": number, "renewals": renewals + 1},
        )
        # One that was renewed ahead of its last day has two documents, each with the code on it.
        for edition in editions:
            if edition.expires_on >= at.date():
                share_key_renewed.announce(
                    credential_id=credential.pk, edition_id=edition.pk, renewal=renewals + 1
                )


def show(
    *, number: str, holder_id: int, hidden: Collection[str], listed: bool, country: str, named: bool
) -> None:
    """Sets what the link hides (codes of `HIDEABLE`; others are ignored), whether, and with which country
    (two letters or empty), the credential stands in the public register, and whether its badge names the holder
    in plain text.

    The verification page and the register follow at once; documents are not touched, and where the naming changed,
    badges are signed anew. Raises
    Credential.DoesNotExist for anybody else's number.
    """
    at = clock.now()
    with transaction.atomic():
        credential = Credential.objects.select_for_update(of=("self",)).get(
            number=number, holder_id=holder_id
        )
        renamed = credential.named_badge != named
        credential.hidden, credential.named_badge = sorted(set(hidden) & set(HIDEABLE)), named
        credential.save(update_fields=["hidden", "named_badge"])
        if listed:
            Listing.objects.update_or_create(
                credential=credential,
                defaults={"country": country},
                create_defaults={"country": country, "listed_at": at},
            )
        else:
            Listing.objects.filter(credential=credential).delete()
        trail.record(
            "certificates.sharing.changed",
            subject=f"certificates.credential:{credential.pk}",
            at=at,
            actor_id=holder_id,
            facts={
                "number": number,
                "hidden": credential.hidden,
                "listed": listed,
                "country": country,
                "named": named,
            },
        )
        if renamed:
            badge_naming_changed.announce(credential_id=credential.pk, at=at.isoformat())
