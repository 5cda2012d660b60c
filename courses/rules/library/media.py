"""The files that lessons hold: figures, films with their captions, downloads.

They lie beside the lesson, in `media/`, under whatever name. A text names them by what is in them, so that a file which is
renamed changes nothing, and one whose content changes changes its lesson.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from courses.rules.library.directives import Piece
from courses.rules.library.prose import curly, html
from courses.rules.library.texts import Block, LessonText, TranslationText
from lms.kit.content import Problems, parse_yaml

FOLDER = "media"
# The kinds of blocks that hold files, and under which names.
HELD: dict[str, tuple[str, ...]] = {
    "figure": ("image",),
    "video": ("video", "captions"),
    "download": ("document",),
}
ENDINGS = {
    "image": (".png", ".jpg", ".jpeg", ".webp", ".gif"),
    "video": (".mp4", ".webm"),
    "captions": (".vtt",),
}


def name_of(data: bytes, ending: str) -> str:
    """The name of a file by its content: as the page editor digests it, so that both find the same file."""
    return named(hashlib.sha1(data, usedforsecurity=False).hexdigest(), ending)


def named(digest: str, ending: str) -> str:
    return f"{FOLDER}/{digest[:20]}{ending.lower()}"


def figure(piece: Piece, path: Path, problems: Problems) -> dict[str, Any] | None:
    """`image` and perhaps `caption`; the title is what the figure says."""
    node = parse_yaml(piece.text, path, problems, first_line=piece.line)
    if node is None:
        return None
    node.only("image", "caption")
    return {
        "image": node.text("image", most=300),
        "alternative": curly(piece.title),
        "caption": curly(node.text("caption", "", most=300)),
    }


def video(piece: Piece, path: Path, problems: Problems) -> dict[str, Any] | None:
    """`video` and `captions`, an empty line, and the transcript."""
    head, _, transcript = piece.text.partition("\n\n")
    node = parse_yaml(head, path, problems, first_line=piece.line)
    if node is None:
        return None
    node.only("video", "captions")
    line = piece.line + head.count("\n") + 2
    if not transcript.strip():
        problems.add(path, piece.line, "a film has its transcript after an empty line")
    return {
        "title": curly(piece.title),
        "video": node.text("video", most=300),
        "captions": node.text("captions", most=300),
        "transcript": html(transcript, path, line, problems, headings=False),
    }


def download(piece: Piece, path: Path, problems: Problems) -> dict[str, Any] | None:
    node = parse_yaml(piece.text, path, problems, first_line=piece.line)
    if node is None:
        return None
    node.only("document")
    return {"title": curly(piece.title), "document": node.text("document", most=300)}


READERS = {"figure": figure, "video": video, "download": download}


def found[T: (LessonText, TranslationText)](lesson: T, problems: Problems) -> T:
    """The lesson with its files named by their content, and where each lies. Notes what is not there."""
    media: dict[str, Path] = {}

    def name(kind: str, said: str) -> str:
        path = (lesson.path.parent / said).resolve()
        if not said or not path.is_file() or not path.is_relative_to(lesson.path.parent.resolve()):
            problems.add(lesson.path, 1, f"there is no file '{said}' beside it")
            return said
        if path.suffix.lower() not in ENDINGS.get(kind, (path.suffix.lower(),)):
            problems.add(lesson.path, 1, f"'{said}' ends otherwise than in {' or '.join(ENDINGS[kind])}")
        made = name_of(path.read_bytes(), path.suffix)
        media[made] = path
        return made

    body = renamed(lesson.body, name)
    return replace(lesson, body=body, media=media) if media or body != lesson.body else lesson


def renamed(body: tuple[Block, ...], name: Callable[[str, Any], Any]) -> tuple[Block, ...]:
    """The blocks with other names of their files: `name` is asked with the kind of the file and its name."""
    return tuple(
        {**block, "value": {**block["value"], **_named(block, name)}} if block["type"] in HELD else block
        for block in body
    )


def _named(block: Block, name: Callable[[str, Any], Any]) -> Mapping[str, Any]:
    return {kind: name(kind, block["value"][kind]) for kind in HELD[block["type"]]}
