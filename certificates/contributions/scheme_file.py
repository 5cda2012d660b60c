"""One scheme's file: every key that it may have, and the plain data that is stored of it."""

import re
from typing import Any

from certificates.rules.eligibility import Asks
from lms.kit.content import Node

CODE = re.compile(r"[A-Z0-9]+(-[A-Z0-9]+)*")
AMOUNTS = {
    Asks.EXAM: (),
    Asks.CODE_OF_ETHICS: (),
    Asks.EXPERIENCE: ("years", "field_years"),
    Asks.HOURS: ("hours",),
    Asks.REFERENCES: ("count",),
}
TEXTS = ("key", "title", "profile", "standard", "strapline", "summary", "scope", "design")
LISTS = ("rights", "duties", "is", "is_not")
OTHERS = (
    "code",
    "version",
    "effective_on",
    "issuer",
    "validity_years",
    "grace_days",
    "levels",
    "maintenance",
    "fees",
    "retake",
    "process",
    "code_of_ethics",
)


def scheme(node: Node) -> dict[str, Any]:
    """The scheme in a file as plain data; every fault is noted in the file's problems."""
    node.only(*TEXTS, *LISTS, *OTHERS)
    code = node.text("code", most=16)
    if code and not CODE.fullmatch(code):
        node.complain("'code' must be capital letters and digits in groups, such as AIMS-LA", "code")
    effective_on = node.day("effective_on")
    return {
        **{key: node.text(key) for key in TEXTS},
        **{key: list(node.texts(key)) for key in LISTS},
        "code": code,
        "version": node.whole("version", least=1, most=9999),
        "effective_on": effective_on.isoformat() if effective_on else "",
        "issuer": _issuer(node.node("issuer")),
        "validity_years": node.whole("validity_years", least=1, most=10),
        "grace_days": node.whole("grace_days", most=365),
        "levels": _levels(node),
        "maintenance": _maintenance(node.node("maintenance")),
        "fees": [_fee(fee) for fee in node.nodes("fees")],
        "retake": _retake(node.node("retake")),
        "process": [_titled(step) for step in node.nodes("process")],
        "code_of_ethics": _code_of_ethics(node.node("code_of_ethics")),
    }


def _issuer(node: Node) -> dict[str, Any]:
    node.only("name", "role", "signatory")
    signatory = node.node("signatory")
    signatory.only("name", "title")
    return {
        "name": node.text("name", most=120),
        "role": node.text("role", most=120),
        "signatory": {"name": signatory.text("name", most=120), "title": signatory.text("title", most=120)},
    }


def _levels(node: Node) -> list[dict[str, Any]]:
    found = [_level(level) for level in node.nodes("levels")]
    if not found:
        node.complain("a scheme needs a level", "levels")
    for key in ("key", "rank"):
        if len({level[key] for level in found}) < len(found):
            node.complain(f"two levels have the same {key}", "levels")
    return found


def _level(node: Node) -> dict[str, Any]:
    node.only("key", "title", "rank", "decided_by", "cpd_hours", "summary", "requirements")
    decided_by = node.text("decided_by")
    if decided_by not in ("rule", "officer"):
        node.complain("'decided_by' must be rule or officer", "decided_by")
    asked = [_requirement(requirement) for requirement in node.nodes("requirements")]
    kinds = [requirement["kind"] for requirement in asked]
    if not asked or len(set(kinds)) < len(kinds):
        node.complain("a level asks for something, and for each kind of thing once", "requirements")
    return {
        "key": node.text("key", most=40),
        "title": node.text("title", most=120),
        "rank": node.whole("rank", least=1, most=99),
        "decided_by": decided_by,
        "cpd_hours": node.whole("cpd_hours", most=9999),
        "summary": node.text("summary"),
        "requirements": asked,
    }


def _requirement(node: Node) -> dict[str, Any]:
    kind = node.text("kind")
    if kind not in [known.value for known in Asks]:
        node.complain(f"'kind' must be one of {', '.join(known.value for known in Asks)}", "kind")
        return {"kind": kind, "text": "", "amounts": {}}
    names = AMOUNTS[Asks(kind)]
    node.only("kind", "text", *names)
    return {
        "kind": kind,
        "text": node.text("text"),
        "amounts": {name: node.whole(name, least=1, most=99_999) for name in names},
    }


def _maintenance(node: Node) -> dict[str, Any]:
    node.only("text", "sample", "unmet", "categories")
    return {
        "text": node.text("text"),
        "sample": node.text("sample"),
        "unmet": node.text("unmet"),
        "categories": list(node.texts("categories")),
    }


def _fee(node: Node) -> dict[str, Any]:
    node.only("title", "amount", "currency", "note")
    return {
        "title": node.text("title"),
        "amount": node.whole("amount", most=10**9),
        "currency": node.text("currency", most=3),
        "note": node.text("note", ""),
    }


def _retake(node: Node) -> dict[str, Any]:
    node.only("text", "waits_days")
    waits = node.values.get("waits_days")
    if not isinstance(waits, list) or not all(type(days) is int and days >= 0 for days in waits):
        node.complain("'waits_days' must be a list of days, such as [15, 90]", "waits_days")
        waits = []
    return {"text": node.text("text"), "waits_days": waits}


def _titled(node: Node) -> dict[str, Any]:
    node.only("title", "text")
    return {"title": node.text("title"), "text": node.text("text")}


def _code_of_ethics(node: Node) -> dict[str, Any]:
    node.only("version", "title", "preamble", "articles")
    return {
        "version": node.text("version", most=20),
        "title": node.text("title"),
        "preamble": node.text("preamble"),
        "articles": [_titled(article) for article in node.nodes("articles")],
    }
