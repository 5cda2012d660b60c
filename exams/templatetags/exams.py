"""Texts of exams on a page."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, json_script
from django.utils.safestring import SafeString
from markdown_it import MarkdownIt

from exams.models import Entry
from exams.queries import accommodations, scripts

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
def arranged(entry: Entry) -> str:
    """What an accommodation arranges for an entry."""
    return accommodations.pinned_words(entry)


@register.filter
def duration(amount: timedelta) -> str:
    """A length of time in words: 1 h 5 min, 12 min 30 s, 45 s."""
    seconds = int(amount.total_seconds())
    parts = [(seconds // 3600, "h"), (seconds % 3600 // 60, "min"), (seconds % 60, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


@register.simple_tag(takes_context=True)
def to_the_second(context: template.Context, moment: datetime, date: str = "") -> SafeString:
    """A moment of a sitting with its seconds, in the reader's own time zone (name it once with `zone_name`); with
    the day before it where `date` is given."""
    there = timezone.localtime(moment, _zone(context))
    said = date_format(there, "j M, H:i:s" if date else "H:i:s")
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), said)


@register.simple_tag(takes_context=True)
def zone_name(context: template.Context) -> str:
    """The name of the reader's own time zone."""
    return _zone(context).key.replace("_", " ")


@register.simple_tag
def script_words() -> SafeString | str:
    """What the scripts say in the page's language, where that is not English."""
    said = scripts.words()
    return json_script(said, "words") if said else ""


def _zone(context: template.Context) -> ZoneInfo:
    user = getattr(context.get("request"), "user", None)
    try:
        return ZoneInfo(getattr(user, "time_zone", "") or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
