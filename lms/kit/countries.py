"""Countries by their two letters (ISO 3166-1), with their usual English names."""

import functools
from importlib import resources


@functools.cache
def names() -> dict[str, str]:
    """Every country, by its letters, in the order of the names. Source: the tz database's iso3166.tab."""
    text = resources.files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    return dict(sorted(((code, name) for code, name in rows), key=lambda row: row[1]))


def name(code: str) -> str:
    """The country's name; empty for a code that there is none of."""
    return names().get(code, "")
