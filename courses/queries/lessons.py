"""A lesson, ready to be read."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Cast
from django.utils.html import escape
from wagtail.models import Revision
from wagtail.rich_text import expand_db_html

from courses.models import LessonPage, LessonRecord, Sco, languages
from courses.queries import meanings
from courses.rules import lessons, terms
from courses.rules.checks import Check, Option
from courses.rules.lessons import Heading, Lesson, Part
from courses.rules.outlines import LessonEntry

_TEXTS = ("body", "outcomes", "references")
_KEY = re.compile(r' data-block-key="[^"]*"')


@dataclass(frozen=True)
class Ref:
    """A clause or control as a chip shows it."""

    ref: str
    title: str
    kind: str


def page(page_id: int) -> LessonPage | None:
    """The published lesson, or None. One statement."""
    return LessonPage.objects.live().filter(pk=page_id).first()


def translated(lesson: LessonPage, language: str) -> LessonPage | None:
    """A published lesson in the words of its translation as it is today, or None. One statement."""
    rows = LessonPage.objects.translations().live().filter(translation_key=lesson.translation_key)
    found = rows.filter(locale__language_code=language).first()
    return _in_words_of(lesson, found, language) if found else None


@dataclass(frozen=True)
class Editions:
    """A lesson as a learner began it, and as it is published today: one and the same where they are no different, or where
    the revision they began is kept no longer. Both in `language`, which is empty where they are the original's.

    `stale` says that the original says something else than what was translated. `revision` and `translation` are
    what is published today of both, which becomes the learner's edition when they open the lesson first.
    """

    mine: LessonPage
    today: LessonPage
    language: str = ""
    stale: bool = False
    translation: int | None = None
    begun: int | None = None  # the revision of this translation that the learner began

    @property
    def revision(self) -> int | None:
        return self.today.live_revision_id  # type: ignore[no-any-return]  # Wagtail has no types

    @property
    def newer(self) -> LessonPage | None:
        """What is published today, where that is not what the learner reads."""
        return None if self.mine is self.today else self.today


def editions(page_id: int, enrolment_id: int, language: str = "") -> Editions | None:
    """The lesson for the learner of an enrolment, in a language where it is translated into that. None where it is not
    published. One statement, in whatever language."""
    record = LessonRecord.objects.filter(enrolment=enrolment_id)
    begun = record.filter(lesson_key=OuterRef("key")).exclude(revision=OuterRef("live_revision"))
    there = record.filter(translation__object_id=Cast(OuterRef("pk"), CharField()))
    here = LessonPage.objects.filter(pk=page_id)
    then = Revision.objects.filter(pk=OuterRef("from_revision")).exclude(pk__in=here.values("live_revision"))
    wanted = Q(pk=page_id)
    if language:
        wanted |= Q(locale__language_code=language, translation_key__in=here.values("translation_key"))
    rows = (
        LessonPage.objects.live()
        .filter(wanted)
        .annotate(
            begun=Subquery(begun.values("revision__content")[:1]),
            runs=Exists(Sco.objects.filter(lesson=OuterRef("pk"))),
            begun_there=Subquery(
                there.exclude(translation=OuterRef("live_revision")).values("translation__content")[:1]
            ),
            begun_as=Subquery(there.values("translation")[:1]),
            then=Subquery(then.values("content")[:1]),
        )
    )
    by_id = {row.pk: row for row in rows}
    today = by_id.pop(page_id, None)
    if today is None:
        return None
    translated = next(iter(by_id.values()), None)
    return _translated(today, translated, language) if translated else _original(today)


def _original(today: LessonPage) -> Editions:
    mine = as_of(today, today.begun) if today.begun else today
    return Editions(mine if differs(mine, today) else today, today)


def _translated(original: LessonPage, there: LessonPage, language: str) -> Editions:
    today = _in_words_of(original, there, language)
    mine = today
    if there.begun_there:
        mine = _in_words_of(original, as_of(there, there.begun_there), language)
    return Editions(
        mine if differs(mine, today) else today,
        today,
        language,
        stale=is_stale(original, there, there.then),
        translation=there.live_revision_id,
        begun=there.begun_as,
    )


def is_stale(original: LessonPage, translation: LessonPage, then: Mapping[str, Any] | None) -> bool:
    """Whether the original says something else than what was translated. `then` is the content of the revision that was
    translated, where it is another than is published, and kept."""
    if translation.from_revision == original.live_revision_id:
        return False
    return then is None or differs(as_of(original, then), original) or then["title"] != original.title


def _in_words_of(original: LessonPage, translation: LessonPage, language: str) -> LessonPage:
    """The lesson in the words of its translation. What stands around the text is the original's."""
    made = copy(original)
    made.spoken = language
    for name in ("title", "last_published_at", *_TEXTS):
        setattr(made, name, getattr(translation, name))
    return made


