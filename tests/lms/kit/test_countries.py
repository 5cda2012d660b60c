"""Countries are named in the language of the page."""

import pytest

from lms.kit import countries

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en-gb", ["Germany", "United Kingdom", "Austria", ""]),
        ("de", ["Deutschland", "Vereinigtes Königreich", "Österreich", ""]),
    ],
)
def test_a_country_is_named_in_the_language_of_the_page(language: str, said: list[str]) -> None:
    assert [countries.name(code, language) for code in ("DE", "GB", "AT", "ZZ")] == said


def test_the_same_countries_in_every_language_each_in_its_order() -> None:
    english, german = list(countries.names("en-gb")), list(countries.names("de"))
    assert (len(english), set(english)) == (249, set(german))
    # Ägypten among the A, Österreich before Pakistan.
    assert german.index("AF") < german.index("EG") < german.index("AT") < german.index("PK")
