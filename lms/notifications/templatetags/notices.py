"""How many notices wait to be read, for the head of pages."""

from typing import Any

from django import template

from lms.notifications import queries

register = template.Library()


@register.simple_tag
def unread_notices(person: Any) -> int:
    """One statement, for who has signed in; none for anybody else."""
    return queries.unread(person.pk) if getattr(person, "is_authenticated", False) else 0
