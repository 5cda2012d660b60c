"""What courses and terms are called in other languages."""

from collections.abc import Collection
from dataclasses import dataclass

from courses.models import PageWords, TermWords, languages


@dataclass(frozen=True)
class Said:
    """A course's title, strapline and summary in a language."""

    title: str
    strapline: str
    summary: str


@dataclass(frozen=True)
class TermSaid:
    language: str
    name: str  # of the language
    term: str
    text: str


def of_pages(page_ids: Collection[int], language: str) -> dict[int, Said]:
    """The words of courses in a language, where they are translated into it. One statement, none without a language."""
    if not language or not page_ids:
        return {}
    rows = PageWords.objects.filter(page__in=page_ids, language=language)
    return {row.page_id: Said(row.title, row.strapline, row.summary) for row in rows}


def languages_of(page_ids: Collection[int]) -> list[tuple[str, str]]:
    """The languages into which any of these is translated, each with its name. One statement."""
    codes = set(PageWords.objects.filter(page__in=page_ids).values_list("language", flat=True))
    return [(code, name) for code, name in languages.TRANSLATED.items() if code in codes]


def of_term(key: str) -> tuple[TermSaid, ...]:
    """A term in every other language. One statement."""
    rows = TermWords.objects.filter(term__key=key).order_by("language")
    return tuple(
        TermSaid(row.language, languages.NAMES.get(row.language, ""), row.name, row.text) for row in rows
    )
