"""One scheme's file: every key that it may have, and the plain data that is stored of it."""

import re
from collections.abc import Mapping
from datetime import date
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
# What an exam may have to be, beside passed: written down only where it is asked for.
CONDITIONS = {Asks.EXAM: ("invigilated",)}
FEES = ("application", "annual", "renewal")
ROUTES = ("cpd", "exam")
LISTS = ("rights", "duties", "is", "is_not")
OTHERS = (
    "code",
    "version",
    "effective_on",
    "issuer",
    "validity_years",
    "grace_days",
    "levels",
    "applications",
    "appeals",
    "maintenance",
    "renewal",
    "transition",
    "alignment",
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
    levels = _levels(node)
    return {
        **{key: node.text(key) for key in TEXTS},
        **{key: list(node.texts(key)) for key in LISTS},
        "code": code,
        "version": node.whole("version", least=1, most=9999),
        "effective_on": effective_on.isoformat() if effective_on else "",
        "issuer": _issuer(node.node("issuer")),
        "validity_years": node.whole("validity_years", least=1, most=10),
        "grace_days": node.whole("grace_days", most=365),
        "levels": levels,
        "applications": _applications(node.node("applications")),
        "appeals": _appeals(node.node("appeals")),
        "maintenance": _maintenance(node.node("maintenance")),
        "renewal": _renewal(node.node("renewal")),
        "transition": _transition(node.node("transition")) if node.has("transition") else None,
        **({"alignment": _alignment(node.node("alignment"))} if node.has("alignment") else {}),
        "fees": _fees(node, [level["key"] for level in levels]),
        "retake": _retake(node.node("retake")),
        "process": [_titled(step) for step in node.nodes("process")],
        "code_of_ethics": _code_of_ethics(node.node("code_of_ethics")),
    }


def as_written(data: Mapping[str, Any]) -> dict[str, Any]:
    """A version's data as its file has it: what `scheme` reads from the file gives the data again."""
    levels = [
        {
            **level,
            "requirements": [
                {"kind": asked["kind"], "text": asked["text"], **_amounts(asked["amounts"])}
                for asked in level["requirements"]
            ],
        }
        for level in data["levels"]
    ]
    written = {**data, "levels": levels, "effective_on": date.fromisoformat(data["effective_on"])}
    return {key: value for key, value in written.items() if value is not None}


def _amounts(amounts: Mapping[str, int]) -> dict[str, Any]:
    conditions = {name for names in CONDITIONS.values() for name in names}
    return {name: True if name in conditions else count for name, count in amounts.items()}


def _issuer(node: Node) -> dict[str, Any]:
    node.only("name", "role", "signatory", "second_signatory")
    first = _signatory(node.node("signatory"))
    said: dict[str, Any] = {
        "name": node.text("name", most=120),
        "role": node.text("role", most=120),
        "signatory": first,
    }
    if node.has("second_signatory"):
        said["signatories"] = [first, _signatory(node.node("second_signatory"))]
    return said


def _signatory(node: Node) -> dict[str, str]:
    node.only("name", "title")
    return {"name": node.text("name", most=120), "title": node.text("title", most=120)}


def _alignment(node: Node) -> dict[str, Any]:
    """Which parts of the standard the badge names: their codes, with names in our own words."""
    node.only("url", "parts")
    parts = [
        {"code": part.text("code", most=20), "name": part.text("name", most=120)}
        for part in node.nodes("parts")
    ]
    if len({(part["code"], part["name"]) for part in parts}) < len(parts):
        node.complain("an alignment names a part of the standard twice", "parts")
    if not 1 <= len(parts) <= 60:
        node.complain("an alignment names 1 to 60 parts of the standard", "parts")
    return {"url": node.text("url", most=200), "parts": parts}


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
    names, conditions = AMOUNTS[Asks(kind)], CONDITIONS.get(Asks(kind), ())
    node.only("kind", "text", *names, *conditions)
    return {
        "kind": kind,
        "text": node.text("text"),
        "amounts": {name: node.whole(name, least=1, most=99_999) for name in names}
        | {name: 1 for name in conditions if node.values.get(name) is True},
    }


def _applications(node: Node) -> dict[str, Any]:
    node.only("text", "answer_days", "decision_days")
    return {
        "text": node.text("text"),
        "answer_days": node.whole("answer_days", least=1, most=365),
        "decision_days": node.whole("decision_days", least=1, most=365),
    }


def _appeals(node: Node) -> dict[str, Any]:
    node.only("text", "days", "answer_days", "panel")
    return {
        "text": node.text("text"),
        "days": node.whole("days", least=1, most=365),
        "answer_days": node.whole("answer_days", least=1, most=365),
        "panel": node.whole("panel", least=2, most=9),
    }


def _maintenance(node: Node) -> dict[str, Any]:
    node.only(
        "text",
        "sample",
        "unmet",
        "sample_percent",
        "evidence_days",
        "dunning_days",
        "suspend_days",
        "withdraw_days",
        "course_category",
        "categories",
    )
    categories = [_category(category) for category in node.nodes("categories")]
    keys = [category["key"] for category in categories]
    if len(set(keys)) < len(keys):
        node.complain("two categories have the same key", "categories")
    course_category = node.text("course_category", most=40)
    if course_category not in keys:
        node.complain("'course_category' must be the key of a category", "course_category")
    return {
        "text": node.text("text"),
        "sample": node.text("sample"),
        "unmet": node.text("unmet"),
        "sample_percent": node.whole("sample_percent", most=100),
        "evidence_days": node.whole("evidence_days", least=1, most=365),
        "dunning_days": _days(node, "dunning_days"),
        "suspend_days": node.whole("suspend_days", least=1, most=365),
        "withdraw_days": node.whole("withdraw_days", least=1, most=730),
        "course_category": course_category,
        "categories": categories,
    }


def _category(node: Node) -> dict[str, Any]:
    node.only("key", "title", "most_hours")
    return {
        "key": node.text("key", most=40),
        "title": node.text("title", most=120),
        "most_hours": node.whole("most_hours", most=9999),
    }


def _renewal(node: Node) -> dict[str, Any]:
    node.only("text", "routes", "exam_days")
    routes = list(node.texts("routes"))
    if not routes or not set(routes) <= set(ROUTES):
        node.complain(f"'routes' must be some of {', '.join(ROUTES)}", "routes")
    return {
        "text": node.text("text"),
        "routes": routes,
        "exam_days": node.whole("exam_days", least=1, most=1096),
    }


def _transition(node: Node) -> dict[str, Any]:
    node.only("text", "former_days")
    return {"text": node.text("text"), "former_days": node.whole("former_days", most=1096)}


def _fees(node: Node, level_keys: list[str]) -> list[dict[str, Any]]:
    found = [_fee(fee, level_keys) for fee in node.nodes("fees")]
    charged = [(fee["key"], level) for fee in found for level in fee["levels"]]
    if len(set(charged)) < len(charged):
        node.complain("a level has two fees of the same key", "fees")
    return found


def _fee(node: Node, level_keys: list[str]) -> dict[str, Any]:
    node.only("key", "levels", "title", "amount", "currency", "note")
    key, levels = node.text("key"), list(node.texts("levels"))
    if key not in FEES:
        node.complain(f"'key' must be one of {', '.join(FEES)}", "key")
    if not set(levels) <= set(level_keys):
        node.complain("'levels' must be keys of levels of this scheme", "levels")
    return {
        "key": key,
        "levels": levels,
        "title": node.text("title"),
        "amount": node.whole("amount", most=10**9),
        "currency": node.text("currency", most=3),
        "note": node.text("note", ""),
    }


def _retake(node: Node) -> dict[str, Any]:
    node.only("text", "waits_days")
    return {"text": node.text("text"), "waits_days": _days(node, "waits_days")}


def _days(node: Node, key: str) -> list[int]:
    days = node.values.get(key)
    if not isinstance(days, list) or not all(type(count) is int and count >= 0 for count in days):
        node.complain(f"'{key}' must be a list of days, such as [15, 90]", key)
        return []
    return days


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
