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
    """Says which purposes have no key, or one whose certificate is about to end: nothing is signed for them."""
    missing = [purpose.value for purpose in KeyPurpose if queries.active(purpose) is None]
    if missing and settings.PRODUCTION:
        return f"Keys are missing ({', '.join(missing)}): run manage.py keys create all."
    for purpose in keys.RENEWED:
        key = queries.active(purpose)
        if key and queries.ends_at(key) < clock.now() + timedelta(days=90):
            return f"The certificate of {key.key_id} ends on {queries.ends_at(key):%Y-%m-%d}: run manage.py keys rotate {purpose.value}."
    try:
        vaults.vault(vaults.chosen())
    except vaults.Unusable as fault:
        return str(fault)
    return ""
