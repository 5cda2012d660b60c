"""A lesson, ready to be read."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from copy import copy
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.utils.html import escape
from wagtail.rich_text import expand_db_html

from courses.models import LessonPage, LessonRecord, Sco
from courses.queries import meanings
from courses.rules import lessons, terms
from courses.rules.checks import Check, Option
from courses.rules.lessons import Heading, Lesson, Part

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


def editions(page_id: int, enrolment_id: int) -> tuple[LessonPage, LessonPage] | None:
    """The lesson as the learner of an enrolment began it, and as it is published today: one and the same
    where they are no different, or where the revision they began is kept no longer. None where it is not
    published. One statement."""
    record = LessonRecord.objects.filter(enrolment=enrolment_id, lesson_key=OuterRef("key"))
    begun = record.exclude(revision=OuterRef("live_revision")).values("revision__content")[:1]
    found = LessonPage.objects.live().filter(pk=page_id)
    runs = Exists(Sco.objects.filter(lesson=OuterRef("pk")))
    today = found.annotate(begun=Subquery(begun), runs=runs).first()
    if today is None:
        return None
    mine = _as_of(today, today.begun) if today.begun else today
    return (mine, today) if differs(mine, today) else (today, today)


def _as_of(today: LessonPage, content: Mapping[str, Any]) -> LessonPage:
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
    """The same, with what its marked terms mean. One statement, none where no term is marked."""
    found = _reading(lesson)
    return terms.explained(found, meanings.of(terms.marked(found)))


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


_MAKERS: dict[str, Callable[[Any, set[str]], Part]] = {
    "example": _box("example"),
    "misconception": _box("misconception"),
    "exercise": _box("exercise"),
    "callout": _box("callout"),
    "scenario": _box("scenario"),
    "columns": _columns,
    "clauses": _clauses,
    "video": _video,
    "download": _download,
    "table": _table,
    "figure": _figure,
    "check": _check,
    "reference": _reference,
}
