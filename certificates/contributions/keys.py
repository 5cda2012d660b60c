"""The keys at the first run, and whether those that sign are there."""

from collections.abc import Sequence
from datetime import timedelta

from django.conf import settings

from certificates.actions import keys
from certificates.documents import vaults
from certificates.queries import keys as queries
from certificates.states import KeyPurpose
from lms.db import clock


def first_run() -> Sequence[str]:
    """Makes every key that is missing, save in production, where somebody makes them on purpose."""
    return () if settings.PRODUCTION else [f"key {made}" for made in keys.ensure(at=clock.now())]


def check() -> str:
    """Says which purposes have no key, one that can't be reached from here, or one whose certificate is about to end: nothing
    is signed for them."""
    active = {purpose: queries.active(purpose) for purpose in KeyPurpose}
    missing = [purpose.value for purpose, key in active.items() if key is None]
    if missing and settings.PRODUCTION:
        return f"Keys are missing ({', '.join(missing)}): run manage.py keys create all."
    try:
        vaults.vault(vaults.chosen())
        for held in filter(None, active.values()):
            vaults.vault(held.vault).reach(held.reference)
    except vaults.Unusable as fault:
        return (
            f"{fault} This machine signs nothing with it, and what was issued verifies as before. Give it the key and its "
            "passphrase again; if it is lost, manage.py keys rotate makes another."
        )
    for purpose in keys.RENEWED:
        key = active[purpose]
        if key and queries.ends_at(key) < clock.now() + timedelta(days=90):
            return f"The certificate of {key.key_id} ends on {queries.ends_at(key):%Y-%m-%d}: run manage.py keys rotate {purpose.value}."
    return ""
