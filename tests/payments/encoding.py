"""Form encoding with nested keys, as Stripe reads it: `line_items[0][price_data][currency]=eur`."""

import re
from typing import Any
from urllib.parse import parse_qsl

_KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")


class Garbled(ValueError):
    """A key that no SDK would send."""


def decoded(text: str) -> dict[str, Any]:
    """Nested dictionaries and lists; every leaf is text, as it came."""
    found: dict[str, Any] = {}
    for key, value in parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text)):
        matched = _KEY.match(key)
        if not matched:
            raise Garbled(key)
        parts = [matched[1], *re.findall(r"\[([^\[\]]*)\]", matched[2])]
        place = found
        for part in parts[:-1]:
            place = place.setdefault(part, {})
        place[parts[-1]] = value
    return {key: _lists(value) for key, value in found.items()}


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _lists(one) for key, one in value.items()}
    if inner and all(key.isdigit() for key in inner):
        return [inner[key] for key in sorted(inner, key=int)]
    return inner
