"""Words for what is missing, what bars, and what happened to an application."""

from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from certificates.queries import phrases
from certificates.rules.experience import YEAR

register = template.Library()

HAPPENED = {
    "submit": _("Submitted"),
    "ask": _("More was asked for"),
    "answer": _("Answered"),
    "offer": _("A lower level was offered"),
    "accept": _("Offer accepted, and granted"),
    "decline": _("Offer declined"),
    "withdraw": _("Taken back"),
    "lapse": _("Lapsed without an answer"),
    "waive": _("A requirement was waived"),
    "pay": _("The fee was paid"),
    "grant": _("Granted"),
    "refuse": _("Refused"),
}
register.filter("missing_words", phrases.missing_words)
register.filter("bar_words", phrases.bar_words)
register.filter("code_words", phrases.code_words)


@register.filter
def happened_to_it(event: str) -> str:
    """A line of an application's timeline in words."""
    return str(HAPPENED.get(event, event))


@register.filter
def counted(finding: Any, which: str) -> str:
    """How much of a counted requirement there is (`got`) or has to be (`need`), with its unit."""
    amount = getattr(finding, which)
    if finding.kind == "experience":
        return span(amount)
    if finding.kind == "hours":
        return _("%(hours)s hours") % {"hours": f"{amount:,}"}
    return str(amount)


@register.filter
def span(days: int) -> str:
    """Days as years and days: 800 is 2 years 70 days."""
    years, rest = divmod(days, YEAR)
    parts = []
    if years:
        parts.append(ngettext("%(count)s year", "%(count)s years", years) % {"count": years})
    if rest or not years:
        parts.append(ngettext("%(count)s day", "%(count)s days", rest) % {"count": rest})
    return " ".join(parts)
