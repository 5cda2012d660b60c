"""Moments in the language of the page, in a person's zone and in UTC."""

from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lms.kit import zones


def words(moment: datetime, zone: str) -> str:
    """As `zones.words`, in the language of the page."""
    return zones.words(moment, zone, _phrases())


def span_words(opens_at: datetime, closes_at: datetime, zone: str) -> str:
    """As `zones.span_words`, in the language of the page."""
    return zones.span_words(opens_at, closes_at, zone, _phrases())


def day_words(day: date) -> str:
    return date_format(day, _("j F Y"))


def _phrases() -> zones.Phrases:
    return zones.Phrases(
        day=day_words,
        in_utc=_("%(said)s, which is %(utc)s UTC"),
        span=_("%(first)s to %(last)s"),
        span_of_days=_("%(first)s, to %(last)s"),
    )
