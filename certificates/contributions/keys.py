"""The keys at the first run, and whether those that sign are there."""

from collections.abc import Sequence

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
    """Says which purposes have no key: nothing is signed for them."""
    missing = [purpose.value for purpose in KeyPurpose if queries.active(purpose) is None]
    if missing and settings.PRODUCTION:
        return f"Keys are missing ({', '.join(missing)}): run manage.py keys create all."
    try:
        vaults.vault(vaults.chosen())
    except vaults.Unusable as fault:
        return str(fault)
    return ""
