"""Terms of the glossary inside a text: links to the glossary, made into buttons that show what a term means.

An author marks a term by a link to its page. As a link it stands in every store and every editor; what a
learner sees is made of it here.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from html import escape

from courses.rules.lessons import Lesson, Meaning, Part

_LINK = re.compile(r'<a href="/glossary/([a-z0-9-]+)/">(.*?)</a>', re.DOTALL)


def marked(lesson: Lesson) -> tuple[str, ...]:
    """The keys of the terms that a lesson marks, in the order of their first marks."""
    apart = [part.url for part in lesson.parts if part.kind == "term"]
    return tuple(dict.fromkeys([*apart, *(key for html in _texts(lesson) for key, _ in _LINK.findall(html))]))


def explained(lesson: Lesson, meanings: Collection[Meaning]) -> Lesson:
    """The lesson with a button at each mark that opens the sheet of its term, and those meanings.

    A mark whose term isn't among `meanings` becomes plain words: with none, all of them do.
    """
    known = {meaning.key: meaning for meaning in meanings}

    def show(match: re.Match[str]) -> str:
        key, words = match.groups()
        if key not in known:
            return words
        return f'<button class="term" type="button" popovertarget="{known[key].name}">{words}</button>'

    return replace(
        lesson,
        parts=tuple(
            _meant(part, known) if part.kind == "term" else _with(part, show) for part in lesson.parts
        ),
        meanings=tuple(known[key] for key in marked(lesson) if key in known),
    )


def _meant(part: Part, known: Mapping[str, Meaning]) -> Part:
    """A term that is set apart, with its name and what it means; without a meaning it says nothing."""
    meaning = known.get(part.url)
    if meaning is None:
        return part
    return replace(part, title=meaning.term, html=escape(meaning.text), language=meaning.language)


def _texts(lesson: Lesson) -> Iterator[str]:
    for part in lesson.parts:
        yield part.html
        yield from (cell for row in part.rows for cell in row)


def _with(part: Part, show: Callable[[re.Match[str]], str]) -> Part:
    return replace(
        part,
        html=_LINK.sub(show, part.html),
        rows=tuple(tuple(_LINK.sub(show, cell) for cell in row) for row in part.rows),
    )
