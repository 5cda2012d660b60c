"""Words for what is missing, what bars, and what happened to an application."""

from typing import Any

from django import template

from certificates.queries import phrases
from certificates.rules.experience import YEAR

register = template.Library()

HAPPENED = {
    "submit": "Submitted",
    "ask": "More was asked for",
    "answer": "Answered",
    "offer": "A lower level was offered",
    "accept": "Offer accepted, and granted",
    "decline": "Offer declined",
    "withdraw": "Taken back",
    "lapse": "Lapsed without an answer",
    "waive": "A requirement was waived",
    "pay": "The fee was paid",
    "grant": "Granted",
    "refuse": "Refused",
}
register.filter("missing_words", phrases.missing_words)
register.filter("bar_words", phrases.bar_words)
register.filter("code_words", phrases.code_words)


@register.filter
def happened_to_it(event: str) -> str:
    """A line of an application's timeline in words."""
    return HAPPENED.get(event, event)


@register.filter
def counted(finding: Any, which: str) -> str:
    """How much of a counted requirement there is (`got`) or has to be (`need`), with its unit."""
    amount = getattr(finding, which)
    if finding.kind == "experience":
        return span(amount)
    if finding.kind == "hours":
        return f"{amount:,} hours"
    return str(amount)


@register.filter
def span(days: int) -> str:
    """Days as years and days: 800 is 2 years 70 days."""
    years, rest = divmod(days, YEAR)
    parts = [f"{years} year{'' if years == 1 else 's'}" if years else ""]
    parts.append(f"{rest} day{'' if rest == 1 else 's'}" if rest or not years else "")
    return " ".join(part for part in parts if part)
