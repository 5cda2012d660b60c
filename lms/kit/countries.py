"""Countries by their two letters (ISO 3166-1), with their usual names in a language."""

import functools
import unicodedata
from importlib import resources

from babel import Locale


@functools.cache
def names(language: str) -> dict[str, str]:
    """Every country, by its letters, in the order of the names in a language such as `de` or `en-gb`. Sources: the tz
    database's iso3166.tab for which there are, Unicode's CLDR for their names."""
    known = Locale.parse(language, sep="-").territories
    return dict(sorted(((code, known[code]) for code in _codes()), key=lambda row: _place(row[1])))


def name(code: str, language: str) -> str:
    """The country's name; empty for a code that there is none of."""
    return names(language).get(code, "")


def _codes() -> list[str]:
    text = resources.files("tzdata").joinpath("zoneinfo/iso3166.tab").read_text(encoding="utf-8")
    return [line.split("\t")[0] for line in text.splitlines() if line and not line.startswith("#")]


def _place(country: str) -> str:
    """Where a name stands among others: Ägypten beside Afghanistan, Österreich under O."""
    return unicodedata.normalize("NFD", country).encode("ascii", "ignore").decode().casefold()
