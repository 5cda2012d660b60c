"""The files of the library written: lessons as text, the others as what their YAML says."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from courses.rules.library import markdown, prose
from courses.rules.library.frameworks import CLAUSE, CONTROL, OBJECTIVE
from courses.rules.library.texts import (
    Block,
    ClauseText,
    CourseText,
    CourseWordsText,
    FrameworkText,
    GlossaryText,
    GlossaryWordsText,
    LessonText,
    ModuleText,
    PassageText,
    ProfileText,
    TermText,
    TranslationText,
)
from lms.kit.content import Problems
from lms.kit.writing import Line, Long, Row, markdown_text, straight, yaml_text


def lesson(text: LessonText) -> str:
    """The file that `lessons.read` reads as this lesson."""
    front: dict[str, Any] = {"key": text.key, "title": typed(text.title), "minutes": text.minutes}
    front["clauses"] = Row(text.clauses)
    if text.controls:
        front["controls"] = Row(text.controls)
    front["outcomes"] = [*map(typed, text.outcomes)]
    if text.references:
        front["references"] = [*map(typed, text.references)]
    if text.sample:
        front["sample"] = True
    if text.checked_on and text.review_by:
        front |= {"checked_on": text.checked_on, "review_by": text.review_by}
    return markdown_text(front, "\n\n".join(_pieces(text.body)))


def translation(text: TranslationText) -> str:
    """The file that `translations.read` reads as this translation."""
    front: dict[str, Any] = {"key": text.key, "translates": text.translates, "title": typed(text.title)}
    front["outcomes"] = [*map(typed, text.outcomes)]
    if text.references:
        front["references"] = [*map(typed, text.references)]
    return markdown_text(front, "\n\n".join(_pieces(text.body)))


def passage(text: PassageText) -> str:
    """The file that `passages.read` reads as this passage."""
    return markdown_text({"key": text.key, "title": typed(text.title)}, _prose(text.text))


def _pieces(body: Iterable[Block]) -> Iterator[str]:
    for block in body:
        piece = _piece(block["type"], block["value"])
        if piece:
            yield piece


def _piece(kind: str, value: Any) -> str:
    if writer := _WRITERS.get(kind):
        return writer(value)
    title = typed(value["title"])
    text = _table(value["table"]) if kind == "table" else _prose(value["text"])
    if kind == "misconception":
        title = f'"{title}"'
    elif value.get("minutes"):
        title = f"{title} ({value['minutes']} minute{'' if value['minutes'] == 1 else 's'})"
    return f"::: {kind} {title}\n{text}\n:::"


def _columns(value: Any) -> str:
    columns = [one["value"] for one in value["columns"]]
    parts = [f"### {typed(one['title'])}\n\n{_prose(one['text'])}" for one in columns]
    return "\n".join(["::: columns", "\n\n".join(parts), ":::"])


def _figure(value: Any) -> str:
    caption = {"caption": typed(value["caption"])} if value["caption"] else {}
    said = {"image": str(value["image"]), **caption}
    return f"::: figure {typed(value['alternative'])}\n{yaml_text(said)}:::"


def _video(value: Any) -> str:
    files = yaml_text({"video": str(value["video"]), "captions": str(value["captions"])})
    return f"::: video {typed(value['title'])}\n{files}\n{_prose(value['transcript'])}\n:::"


def _download(value: Any) -> str:
    return f"::: download {typed(value['title'])}\n{yaml_text({'document': str(value['document'])})}:::"


def _reference(value: Any) -> str:
    address = yaml_text({"url": value["url"]}) if value["url"] else ""
    return f"::: reference {typed(value['text'])}\n{address}:::"


def _clauses(value: Any) -> str:
    refs = ", ".join(one["value"] for one in value["refs"])
    return f"::: clauses {refs}\n{_prose(value['text'])}\n:::"


def typed(text: str) -> str:
    """The text as somebody would type it, where reading makes the same of it."""
    plain = straight(text)
    return plain if prose.curly(plain) == text else text


def _prose(html: str) -> str:
    text = markdown.of(html)
    plain = straight(text)
    return plain if _read(plain) == _read(text) else text


def _cell(html: str) -> str:
    text = markdown.of_cell(html)
    plain = straight(text)
    return plain if _read(plain) == _read(text) else text


def _read(text: str) -> str:
    return prose.html(text, Path(), 1, Problems())


def _table(table: dict[str, Any]) -> str:
    heads = [_cell(_escaped(column["heading"])) for column in table["columns"]]
    rows = [[_cell(cell) for cell in row["values"]] for row in table["rows"]]
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(heads), *lines[1:]])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _check(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "key": value["key"],
        "kind": value["kind"],
        "question": typed(value["question"]),
        "options": [_option(option["value"]) for option in value["options"]],
    }


def _check_block(value: dict[str, Any]) -> str:
    return f"::: check\n{yaml_text(_check(value))}:::"


def _option(value: dict[str, Any]) -> dict[str, Any]:
    right = {"right": True} if value["right"] else {}
    return {"text": typed(value["text"]), **right, "why": typed(value["why"])}


_WRITERS: dict[str, Callable[[Any], str]] = {
    "text": _prose,
    "check": _check_block,
    "columns": _columns,
    "figure": _figure,
    "video": _video,
    "download": _download,
    "reference": _reference,
    "clauses": _clauses,
    "term": lambda value: f"::: term {value['term']}\n:::",
    "passage": lambda value: f"::: passage {value['passage']}\n:::",
}


def framework(text: FrameworkText) -> dict[str, Any]:
    """What the file of a framework says."""
    rows = {kind: [row for row in text.clauses if row.kind == kind] for kind in (CLAUSE, OBJECTIVE, CONTROL)}
    return {
        "key": text.key,
        "title": text.title,
        "edition": text.edition,
        "clauses": [_clause(row, "parent") for row in rows[CLAUSE]],
        "objectives": [_clause(row, "parent") for row in rows[OBJECTIVE]],
        "controls": [_clause(row, "objective") for row in rows[CONTROL]],
        "annex_c_objectives": list(text.objectives),
        "annex_c_risk_sources": list(text.risk_sources),
    }


def _clause(row: ClauseText, parent: str) -> Line:
    return Line(ref=row.ref, title=typed(row.title), **({parent: row.parent} if row.parent else {}))


def profile(text: ProfileText) -> dict[str, Any]:
    """What the file of a profile says."""
    domains = [
        {"number": row.number, "key": row.key, "title": typed(row.title), "weight": row.weight}
        | ({"summary": typed(row.summary)} if row.summary else {})
        for row in text.domains
    ]
    return {"key": text.key, "title": text.title, "framework": text.framework, "domains": domains}


def glossary(text: GlossaryText, controls: Collection[str]) -> dict[str, Any]:
    """What the file of a glossary says; `controls` are the references that are controls."""
    head = {
        "key": text.key,
        "framework": text.framework,
        "title": typed(text.title),
        "language": text.language,
    }
    return {**head, "terms": [_term(row, controls) for row in text.terms]}


def _term(row: TermText, controls: Collection[str]) -> dict[str, Any]:
    return {
        "key": row.key,
        "term": typed(row.term),
        **({"also": [*map(typed, row.also)]} if row.also else {}),
        "text": Long(typed(row.text)),
        **_named("clauses", [ref for ref in row.refs if ref not in controls]),
        **_named("controls", [ref for ref in row.refs if ref in controls]),
        **_named("see", list(row.see)),
    }


def glossary_words(text: GlossaryWordsText) -> dict[str, Any]:
    """What the file of a glossary in another language says."""
    return {
        "key": text.key,
        "terms": [
            {
                "key": row.key,
                "translates": row.translates,
                "term": typed(row.term),
                **({"also": [*map(typed, row.also)]} if row.also else {}),
                "text": Long(typed(row.text)),
            }
            for row in text.terms
        ],
    }


def course_words(text: CourseWordsText) -> dict[str, Any]:
    """What the file of a course in another language says."""
    return {
        "key": text.key,
        "translates": text.translates,
        "title": typed(text.title),
        "strapline": typed(text.strapline),
        "summary": Long(typed(text.summary)),
        "modules": [
            {"key": row.key, "title": typed(row.title), "summary": Long(typed(row.summary))}
            for row in text.modules
        ],
    }


def _named(name: str, refs: list[str]) -> dict[str, Any]:
    return {name: Row(refs)} if refs else {}


def course(text: CourseText, folders: Mapping[str, str]) -> dict[str, Any]:
    """What the file of a course says. `folders` are where the lessons of its modules lie, by their keys."""
    return {
        "key": text.key,
        "order": text.order,
        "title": typed(text.title),
        "strapline": typed(text.strapline),
        "profile": text.profile,
        "scheme": text.scheme,
        "days": text.days,
        "cpd_hours": text.cpd_hours,
        "price": Line(amount=text.amount, currency=text.currency),
        "summary": Long(typed(text.summary)),
        "outcomes": [*map(typed, text.outcomes)],
        "audience": [*map(typed, text.audience)],
        "prerequisites": [*map(typed, text.prerequisites)],
        "day_plan": [{"title": typed(day.title), "text": typed(day.text)} for day in text.day_plan],
        "modules": [_module(row, folders.get(row.key, "")) for row in text.modules],
    }


def _module(row: ModuleText, folder: str) -> dict[str, Any]:
    return {
        "key": row.key,
        "number": row.number,
        "domain": row.domain,
        "title": typed(row.title),
        "summary": typed(row.summary),
        **({"folder": folder} if folder else {}),
        **({"lessons": [*map(typed, row.planned)]} if row.planned else {}),
    }
