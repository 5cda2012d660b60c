"""An invoice or a credit note as PDF, from what was fixed when it was numbered: the same row gives the same bytes."""

import functools
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string
from django.utils import formats, translation

from lms.billing.models import Document
from lms.billing.rules.numbers import Series
from lms.billing.states import KINDS, Method
from lms.kit import countries
from lms.web import pdf

LANGUAGES = ("en-gb", "de")
_SHEET = Path(__file__).with_name("bill.css")


@dataclass(frozen=True)
class Row:
    title: str
    kind: str
    quantity: int
    net: str
    rate: str
    tax: str
    gross: str


def render(document: Document, language: str) -> bytes:
    """The PDF in one of LANGUAGES, A4 upright."""
    with translation.override(language):
        facts = document.facts
        html = render_to_string("documents/bill.html", _context(document, language))
        return pdf.make(
            html,
            base_url=None,
            language=language.partition("-")[0],
            title=f"{document.printed_number}, {facts['seller']['name']}",
            stylesheets=[_sheet()],
            created_at=document.made_at,
        )


def _context(document: Document, language: str) -> dict[str, Any]:
    facts = document.facts
    currency = facts["currency"]
    sign = -1 if document.series == Series.CREDIT_NOTE else 1
    net = sum(line["net"] for line in facts["lines"])
    tax = sum(line["tax"] for line in facts["lines"])
    return {
        "language": language.partition("-")[0],
        "number": document.printed_number,
        "asks": sign > 0 and net + tax > 0 and facts["method"] == Method.TRANSFER,
        "is_credit": document.series == Series.CREDIT_NOTE,
        "on": _day(facts["on"]),
        "due_on": _day(facts["due_on"]) if facts.get("due_on") else "",
        "against_on": _day(facts["against_on"]) if facts.get("against_on") else "",
        "facts": facts,
        "seller_country": countries.name(facts["seller"]["country"], language),
        "buyer_country": countries.name(facts["buyer"]["country"], language),
        "rows": [_row(line, sign, currency) for line in facts["lines"]],
        "net": amount(sign * net, currency),
        "taxes": [
            (percent(rate), amount(sign * part, currency)) for rate, part in _by_rate(facts["lines"]).items()
        ],
        "gross": amount(sign * (net + tax), currency),
        "off": amount(sum(line["off"] for line in facts["lines"]), currency)
        if any(line["off"] for line in facts["lines"]) and sign > 0
        else "",
    }


def amount(minor: int, currency: str) -> str:
    """The sum as the active language writes it, with the currency's letters: 1,535.10 EUR and 1.535,10 EUR."""
    sign = "\u2212" if minor < 0 else ""
    whole, cents = divmod(abs(minor), 100)
    point, comma = formats.get_format("DECIMAL_SEPARATOR"), formats.get_format("THOUSAND_SEPARATOR")
    return f"{sign}{f'{whole:,}'.replace(',', str(comma))}{point}{cents:02}\u00a0{currency}"


def percent(basis_points: int) -> str:
    return f"{basis_points / 100:g}".replace(".", str(formats.get_format("DECIMAL_SEPARATOR"))) + "\u00a0%"


def _row(line: dict[str, Any], sign: int, currency: str) -> Row:
    return Row(
        title=line["title"],
        kind=str(KINDS.get(line["kind"], line["kind"])) if "kind" in line else "",
        quantity=line["quantity"],
        net=amount(sign * line["net"], currency),
        rate=percent(line["rate"]),
        tax=amount(sign * line["tax"], currency),
        gross=amount(sign * (line["net"] + line["tax"]), currency),
    )


def _by_rate(lines: list[dict[str, Any]]) -> dict[int, int]:
    found: dict[int, int] = {}
    for line in lines:
        if line["rate"]:
            found[line["rate"]] = found.get(line["rate"], 0) + line["tax"]
    return dict(sorted(found.items()))


def _day(text: str) -> str:
    return date.fromisoformat(text).isoformat()


@functools.cache
def _sheet() -> str:
    return _SHEET.read_text(encoding="utf-8")
