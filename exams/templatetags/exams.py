"""Texts of exams on a page."""

from datetime import timedelta

from django import template
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

register = template.Library()

# HTML in a text is shown as text, so what an author types can't become markup; pictures and links are off.
_PROSE = MarkdownIt("commonmark", {"html": False}).disable(
    ["image", "link", "autolink", "html_inline", "html_block"]
)


@register.filter
def prose(text: str) -> SafeString:
    """Paragraphs, lists and emphasis of a text in Markdown."""
    return SafeString(_PROSE.render(text))


@register.filter
def duration(amount: timedelta) -> str:
    """A length of time in words: 1 h 5 min, 12 min 30 s, 45 s."""
    seconds = int(amount.total_seconds())
    parts = [(seconds // 3600, "h"), (seconds % 3600 // 60, "min"), (seconds % 60, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