def as_of(today: LessonPage, content: Mapping[str, Any]) -> LessonPage:
    """The lesson with the text of a revision. What stands around the text (title, time, clauses) is
    today's; Wagtail's own way back costs six statements."""
    mine = copy(today)
    for name in _TEXTS:
        setattr(mine, name, LessonPage._meta.get_field(name).to_python(content[name]))
    return mine


def differs(one: LessonPage, other: LessonPage) -> bool:
    """Whether a learner would read something else in two editions of a lesson. No statement."""
    if one is other:
        return False
    return any(
        getattr(one, name).get_prep_value() != getattr(other, name).get_prep_value() for name in _TEXTS
    )


def languages_of(entries: Iterable[LessonEntry]) -> list[tuple[str, str]]:
    """The languages into which any of these lessons is translated, each with its name. One statement."""
    here = LessonPage.objects.filter(pk__in=[entry.page_id for entry in entries])
    rows = LessonPage.objects.translations().live().filter(translation_key__in=here.values("translation_key"))
    codes = set(rows.values_list("locale__language_code", flat=True))
    return [(code, name) for code, name in languages.TRANSLATED.items() if code in codes]


def refs(lesson: LessonPage) -> tuple[Ref, ...]:
    """The clauses and controls that a lesson teaches, in the order of the standard. One statement."""
    return tuple(Ref(clause.ref, clause.title, clause.kind) for clause in lesson.clauses.all())


def taught(page_ids: Collection[int]) -> dict[int, list[tuple[int, str, str]]]:
    """What each of these lessons teaches: place in the standard, reference, title. One statement."""
    rows = LessonPage.clauses.through.objects.filter(lessonpage__in=page_ids)
    found: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for page_id, *clause in rows.values_list(
        "lessonpage", "clause__position", "clause__ref", "clause__title"
    ):
        found[page_id].append(tuple(clause))
    return found


def reading(lesson: LessonPage) -> Lesson:
    """The lesson's parts in order, with anchors and its list of contents; marked terms are plain words."""
    return terms.explained(_reading(lesson), ())


def explained(lesson: LessonPage) -> Lesson:
    """The same, with what its marked terms mean, in its language where they are translated. One statement, none where no term
    is marked."""
    found = _reading(lesson)
    return terms.explained(found, meanings.of(terms.marked(found), lesson.spoken))


def _reading(lesson: LessonPage) -> Lesson:
    parts: list[Part] = []
    contents: list[Heading] = []
    taken: set[str] = set()
    for block in lesson.body:
        if block.block_type == "text":
            anchor = lessons.anchor_of("part", taken)
            html, headings = lessons.with_anchors(_html(block.value), taken | {anchor})
            parts.append(Part("text", anchor, html=html, block=block.id or ""))
            contents += [heading for heading in headings if heading.level == 2]
            taken |= {heading.anchor for heading in headings}
        else:
            parts.append(replace(_MAKERS[block.block_type](block.value, taken), block=block.id or ""))
        taken.add(parts[-1].anchor)
    return Lesson(tuple(parts), tuple(contents))


