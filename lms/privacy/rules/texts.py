"""Legal texts as files: `KIND.LANGUAGE.md`, with title, version and whether the change is material in front."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from lms.kit.content import Node, Problems, read_markdown

KINDS = ("terms", "privacy", "imprint", "withdrawal")
_NAME = re.compile(rf"({'|'.join(KINDS)})\.([a-z]{{2}}(?:-[a-z]{{2}})?)\.md")
_TO_FILL = re.compile(r"\[\[([^\[\]\n]{1,200})\]\]")
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Text:
    kind: str
    language: str
    version: int
    title: str
    material: bool
    words: str
    path: Path

    @property
    def to_fill(self) -> tuple[str, ...]:
        """What the institution has not yet filled in."""
        return tuple(dict.fromkeys(_TO_FILL.findall(self.words)))


def read(folders: Sequence[Path], problems: Problems) -> list[Text]:
    """Every text; a file in a later folder stands in the place of one of the same name in an earlier.

    A text must be there in English, and all languages of a kind have the same version.
    """
    files = {path.name: path for folder in folders for path in sorted(folder.glob("*.md"))}
    texts = [text for path in files.values() if (text := _read(path, problems)) is not None]
    english = {text.kind: text.version for text in texts if text.language == "en"}
    for text in texts:
        if english.get(text.kind) != text.version:
            problems.add(text.path, 1, f"'{text.kind}' in English has another version than {text.version}")
    return texts


def html(words: str) -> str:
    """The words as HTML: nothing in them runs, and what is still to be filled in is marked."""
    return _TO_FILL.sub(r"<mark>[\1]</mark>", str(_MARKDOWN.render(words)))


def _read(path: Path, problems: Problems) -> Text | None:
    named = _NAME.fullmatch(path.name)
    if named is None:
        problems.add(path, 1, f"a legal text is named KIND.LANGUAGE.md, KIND one of {', '.join(KINDS)}")
        return None
    parts = read_markdown(path, problems)
    if parts is None:
        return None
    head, words, _ = parts
    return _text(named[1], named[2], head, words, path)


def _text(kind: str, language: str, head: Node, words: str, path: Path) -> Text:
    head.only("title", "version", "material")
    if not words.strip():
        head.complain("the text is empty")
    return Text(
        kind=kind,
        language=language,
        version=head.whole("version", least=1, most=9999),
        title=head.text("title", most=120),
        material=head.flag("material", False),
        words=words.strip() + "\n",
        path=path,
    )
