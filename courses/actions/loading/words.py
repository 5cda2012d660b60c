"""Words of courses and terms in other languages, brought to what their files say."""

from collections.abc import Iterable, Mapping
from typing import Any

from courses.actions import revisions
from courses.actions.loading.tally import Tally, differs
from courses.models import Glossary, PageWords, TermWords, languages
from courses.rules.library.texts import CourseText, CourseWordsText, GlossaryText

type Wanted = dict[tuple[int, str], dict[str, Any]]  # values by what has them and the language


def of_courses(texts: Iterable[tuple[CourseText, int, Mapping[str, int]]], tally: Tally) -> None:
    """Makes the words of courses and modules those of their files; what left a file goes. Each course comes with the id of
    its page and those of its modules by their keys. One statement where nothing changed."""
    wanted: Wanted = {}
    pages: set[int] = set()
    for text, page_id, modules in texts:
        pages |= {page_id, *modules.values()}
        for words in text.translations:
            if _is_taken(words, text, tally):
                wanted |= of_pages(words, page_id, modules)
    if pages:
        put_pages(wanted, pages, tally)


def of_pages(words: CourseWordsText, page_id: int, modules: Mapping[str, int]) -> Wanted:
    """The values of a course's page and those of its modules."""
    kept = {"translates": words.translates}
    own = {"title": words.title, "strapline": words.strapline, "summary": words.summary}
    return {
        (page_id, words.language): kept | own,
        **{
            (modules[one.key], words.language): {**kept, "title": one.title, "summary": one.summary}
            for one in words.modules
            if one.key in modules
        },
    }


def put_pages(wanted: Wanted, pages: Iterable[int], tally: Tally) -> None:
    """Makes the words of these pages those that are wanted, and no others."""
    before = tally.created + tally.changed
    rows = {(row.page_id, row.language): row for row in PageWords.objects.filter(page__in=pages)}
    _put(PageWords, "page_id", rows, wanted, tally)
    if tally.created + tally.changed > before:
        revisions.note_change()


def of_glossaries(texts: Iterable[GlossaryText], tally: Tally) -> None:
    """The same of the terms of glossaries."""
    for text in texts:
        glossary = Glossary.objects.get(key=text.key)
        rows = TermWords.objects.filter(term__glossary=glossary)
        found = {(row.term_id, row.language): row for row in rows}
        if not found and not text.translations:
            continue
        ids = dict(glossary.terms.values_list("key", "pk"))
        originals = {one.key: one for one in text.terms}
        wanted: Wanted = {}
        for words in text.translations:
            if words.language not in languages.TRANSLATED:
                tally.notes.append(_unknown(words.path.name, words.language))
                continue
            for one in words.terms:
                if one.translates != originals[one.key].words:
                    tally.notes.append(
                        f"{words.path.name} says an older text of '{one.key}'. When it says the newer, let it have"
                        f" 'translates: {originals[one.key].words}'."
                    )
                wanted[ids[one.key], words.language] = {
                    "translates": one.translates,
                    "name": one.term,
                    "also": list(one.also),
                    "text": one.text,
                }
        _put(TermWords, "term_id", found, wanted, tally)


def _is_taken(words: CourseWordsText, text: CourseText, tally: Tally) -> bool:
    if words.language not in languages.TRANSLATED:
        tally.notes.append(_unknown(words.path.name, words.language))
        return False
    if words.translates != text.words:
        tally.notes.append(
            f"{words.path.name} of '{text.key}' says an older text than course.yaml. When it says the newer, let it have"
            f" 'translates: {text.words}'."
        )
    return True


def _unknown(name: str, language: str) -> str:
    return f"{name} was not loaded: '{language}' is none of the languages here (WAGTAIL_CONTENT_LANGUAGES)."


def _put(model: Any, owner: str, rows: Mapping[Any, Any], wanted: Wanted, tally: Tally) -> None:
    fresh = [
        model(**{owner: pk, "language": lang}, **wanted[pk, lang])
        for pk, lang in wanted
        if (pk, lang) not in rows
    ]
    changed = [row for key, row in rows.items() if key in wanted and differs(row, wanted[key])]
    gone = [row.pk for key, row in rows.items() if key not in wanted]
    model.objects.bulk_create(fresh)
    if changed:
        names = {name for values in wanted.values() for name in values}
        model.objects.bulk_update(changed, sorted(names))
    if gone:
        model.objects.filter(pk__in=gone).delete()
    tally.created += len(fresh)
    tally.changed += len(changed) + len(gone)
    tally.unchanged += len(wanted) - len(fresh) - len(changed)
