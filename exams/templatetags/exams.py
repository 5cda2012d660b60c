"""Texts of exams on a page."""

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
