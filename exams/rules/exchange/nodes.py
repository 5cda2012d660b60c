"""What a file says of an item, as a node of the library that a kind reads."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lms.kit.content import Node, Problems

# The kinds' readers ask for a rationale. Where a file has none, this stands in and is taken out again.
NO_RATIONALE = "\ufffc no rationale"
WANTING = {
    "options": "why",
    "rows": "why",
    "prompts": "why",
    "steps": "why",
    "gaps": "why",
    "criteria": "looks_for",
}
OF_ITSELF = {"numeric": ("why",), "text": ("why",), "true-false": ("why_true", "why_false")}


def of(said: Mapping[str, Any], line: int, problems: Problems) -> Node:
    """A node of the library with a rationale wherever one is missing."""
    values = dict(said)
    for name in OF_ITSELF.get(str(said.get("kind")), ()):
        values[name] = values.get(name) or NO_RATIONALE
    for name, why in WANTING.items():
        if isinstance(values.get(name), list | tuple):
            values[name] = [
                {**one, why: one.get(why) or NO_RATIONALE} if isinstance(one, Mapping) else one
                for one in values[name]
            ]
    return _dressed(values, line, problems)


def _dressed(value: Mapping[str, Any], line: int, problems: Problems) -> Node:
    return Node(Path(), {str(k): _dress(v, line, problems) for k, v in value.items()}, {}, line, problems)


def _dress(value: Any, line: int, problems: Problems) -> Any:
    if isinstance(value, Mapping):
        return _dressed(value, line, problems)
    if isinstance(value, list | tuple):
        return [_dress(one, line, problems) for one in value]
    return value