def _box(kind: str) -> Callable[[Any, set[str]], Part]:
    def make(value: Any, taken: set[str]) -> Part:
        return Part(
            kind,
            lessons.anchor_of(f"{kind} {value['title']}", taken),
            title=value["title"],
            html=_html(value["text"]),
            minutes=value.get("minutes"),
        )

    return make


def _table(value: Any, taken: set[str]) -> Part:
    table = value["table"]
    return Part(
        "table",
        lessons.anchor_of(f"table {value['title']}", taken),
        title=value["title"],
        headings=tuple(column["heading"] for column in table.columns),
        rows=tuple(tuple(_cell(cell) for cell in row["values"]) for row in table.row_data),
    )


def _cell(value: Any) -> str:
    """A cell of one paragraph needs no paragraph."""
    html = _html(value)
    return html.removeprefix("<p>").removesuffix("</p>") if html.count("<p") == 1 else html


def _html(value: Any) -> str:
    """Prose without the keys that only the page editor needs."""
    return _KEY.sub("", expand_db_html(value.source))


def _figure(value: Any, taken: set[str]) -> Part:
    picture = value["image"].get_rendition("max-1200x1200|format-webp")
    return Part(
        "figure",
        lessons.anchor_of(f"figure {value['caption'] or value['alternative']}", taken),
        title=value["alternative"],
        html=escape(value["caption"]),
        url=picture.url,
        width=picture.width,
        height=picture.height,
    )


def _check(value: Any, taken: set[str]) -> Part:
    options = tuple(
        Option(child.id, child.value["text"], child.value["right"], child.value["why"])
        for child in value["options"].bound_blocks
    )
    check = Check(value["key"], value["kind"], value["question"], options)
    return Part("check", lessons.anchor_of(f"check {check.key}", taken), check=check)


def _reference(value: Any, taken: set[str]) -> Part:
    return Part(
        "reference", lessons.anchor_of(f"see {value['text']}", taken), title=value["text"], url=value["url"]
    )


def _video(value: Any, taken: set[str]) -> Part:
    return Part(
        "video",
        lessons.anchor_of(f"video {value['title']}", taken),
        title=value["title"],
        html=_html(value["transcript"]),
        url=value["video"].url,
        captions=value["captions"].url,
    )


def _download(value: Any, taken: set[str]) -> Part:
    anchor = lessons.anchor_of(f"download {value['title']}", taken)
    return Part("download", anchor, title=value["title"], url=value["document"].url)


def _clauses(value: Any, taken: set[str]) -> Part:
    refs = tuple(str(ref) for ref in value["refs"])
    return Part("clauses", lessons.anchor_of("clauses", taken), headings=refs, html=_html(value["text"]))


def _columns(value: Any, taken: set[str]) -> Part:
    found = list(value["columns"])
    anchor = lessons.anchor_of(f"columns {found[0]['title']}", taken)
    return Part("columns", anchor, rows=tuple((column["title"], _html(column["text"])) for column in found))


def _passage(value: Any, taken: set[str]) -> Part:
    return Part("text", lessons.anchor_of("part", taken), html=_KEY.sub("", expand_db_html(value["text"])))


def _term(value: Any, taken: set[str]) -> Part:
    return Part("term", lessons.anchor_of(f"term {value['term']}", taken), url=value["term"])


_MAKERS: dict[str, Callable[[Any, set[str]], Part]] = {
    "example": _box("example"),
    "misconception": _box("misconception"),
    "exercise": _box("exercise"),
    "callout": _box("callout"),
    "scenario": _box("scenario"),
    "columns": _columns,
    "passage": _passage,
    "term": _term,
    "clauses": _clauses,
    "video": _video,
    "download": _download,
    "table": _table,
    "figure": _figure,
    "check": _check,
    "reference": _reference,
}
