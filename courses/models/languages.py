"""Originals and their translations: how the pages of one text in several languages are told apart.

A translation is a page of its own in the tree of its language. It has the `translation_key` of its original, and a key
that nobody knows it by: records, answers and addresses hold on to the original.
"""

from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from wagtail.models import Locale
from wagtail.query import PageQuerySet
from wagtail_localize.fields import SynchronizedField

ORIGINAL: str = settings.WAGTAIL_CONTENT_LANGUAGES[0][0]
NAMES: dict[str, str] = dict(settings.WAGTAIL_CONTENT_LANGUAGES)
TRANSLATED = {code: name for code, name in NAMES.items() if code != ORIGINAL}


class Originals(PageQuerySet):  # type: ignore[misc]  # Wagtail has no types
    def originals(self) -> Any:
        """Those that are no translation."""
        return self.filter(locale__language_code=ORIGINAL)

    def translations(self) -> Any:
        """Those that are one."""
        return self.exclude(locale__language_code=ORIGINAL)


class MadeFrom(SynchronizedField):  # type: ignore[misc]  # wagtail-localize has no types
    """With the text of an original, its revision comes into the translation."""

    def __init__(self, field_name: str) -> None:
        super().__init__(field_name, overridable=False)

    def get_field(self, model: Any) -> Any:
        # What wagtail-localize reads of the original under this name and writes to the translation (models/pages.py).
        return SimpleNamespace(attname="said_as_of", name=self.field_name)


def locales() -> QuerySet[Locale]:
    """The languages into which lessons may be translated."""
    found: QuerySet[Locale] = Locale.objects.filter(language_code__in=TRANSLATED)
    return found
