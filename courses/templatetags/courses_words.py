"""Words for what rules say in codes."""

from django import template

from courses.documents import tables

register = template.Library()


@register.filter
def sign_words(sign: str) -> str:
    """What speaks for a learner being stuck."""
    return next((words for code, words in tables.SIGNS.items() if code == sign), "")
