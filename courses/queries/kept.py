"""The files that lessons hold, as the page editor keeps them, by names that tell their content."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath
from typing import Any

from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from courses.models import Passage
from courses.rules.library import media
from courses.rules.library.texts import Block, LessonText


def named(lesson: LessonText) -> LessonText:
    """A lesson whose blocks name pictures, films, other files and passages by what is in them, where the page editor has
    ids; `media` has the rows of these files. As many statements as there are kinds of files in it, three at most."""
    images = _rows(get_image_model(), _ids(lesson.body, {"image"}))
    documents = _rows(get_document_model(), _ids(lesson.body, {"video", "captions", "document"}))
    found: dict[str, Any] = {}

    def name(kind: str, pk: Any) -> str:
        row = (images if kind == "image" else documents).get(pk)
        if row is None:
            return str(pk)  # deleted since: its file will name what is missing
        said = media.named(row.get_file_hash(), PurePath(row.file.name).suffix)
        found[said] = row
        return said

    body = media.renamed(lesson.body, name)
    return replace(lesson, body=_with_passages(body), media=found)


def _with_passages(body: tuple[Block, ...]) -> tuple[Block, ...]:
    ids = {block["value"]["passage"] for block in body if block["type"] == "passage"}
    if not ids:
        return body
    keys = dict(Passage.objects.filter(pk__in=ids).values_list("pk", "key"))
    return tuple(
        {**block, "value": {"passage": keys[block["value"]["passage"]]}}
        if block["type"] == "passage"
        else block
        for block in body
    )


def _ids(body: Iterable[Block], kinds: set[str]) -> set[int]:
    return {
        block["value"][kind]
        for block in body
        if block["type"] in media.HELD
        for kind in media.HELD[block["type"]]
        if kind in kinds
    }


def _rows(model: Any, ids: set[int]) -> dict[int, Any]:
    return dict(model.objects.in_bulk(list(ids))) if ids else {}
