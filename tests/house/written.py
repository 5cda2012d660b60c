"""The columns of the house in which people write, for tests that write something of their own there."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from tests.house.addresses import OURS

WRITTEN = frozenset(
    [
        "about",
        "brief",
        "certificate_name",
        "certificate_name_latin",
        "city",
        "comment",
        "company",
        "contact",
        "decision_reason",
        "display_name",
        "evidence",
        "finding",
        "legal_name",
        "name",
        "note",
        "position",
        "public_note",
        "purpose",
        "quote",
        "reason",
        "reasons",
        "reference",
        "request",
        "role",
        "source",
        "statement",
        "strapline",
        "street",
        "subject",
        "summary",
        "task",
        "text",
        "title",
        "where",
    ]
)
# Written in Markdown, and kept as the markup that the loader makes of it.
MARKUP_OF_OURS = {"courses.Case.about", "courses.CaseDocument.text"}


def written(longer_than: int) -> Iterator[tuple[type[models.Model], str]]:
    """Each that holds a text of more characters than that."""
    for label in OURS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.local_fields:
                is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
                is_meant = field.name in WRITTEN and str(field) not in MARKUP_OF_OURS
                if is_text and is_meant and (field.max_length or 99) > longer_than:
                    yield model, field.name
