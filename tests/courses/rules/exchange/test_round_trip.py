"""A course written and read again is the same course, in structure and text."""

import dataclasses
import io
from datetime import date
from typing import Any

import pytest
from PIL import Image

from courses.rules import exchange
from courses.rules.exchange import cartridge_writer, frame, markdown_writer, scorm_writer
from courses.rules.exchange.frame import Standing
from courses.rules.library.lessons import id_of
from courses.rules.library.texts import CourseText
from courses.rules.packages import manifest
from courses.rules.packages.manifest import Standard
from lms.kit.archives import Archive
from tests.factories import courses as make

STANDING = Standing({"standard": make.FRAMEWORK}, {"lead": make.PROFILE}, "lead")


def picture() -> bytes:
    held = io.BytesIO()
    Image.new("RGB", (4, 3), "teal").save(held, "PNG")
    return held.getvalue()


def block(kind: str, value: Any, place: int) -> dict[str, Any]:
    return {"type": kind, "value": value, "id": id_of("all", f"block {place}")}


def table() -> dict[str, Any]:
    columns = [{"type": "text", "heading": head} for head in ("Role", "Decides & “signs”")]
    rows = [{"values": ["<p>Owner</p>", "<p>what is <b>accepted</b></p>"]}, {"values": ["<p>a | b</p>", ""]}]
    return {"title": "Who decides", "table": {"columns": columns, "rows": rows, "caption": ""}}


def whole() -> CourseText:
    body = (
        block(
            "text",
            "<h2>Why &amp; what</h2><p>One <b>bold</b> word, <i>slanted</i>, 2 &lt; 3.</p><ul><li>a</li><li>b</li></ul>",
            0,
        ),
        block("table", table(), 1),
        block(
            "example", {"title": "At Corvane", "text": "<p>They “asked” first.</p><ol><li>One</li></ol>"}, 2
        ),
        block("misconception", {"title": "It’s only software", "text": "<p>No.</p>"}, 3),
        block("exercise", {"title": "Draw it", "minutes": 20, "text": "<p>Draw the boundary.</p>"}, 4),
        block("figure", {"image": "a.png", "alternative": "A line that rises", "caption": "Costs"}, 5),
        block("reference", {"text": "The source", "url": "https://example.org/a?b=1&c=2"}, 6),
        make.check("all", "c1"),
        make.check("all", "c2", kind="multiple", rights=(True, False, True)),
    )
    first = make.lesson(
        "all", body=body, checked_on=date(2026, 1, 2), review_by=date(2027, 1, 2), sample=True
    )
    course = make.course(
        "whole",
        [
            make.module(1, [first, make.lesson("l2", checks=0)]),
            make.module(2, [make.lesson("l3")], planned=["Later"]),
        ],
    )
    return dataclasses.replace(course, title="Risks & “chances”")


@pytest.mark.parametrize(
    ("format", "write"), [("markdown", markdown_writer.write), ("common-cartridge", cartridge_writer.write)]
)
def test_what_leaves_comes_back(format: str, write: Any) -> None:
    images = {"a.png": picture()}
    data = write(whole(), images)
    assert data == write(whole(), images)
    read = exchange.read(data, format, STANDING)
    assert read.refused == ()
    assert [note for note in read.degraded if "price" not in note.reason] == []
    assert frame.digest(read.course, read.images) == frame.digest(whole(), images)
    assert read.course.key == "whole"
    assert [one.key for one in read.course.modules] == ["module-1", "module-2"]


def test_a_word_that_differs_makes_another_digest() -> None:
    images = {"a.png": picture()}
    read = exchange.read(
        cartridge_writer.write(whole(), images).replace(b"x", b"x"), "common-cartridge", STANDING
    )
    module = read.course.modules[1]
    other = dataclasses.replace(module, lessons=(dataclasses.replace(module.lessons[0], title="Another"),))
    changed = dataclasses.replace(read.course, modules=(read.course.modules[0], other))
    assert frame.digest(changed, images) != frame.digest(read.course, images)
    assert frame.digest(whole(), {"a.png": b"another"}) != frame.digest(whole(), images)


def test_of_a_block_that_others_have_not_the_words_leave() -> None:
    callout = block("callout", {"title": "Mind", "text": "<p>The gap.</p>", "kind": "note"}, 0)
    film = block("video", {"url": "https://example.org/"}, 1)
    course = make.course("others", [make.module(1, [make.lesson("l1", body=(callout, film))])])
    read = exchange.read(cartridge_writer.write(course, {}), "common-cartridge", STANDING)
    assert [one["value"] for one in read.course.modules[0].lessons[0].body] == [
        "<h3>Mind</h3><p>The gap.</p>"
    ]


@pytest.mark.parametrize("standard", [Standard.SCORM_12, Standard.SCORM_2004])
def test_a_course_leaves_as_a_package_that_runs(standard: Standard) -> None:
    data = scorm_writer.write(whole(), {"a.png": picture()}, standard)
    read = manifest.read(Archive(data))
    assert (read.standard, read.title, [one.title for one in read.scos]) == (
        standard,
        "Risks & “chances”",
        ["Lesson all", "Lesson l2", "Lesson l3"],
    )
    assert read.degraded == () or standard == Standard.SCORM_2004
    assert all(one.tracks for one in read.scos)
    page = Archive(data).read("lessons/all.html").decode()
    assert page.count("<form>") == 2
