"""Lessons as pages that other programs show. What our own reader knows again is marked by `data-auditorium`."""

import html as entities
import json
from collections.abc import Mapping
from typing import Any

from courses.rules.exchange.markup import OURS
from courses.rules.library.texts import LessonText

STYLE = (
    "body{font:1.05rem/1.6 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}"
    "table{border-collapse:collapse}th,td{border:1px solid #999;padding:.3rem .5rem;text-align:left;vertical-align:top}"
    "caption{text-align:left;font-weight:600}section{border-left:4px solid #999;padding-left:1rem;margin:1.5rem 0}"
    "img{max-width:100%;height:auto}label{display:block;margin:.4rem 0}.why{color:#444}"
)
KNOWN = {"text", "table", "figure", "reference", "check", "example", "misconception", "exercise"}
NAMES = {"example": "Worked example", "misconception": "Misconception", "exercise": "Exercise"}


def page(lesson: LessonText, images: Mapping[str, str], *, up: str = "", script: str = "") -> str:
    """A whole page; `images` are where its pictures lie, by name, `up` leads to the top of the package. With a `script`
    its checks can be answered there."""
    note = entities.escape(json.dumps(_note(lesson), ensure_ascii=False, separators=(",", ":")))
    body = "\n".join(_block(block["type"], block["value"], images, bool(script)) for block in lesson.body)
    run = f'<p><button id="done">Done</button> <span id="state" role="status"></span></p><script src="{up}{script}"></script>'
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>{_text(lesson.title)}</title>'
        f'<meta name="auditorium" content="{note}"><style>{STYLE}</style></head>\n<body>\n<h1>{_text(lesson.title)}</h1>\n'
        f"{_front(lesson)}{body}\n{run if script else ''}</body></html>\n"
    )


def _note(lesson: LessonText) -> dict[str, Any]:
    """What stands around the text and has no place of its own in a page."""
    said: dict[str, Any] = {
        "key": lesson.key, "minutes": lesson.minutes, "clauses": lesson.clauses, "controls": lesson.controls,
        "outcomes": lesson.outcomes, "references": lesson.references, "sample": lesson.sample,
    }  # fmt: skip
    if lesson.checked_on and lesson.review_by:
        said |= {"checked_on": lesson.checked_on.isoformat(), "review_by": lesson.review_by.isoformat()}
    return said


def _front(lesson: LessonText) -> str:
    lines = "".join(f"<li>{_text(one)}</li>" for one in lesson.outcomes)
    refs = ", ".join(lesson.refs)
    told = [
        f"<p>About {lesson.minutes} minutes.{f' Clauses and controls: {_text(refs)}.' if refs else ''}</p>"
    ]
    told += [f"<p>Afterwards you can:</p><ul>{lines}</ul>"] if lines else []
    return f'<section {OURS}="front">{"".join(told)}</section>\n'


def _block(kind: str, value: Any, images: Mapping[str, str], answered: bool) -> str:
    if kind == "text":
        return str(value)
    if kind in NAMES:
        minutes = f' data-minutes="{value["minutes"]}"' if value.get("minutes") else ""
        return (
            f'<section {OURS}="{kind}"{minutes} aria-label="{NAMES[kind]}"><h2>{_text(value["title"])}</h2>'
            f"{value['text']}</section>"
        )
    if kind == "table":
        return _table(value)
    if kind == "figure":
        caption = f"<figcaption>{_text(value['caption'])}</figcaption>" if value["caption"] else ""
        source, said = images[str(value["image"])], entities.escape(value["alternative"])
        return f'<figure><img src="{entities.escape(source)}" alt="{said}">{caption}</figure>'
    if kind == "reference":
        words = _text(value["text"])
        link = (
            f'<a href="{entities.escape(value["url"])}">{words}</a>'
            if value["url"]
            else f"<span>{words}</span>"
        )
        return f'<section {OURS}="reference"><p>{link}</p></section>'
    if kind == "check":
        return _check(value) if answered else _check_elsewhere(value)
    return _other(value)


def _other(value: Any) -> str:
    """A kind of block that only the page editor has: its words, where it has any."""
    said = value.get("text", "") if isinstance(value, dict) else ""
    title = f"<h3>{_text(str(value['title']))}</h3>" if said and value.get("title") else ""
    return f"<div>{title}{said}</div>" if said else ""


def _table(value: Any) -> str:
    heads = "".join(f'<th scope="col">{_text(one["heading"])}</th>' for one in value["table"]["columns"])
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row['values'])}</tr>" for row in value["table"]["rows"]
    )
    return f"<table><caption>{_text(value['title'])}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _check_elsewhere(value: Any) -> str:
    return (
        f'<section {OURS}="check" data-check="{entities.escape(value["key"])}">'
        f"<p>{_text(value['question'])} <small>Answer it in the test beside this page.</small></p></section>"
    )


def _check(value: Any) -> str:
    kind = "radio" if value["kind"] == "single" else "checkbox"
    name = entities.escape(value["key"])
    rows = "".join(
        f'<label><input type="{kind}" name="{name}" data-right="{int(bool(one["value"]["right"]))}"> '
        f'{_text(one["value"]["text"])}</label><p class="why" hidden>{_text(one["value"]["why"])}</p>'
        for one in value["options"]
    )
    return (
        f'<section {OURS}="check" data-check="{name}"><form><fieldset><legend>{_text(value["question"])}</legend>{rows}'
        '</fieldset><button>Mark it</button> <span role="status"></span></form></section>'
    )


def _text(text: str) -> str:
    return entities.escape(text, quote=False)
