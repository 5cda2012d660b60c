"""Pictures and times for every page: inline SVG with its words beside it, dates with their zone."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lms.kit import gather, zones
from lms.kit import rosette as seals
from lms.web import moments

register = template.Library()

BarRow = tuple[str, float, float | None]


@register.simple_tag
def rosette(digest: str, size: int = 240, layers: int | None = None) -> SafeString:
    """The seal of a digest; decorative, so what it stands for must be said in words beside it."""
    return mark_safe(seals.rosette(str(digest), int(size), layers=layers))


@register.simple_tag(takes_context=True)
def current(context: template.Context, prefix: str) -> SafeString:
    """`aria-current` for a link whose pages we are among."""
    request = context.get("request")
    here = request is not None and request.path.startswith(prefix)
    return mark_safe(' aria-current="page"' if here else "")


@register.simple_tag
def account_links() -> list[gather.NavigationLink]:
    """The pages of a person about themselves, from every app that has some."""
    return [link for part in gather.ACCOUNT for link in part.links()]


@register.simple_tag
def organisation_links(slug: str, may: frozenset[str]) -> list[gather.NavigationLink]:
    """The pages about one organisation that somebody with these permissions may see, from every app that has some."""
    return [link for part in gather.ORGANISATION for link in part.links(slug, may)]


@register.inclusion_tag("components/progress_ring.html")
def progress_ring(percent: float, label: str = "") -> dict[str, Any]:
    """How much is done: a ring, the figure, and what it is a part of."""
    whole = max(0, min(100, round(percent)))
    return {"percent": whole, "rest": 100 - whole, "label": label or _("complete")}


@register.inclusion_tag("components/domain_bars.html")
def domain_bars(
    bars: Sequence[BarRow],
    caption: str = "",
    reached: str = "",
) -> dict[str, Any]:
    """Horizontal bars for (label, weight in percent, value in percent or None), and the same as a table.

    Without values a bar is as long as its weight against the heaviest; with values, as what was
    reached of the possible, and the weight stands beside it in words.
    """
    rows = [(label, weight, value) for label, weight, value in bars]
    heaviest = max((float(weight) for _, weight, _ in rows), default=0) or 1
    valued = any(value is not None for _, _, value in rows)
    drawn = [
        {
            "label": label,
            "weight": weight,
            "value": value,
            "length": round(float(value or 0) if valued else float(weight) / heaviest * 100, 1),
        }
        for label, weight, value in rows
    ]
    return {
        "rows": drawn,
        "valued": valued,
        "caption": caption or _("Domains and their weights"),
        "reached": reached or _("Reached"),
    }


@register.simple_tag(takes_context=True)
def local_time(context: template.Context, moment: datetime | None) -> SafeString | str:
    """A moment in the reader's own time zone, with the zone named."""
    if moment is None:
        return ""
    name, zone = zones.zone(_zone_of(context))
    there = timezone.localtime(moment, zone)
    return format_html(
        '<time datetime="{}">{} <span class="zone">({})</span></time>',
        moment.isoformat(timespec="seconds"),
        date_format(there, _("j F Y, H:i")),
        name.replace("_", " "),
    )


@register.simple_tag(takes_context=True)
def both_times(context: template.Context, moment: datetime | None) -> SafeString | str:
    """A moment in the reader's own time zone and in UTC, for what nobody may miss by an hour."""
    if moment is None:
        return ""
    said = moments.words(moment, _zone_of(context))
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(timespec="seconds"), said)


@register.simple_tag(takes_context=True)
def both_spans(context: template.Context, opens_at: datetime, closes_at: datetime) -> str:
    """From when to when, in the reader's own time zone and in UTC."""
    return moments.span_words(opens_at, closes_at, _zone_of(context))


def _zone_of(context: template.Context) -> str:
    request = context.get("request")
    return getattr(getattr(request, "user", None), "time_zone", "") or "UTC"


@register.simple_tag
def of_content() -> SafeString:
    """The language of what content files say, for an element on a page in another: a screen reader changes its voice."""
    spoken = (get_language() or "en").partition("-")[0]
    return mark_safe("" if spoken == "en" else ' lang="en"')


@register.filter
def iso(day: date | datetime | None) -> str:
    """A date as on documents: 2026-11-23."""
    if day is None:
        return ""
    return (day.date() if isinstance(day, datetime) else day).isoformat()
