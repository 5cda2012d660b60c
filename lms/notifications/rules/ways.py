"""Which way a notice goes, and when the digest of a day is due."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from lms.kit.gather import Category

DIGEST_AT = time(7)
BINDING = frozenset({Category.ACCOUNT, Category.RECORD})
CHOSEN = tuple(one for one in Category if one not in BINDING)


class Way(StrEnum):
    AT_ONCE = "at_once"
    DAILY = "daily"
    PAGE = "page"


def way(category: Category, preferences: Mapping[str, str]) -> Way:
    """The reader's choice for what may be chosen; a binding notice goes at once, whatever they chose."""
    if category in BINDING:
        return Way.AT_ONCE
    return Way(preferences.get(category, Way.AT_ONCE))


def digest_due(at: datetime, zone: str) -> datetime:
    """The next seven o'clock in the morning after `at` in a reader's zone. No clock goes forward over it."""
    here = at.astimezone(ZoneInfo(zone))
    due = datetime.combine(here.date(), DIGEST_AT, here.tzinfo)
    if due <= here:
        due = datetime.combine(here.date() + timedelta(days=1), DIGEST_AT, here.tzinfo)
    return due
