"""Words and pictures for the pages of the register."""

from decimal import Decimal
from typing import Any

from django import template
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from certificates.queries.credentials import CredentialView
from certificates.queries.wording import reason_words, standing_words
from certificates.rules import signatories as signing
from certificates.rules import timeline as rule

register = template.Library()

HAPPENED = {
    "granted": _("Granted"),
    "document_issued": _("Document issued"),
    "share_key_renewed": _("Link renewed"),
    "maintenance_confirmed": _("Maintenance confirmed"),
    "suspended": _("Suspended"),
    "reinstated": _("Reinstated"),
    "withdrawn": _("Withdrawn"),
    "superseded": _("Superseded by a corrected edition"),
    "scope_reduced": _("Scope reduced"),
    "renewed": _("Renewed"),
    "name_corrected": _("Name corrected"),
    "personal_data_erased": _("Personal data erased"),
}


@register.filter
def signatories(issuer: dict[str, Any]) -> Any:
    """Who signed for the institution, each with a name and a title."""
    return signing.of(issuer)


@register.filter
def happened(kind: str) -> str:
    """The word for a kind of event."""
    return str(HAPPENED.get(kind, kind.replace("_", " ").capitalize()))


@register.filter
def reason_of(event: Any) -> str:
    """Why an event happened, in words."""
    return gettext(reason_words(event.kind, event.reason) or " ").strip()


@register.filter
def in_words(label: str) -> str:
    """How a certificate stands, in the language of the page."""
    return standing_words(label)


@register.filter
def look_up(mapping: dict[Any, Any], key: Any) -> Any:
    return mapping.get(key, "")


@register.filter
def money(fee: dict[str, Any]) -> str:
    """An amount in minor units as people write it."""
    whole, part = divmod(int(fee["amount"]), 100)
    if not (whole or part):
        return str(_("free"))
    if (get_language() or "en").startswith("en"):
        return f"{fee['currency']} {whole:,}.{part:02d}"
    return f"{whole:,}".replace(",", ".") + f",{part:02d} {fee['currency']}"


@register.filter
def amount(fee: Any) -> str:
    """What a fee comes to, in its currency."""
    return money({"amount": fee.amount_minor, "currency": fee.currency})


@register.filter
def hours(minutes: int) -> str:
    """Minutes as hours: 90 is `1.5`, 60 is `1`."""
    return f"{Decimal(minutes) / 60:.2f}".rstrip("0").rstrip(".")


@register.inclusion_tag("certificates/_timeline.html")
def expiry_timeline(view: CredentialView) -> dict[str, Any]:
    """The line from grant to expiry, as a picture and as a list of dates."""
    edition = view.edition
    line = rule.of(edition.begins_on, edition.expires_on, view.on, grace_days=edition.grace_days)
    return {
        "line": line,
        "view": view,
        "on": view.on,
        "shown": view.standing in ("valid", "expired", "suspended"),
    }
