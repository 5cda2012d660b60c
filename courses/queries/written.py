"""What is published, as the texts that files of the library hold."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from wagtail.models import Revision
from wagtail.rich_text import expand_db_html

from courses.models import (
    Clause,
    CoursePage,
    Framework,
    Glossary,
    LessonPage,
    ModulePage,
    PageWords,
    Passage,
    Profile,
    TermWords,
)
from courses.queries import kept
from courses.queries import lessons as published
from courses.rules.library import frameworks as standards
from courses.rules.library import lessons as reading
from courses.rules.library import passages as passages_read
from courses.rules.library import translations, writing
from courses.rules.library.texts import (
    Block,
    ClauseText,
    CourseText,
    CourseWordsText,
    DayText,
    DomainText,
    FrameworkText,
    GlossaryText,
    GlossaryWordsText,
    LessonText,
    ModuleText,
    ModuleWordsText,
    PassageText,
    ProfileText,
    SharedText,
    TermText,
    TermWordsText,
    TranslationText,
)
from lms.billing import queries as billing
from lms.kit.content import Problems

UNKNOWN = "unknown"
RICH = {"example", "misconception", "exercise", "callout", "scenario", "clauses"}


def frameworks() -> list[FrameworkText]:
    return [_framework(row) for row in Framework.objects.prefetch_related("clauses__parent").order_by("key")]


def _framework(row: Framework) -> FrameworkText:
    return FrameworkText(
        key=row.key,
        title=row.title,
        edition=row.edition,
        clauses=tuple(
            ClauseText(clause.ref, clause.title, clause.kind, clause.parent.ref if clause.parent else "")
            for clause in row.clauses.all()
        ),
        objectives=tuple(row.objectives),
        risk_sources=tuple(row.risk_sources),
    )


def profiles() -> list[ProfileText]:
    rows = Profile.objects.select_related("framework").prefetch_related("domains").order_by("key")
    return [
        ProfileText(
            row.key,
            row.title,
            row.framework.key,
            tuple(DomainText(d.number, d.key, d.title, d.weight, d.summary) for d in row.domains.all()),
        )
        for row in rows
    ]


def glossaries() -> list[GlossaryText]:
    rows = Glossary.objects.select_related("framework").order_by("key")
    return [
        GlossaryText(
            row.key, row.title, row.language, row.framework.key, tuple(_terms(row)), tuple(_term_words(row))
        )
        for row in rows
    ]


def _term_words(glossary: Glossary) -> Iterator[GlossaryWordsText]:
    rows = TermWords.objects.filter(term__glossary=glossary).select_related("term")
    for language, found in groupby(rows.order_by("language", "term_id"), lambda row: row.language):
        terms = (
            TermWordsText(row.term.key, row.translates, row.name, tuple(row.also), row.text) for row in found
        )
        path = Path(f"{glossary.key}.{language}.yaml")
        yield GlossaryWordsText(glossary.key, language, tuple(terms), path)


def _terms(glossary: Glossary) -> Iterator[TermText]:
    for row in glossary.terms.prefetch_related("clauses", "see").order_by("pk"):
        see = tuple(other.key for other in row.see.all())
        refs = tuple(clause.ref for clause in row.clauses.all())
        yield TermText(row.key, row.term, tuple(row.also), row.text, refs, see)


def shared() -> list[SharedText]:
    """The modules that courses share, as they are published."""
    rows = ModulePage.objects.originals().live().filter(depth=3).order_by("path")
    return [SharedText(row.key, row.title, "", tuple(lessons_of(row))) for row in rows]


def courses() -> list[CourseText]:
    """The published courses with their modules and lessons, in the order of the catalogue."""
    rows = CoursePage.objects.originals().live().select_related("profile").order_by("path")
    return [course(row, place * 10) for place, row in enumerate(rows, 1)]


def course(page: CoursePage, order: int = 50) -> CourseText:
    """A course as its file says it. Of a place in the catalogue a page knows nothing: it is `order`."""
    offer = billing.offer_of(page.product_key) if page.product_key else None
    rows = list(ModulePage.objects.live().child_of(page).select_related("domain", "shares").order_by("path"))
    return CourseText(
        key=page.key,
        order=order,
        title=page.title,
        strapline=page.strapline,
        summary=page.summary,
        profile=page.profile.key,
        scheme=page.scheme_key,
        days=page.days,
        cpd_hours=page.cpd_hours,
        amount=offer.amount_minor if offer else 0,
        currency=offer.currency if offer else "EUR",
        outcomes=_lines(page.outcomes),
        audience=_lines(page.audience),
        prerequisites=_lines(page.prerequisites),
        day_plan=tuple(DayText(block.value["title"], block.value["text"]) for block in page.day_plan),
        modules=tuple(module(row, number) for number, row in enumerate(rows, 1)),
        translations=tuple(_course_words(page, rows)),
    )


def _course_words(page: CoursePage, modules: Iterable[ModulePage]) -> Iterator[CourseWordsText]:
    keys = {row.pk: row.key for row in modules}
    rows = PageWords.objects.filter(page__in=[page.pk, *keys]).order_by("language")
    for language, found in groupby(rows, lambda row: row.language):
        said = {row.page_id: row for row in found}
        own = said.get(page.pk)
        if own is None:
            continue
        parts = (
            ModuleWordsText(key, said[pk].title, said[pk].summary) for pk, key in keys.items() if pk in said
        )
        yield CourseWordsText(
            key=page.key,
            language=language,
            translates=own.translates,
            title=own.title,
            strapline=own.strapline,
            summary=own.summary,
            modules=tuple(parts),
            path=Path(f"course.{language}.yaml"),
        )


def module(page: ModulePage, number: int) -> ModuleText:
    """A module of a course as its file says it; the number of its domain is 0 where none is chosen."""
    return ModuleText(
        key=page.key,
        number=number,
        domain=page.domain.number if page.domain else 0,
        title=page.title,
        summary=page.summary,
        lessons=() if page.shares else tuple(lessons_of(page)),
        planned=_lines(page.planned),
        shared=page.shares.key if page.shares else "",
    )


def lessons_of(page: ModulePage) -> Iterator[LessonText]:
    """The published lessons of a module, in their order."""
    for row in LessonPage.objects.live().child_of(page).order_by("path"):
        yield with_translations(row)


def lesson(page: LessonPage) -> LessonText:
    """A lesson as its file says it, once written and read again: blocks bear the ids of their places there.

    Its pictures, films and other files have names by their content, and `media` has what the page editor keeps of them.
    """
    said = kept.named(as_it_stands(page))
    path = Path(f"{page.slug}.md")
    again = reading.parse(writing.lesson(said), path, Problems(), figures=True)
    assert again is not None, "front matter that was just written is readable"
    return replace(again, media=said.media)


def with_translations(page: LessonPage) -> LessonText:
    """The same, with its published translations."""
    found = tuple(translation(one, page) for one in translations_of(page))
    return replace(lesson(page), translations=found)


def translation(page: LessonPage, original: LessonPage, known: str = "") -> TranslationText:
    """A translation as its file says it. `known` is the digest of what it translates, where that is kept no longer."""
    then = as_of(original, page.from_revision)
    said = kept.named(as_it_stands(page))
    text = TranslationText(
        key=original.key,
        language=page.locale.language_code,
        translates=lesson(then).words if then else known or UNKNOWN,
        title=said.title,
        outcomes=said.outcomes,
        references=said.references,
        body=said.body,
        path=Path(f"{original.slug}.{page.locale.language_code}.md"),
    )
    here = lesson(original)
    again = translations.parse(writing.translation(text), text.path, here, Problems())
    assert again is not None, "front matter that was just written is readable"
    return replace(again, media=said.media)


def as_of(original: LessonPage, revision_id: int | None) -> LessonPage | None:
    """A lesson with the words that it had in a revision; None where that is kept no longer. One statement at most."""
    if revision_id is not None and revision_id == original.live_revision_id:
        return original
    found = Revision.objects.filter(pk=revision_id).first() if revision_id else None
    if found is None:
        return None
    then = published.as_of(original, found.content)
    then.title = found.content["title"]
    return then


def translations_of(page: LessonPage) -> Iterator[LessonPage]:
    """The published translations of a lesson, in the order of their languages."""
    rows = LessonPage.objects.translations().live().filter(translation_key=page.translation_key)
    yield from rows.select_related("locale").order_by("locale__language_code")


def passages() -> list[PassageText]:
    """The published passages."""
    rows = Passage.objects.filter(live=True).order_by("key")
    return [PassageText(row.key, row.title, passages_read.again(_addressed(row.text))) for row in rows]


def in_order_of(text: LessonText, page: LessonPage) -> LessonText:
    """A lesson as its file says it, its references in the order that `text` has them in: a page keeps none."""
    said = lesson(page)
    if sorted(said.refs) != sorted(text.refs):
        return said
    return replace(said, clauses=text.clauses, controls=text.controls)


def as_it_stands(page: LessonPage) -> LessonText:
    """A lesson with its blocks as the page editor keeps them. A figure's `image` is the id of its picture."""
    refs: list[Clause] = sorted(page.clauses.all(), key=lambda clause: clause.position)
    return LessonText(
        key=page.key,
        title=page.title,
        minutes=page.minutes,
        clauses=tuple(clause.ref for clause in refs if clause.kind != standards.CONTROL),
        controls=tuple(clause.ref for clause in refs if clause.kind == standards.CONTROL),
        outcomes=_lines(page.outcomes),
        references=_lines(page.references),
        sample=page.sample,
        checked_on=page.checked_on,
        review_by=page.review_by,
        body=tuple(map(_block, page.body.get_prep_value())),
        path=Path(f"{page.slug}.md"),
        lines={},
    )


def _block(block: Block) -> Block:
    kind, value = block["type"], block["value"]
    if kind == "text":
        return {**block, "value": _addressed(value)}
    if kind in RICH:
        return {**block, "value": {**value, "text": _addressed(value["text"])}}
    if kind == "video":
        return {**block, "value": {**value, "transcript": _addressed(value["transcript"])}}
    if kind == "columns":
        columns = [
            {**one, "value": {**one["value"], "text": _addressed(one["value"]["text"])}}
            for one in value["columns"]
        ]
        return {**block, "value": {"columns": columns}}
    if kind == "table":
        rows = [{"values": [_addressed(cell) for cell in row["values"]]} for row in value["table"]["rows"]]
        return {**block, "value": {**value, "table": {**value["table"], "rows": rows}}}
    return block


def _addressed(html: str) -> str:
    """The same with addresses in the place of the editor's references to pages."""
    return str(expand_db_html(html))


def _lines(stream: Iterable[Any]) -> tuple[str, ...]:
    return tuple(str(block.value).strip() for block in stream)
