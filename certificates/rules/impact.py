"""What a changed version of a scheme changes for those who are certified by it."""

from collections.abc import Mapping
from typing import Any

SAID = {
    "validity_years": "Years of validity",
    "grace_days": "Days of grace",
    "maintenance.sample_percent": "Share that is asked for evidence, per cent",
    "maintenance.evidence_days": "Days to send evidence",
    "maintenance.suspend_days": "Days from an unpaid fee to the suspension",
    "maintenance.withdraw_days": "Days from a suspension to the withdrawal",
    "renewal.exam_days": "Days for which an exam counts",
    "code_of_ethics.version": "Version of the code of ethics",
}


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[tuple[str, str, str], ...]:
    """Rules that differ for every holder of a scheme: what it is, as it is, as it would be."""
    return tuple(
        (words, str(_at(old, path)), str(_at(new, path)))
        for path, words in SAID.items()
        if _at(old, path) != _at(new, path)
    )


def level_changes(
    old: Mapping[str, Any], new: Mapping[str, Any], level_key: str
) -> tuple[tuple[str, str, str], ...]:
    """Rules that differ for holders of one level; one that is gone is said to be gone."""
    before, after = _level(old, level_key), _level(new, level_key)
    if not after:
        return (("The level", "is there", "is gone: it can't be renewed"),)
    found = [
        ("Hours in a cycle", before.get("cpd_hours"), after["cpd_hours"]),
        ("Annual fee", _fee(old, level_key), _fee(new, level_key)),
    ]
    return tuple((words, str(was), str(will)) for words, was, will in found if was != will)


def _at(data: Mapping[str, Any], path: str) -> Any:
    found: Any = data
    for key in path.split("."):
        found = found[key]
    return found


def _level(data: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    return next((level for level in data["levels"] if level["key"] == key), {})


def _fee(data: Mapping[str, Any], level_key: str) -> str:
    asked = [
        f"{fee['amount'] / 100:.2f} {fee['currency']}"
        for fee in data["fees"]
        if fee["key"] == "annual" and level_key in fee["levels"] and fee["amount"]
    ]
    return asked[0] if asked else "none"
