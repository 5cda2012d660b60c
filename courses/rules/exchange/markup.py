"""HTML of strangers to the blocks of a lesson: prose, tables, figures, and what our own files mark as blocks of ours."""

import html as entities
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any

from courses.rules.library import prose
from courses.rules.library.lessons import id_of
from courses.rules.library.texts import Block

OURS = "data-auditorium"
BOXES = ("example", "misconception", "exercise")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
DEEPEST = 40
VOID = {
    "area",
    "base",
    "br",
    "col",
    "embed",
    "hr",
    "img",
    "input",
    "link",
    "meta",
    "param",
    "source",
    "track",
    "wbr",
}
INLINE = {"a", "b", "strong", "i", "em", "code", "span", "u", "s", "sub", "sup", "small", "font", "mark", "kbd", "samp",
          "var", "q", "cite", "abbr", "dfn", "tt", "label", "br"}  # fmt: skip
KEPT = {"strong": "b", "b": "b", "em": "i", "i": "i", "cite": "i", "var": "i", "code": "code", "kbd": "code",
        "samp": "code", "tt": "code", "a": "a"}  # fmt: skip
ACTS = {"script": "a script", "iframe": "a frame", "object": "an object", "embed": "an object", "applet": "an applet",
        "form": "a form", "input": "a form", "button": "a form", "select": "a form", "textarea": "a form",
        "frameset": "a frame"}  # fmt: skip
MEDIA = {
    "video": "a film",
    "audio": "a sound",
    "svg": "a drawing",
    "math": "a formula",
    "canvas": "a drawing",
}
SKIPPED = {
    "style",
    "head",
    "title",
    "meta",
    "link",
    "noscript",
    "template",
    "source",
    "track",
    "hr",
    "base",
    *ACTS,
    *MEDIA,
}
BLOCKY = {"p", "div", "ul", "ol", "table", "img", "figure", "section", "h1", "h2", "h3", "h4", "h5", "h6", "pre",
          "blockquote", "dl"}  # fmt: skip

type Take = Callable[[str], str]
"""The name under which the picture at an address is kept; nothing where it is not taken."""
type Lose = Callable[[str], None]


@dataclass
class Element:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    parts: "list[str | Element]" = field(default_factory=list)

    def all(self, *tags: str) -> "Iterator[Element]":
        for part in self.parts:
            if isinstance(part, Element):
                if part.tag in tags:
                    yield part
                yield from part.all(*tags)

    def first(self, *tags: str) -> "Element | None":
        return next(self.all(*tags), None)

    @property
    def text(self) -> str:
        return " ".join("".join(one if isinstance(one, str) else one.text for one in self.parts).split())


def tree(source: str) -> Element:
    reader = _Reader()
    reader.feed(source)
    reader.close()
    return reader.root


def blocks(root: Element, key: str, *, title: str, take: Take, lose: Lose) -> tuple[Block, ...]:
    """The blocks of a page. `lose` is told what is left out, as the rest of a sentence that begins with the page."""
    for tag, what in {**ACTS, **MEDIA}.items():
        if root.first(tag):
            lose(f"{what} is left out")
    writer = _Writer(key, title, take, lose)
    writer.flow(root.first("body") or root)
    return writer.made()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in ("li", "p", "tr", "td", "th", "dt", "dd") and self._open[-1].tag == tag:
            self._open.pop()  # ends where the next one begins, in HTML that leaves the end out
        made = Element(tag, {name: value or "" for name, value in attrs})
        self._open[-1].parts.append(made)
        if tag not in VOID and len(self._open) < DEEPEST:
            self._open.append(made)

    def handle_startendtag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self._open[-1].parts.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        for depth in range(len(self._open) - 1, 0, -1):
            if self._open[depth].tag == tag:
                del self._open[depth:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].parts.append(data)


class _Writer:
    def __init__(self, key: str, title: str, take: Take, lose: Lose) -> None:
        self.key, self.title, self.take, self.lose = key, title, take, lose
        self._blocks: list[tuple[str, Any]] = []
        self._prose = ""

    def made(self) -> tuple[Block, ...]:
        self._end_prose()
        return tuple(
            {"type": kind, "value": value, "id": id_of(self.key, f"block {place}")}
            for place, (kind, value) in enumerate(self._blocks)
        )

    def flow(self, element: Element) -> None:
        held: list[str | Element] = []
        for part in element.parts:
            if isinstance(part, str) or (part.tag in INLINE and not part.first(*BLOCKY)):
                held.append(part)
                continue
            self._paragraph(held)
            held = []
            self._block(part)
        self._paragraph(held)

    def _block(self, part: Element) -> None:
        if ours := part.attributes.get(OURS, ""):
            self._own(ours, part)
        elif part.tag in ("ul", "ol"):
            self._prose += self._list(part)
        elif part.tag in HEADINGS:
            self._heading(part)
        elif part.tag == "pre":
            self._lines(part)
        elif part.tag == "p" and not part.first(*BLOCKY):
            self._paragraph(part.parts)
        elif part.tag == "table":
            self._table(part)
        elif part.tag in ("img", "figure") and (part.tag == "img" or part.first("img")):
            self._pictures(part)
        elif part.tag not in SKIPPED:
            self.flow(part)

    def _pictures(self, part: Element) -> None:
        caption = part.first("figcaption")
        for picture in [part] if part.tag == "img" else part.all("img"):
            self._figure(picture, caption.text if caption else "")

    def _lines(self, part: Element) -> None:
        """Code, line by line."""
        lines = (
            "".join(one if isinstance(one, str) else one.text for one in part.parts).strip("\n").split("\n")
        )
        self._prose += f"<p>{'<br>'.join(f'<code>{entities.escape(line)}</code>' for line in lines)}</p>"

    def _own(self, kind: str, part: Element) -> None:
        """A block as our own export marks it; what is not whole is read as anybody's."""
        title = part.first("h2", "caption")
        if kind == "front":
            return
        if kind in BOXES and title is not None:
            inner = _Writer(self.key, "", self.take, self.lose)
            inner.flow(Element("", parts=[one for one in part.parts if one is not title]))
            inner_text = inner.prose_alone()
            value: dict[str, Any] = {"title": title.text[:200], "text": inner_text}
            if kind == "exercise":
                minutes = part.attributes.get("data-minutes", "")
                value = {
                    "title": value["title"],
                    "minutes": int(minutes[:3]) if minutes.isdecimal() else None,
                    "text": inner_text,
                }
            self._put(kind, value)
        elif kind == "reference" and (link := part.first("a", "span")) is not None:
            self._put("reference", {"text": link.text[:300], "url": link.attributes.get("href", "")})
        elif kind == "check":
            self._put("check", {"key": part.attributes.get("data-check", "")})
        else:
            self.flow(part)

    def prose_alone(self) -> str:
        """The prose of what was read, of whatever blocks it would have been."""
        self._end_prose()
        if any(kind != "text" for kind, _ in self._blocks):
            self.lose("a table or figure inside a box is left out")
        return "".join(value for kind, value in self._blocks if kind == "text")

    def _put(self, kind: str, value: Any) -> None:
        self._end_prose()
        self._blocks.append((kind, value))

    def _end_prose(self) -> None:
        text = prose.clean(self._prose) if self._prose else ""
        self._prose = ""
        if text:
            self._blocks.append(("text", text))

    def _paragraph(self, parts: Sequence[str | Element]) -> None:
        words = _inline(parts).strip()
        if words.replace("<br>", "").strip():
            self._prose += f"<p>{words}</p>"

    def _heading(self, part: Element) -> None:
        words = _inline(part.parts).strip()
        if not words or (not self._prose and not self._blocks and part.text == self.title):
            return  # a page that begins with its own title
        tag = "h2" if part.tag in ("h1", "h2") else "h3"
        self._prose += f"<{tag}>{words}</{tag}>"
        for picture in part.all("img"):
            self._figure(picture, "")

    def _list(self, part: Element) -> str:
        rows = ""
        for item in part.parts:
            if not isinstance(item, Element):
                continue
            inner, held = "", list[str | Element]()
            for one in item.parts if item.tag == "li" else [item]:
                if isinstance(one, Element) and one.tag in ("ul", "ol"):
                    inner += _inline(held).strip() + self._list(one)
                    held = []
                elif isinstance(one, Element) and one.tag == "p":
                    inner += f"<p>{_inline([*held, *one.parts]).strip()}</p>"
                    held = []
                else:
                    held.append(one)
            rows += f"<li>{inner}{_inline(held).strip()}</li>"
            if item.first("img", "table"):
                self.lose("a picture or table inside a list is left out")
        return f"<{part.tag}>{rows}</{part.tag}>" if rows else ""

    def _table(self, part: Element) -> None:
        rows = [
            [one for one in row.parts if isinstance(one, Element) and one.tag in ("td", "th")]
            for row in part.all("tr")
        ]
        rows = [row for row in rows if row]
        if not rows:
            return
        caption = part.first("caption")
        heads = [cell.text for cell in rows[0]] if all(cell.tag == "th" for cell in rows[0]) else []
        if not heads:
            self.lose("a table without a row of headings: its columns have none until an author writes them")
        width = max(len(row) for row in rows)
        heads += [""] * (width - len(heads))
        body = rows[1:] if any(heads) else rows
        cells = [[_cell(cell) for cell in row] + [""] * (width - len(row)) for row in body]
        if not caption:
            self.lose("a table without a title: “Table” stands in")
        self._put(
            "table",
            {
                "title": caption.text[:200] if caption else "Table",
                "table": {
                    "columns": [{"type": "text", "heading": head} for head in heads],
                    "rows": [{"values": row} for row in cells],
                    "caption": "",
                },
            },
        )

    def _figure(self, part: Element, caption: str) -> None:
        name = self.take(part.attributes.get("src", ""))
        if not name:
            return
        said = " ".join(part.attributes.get("alt", "").split())
        if not said:
            self.lose("a picture without an alternative text: an author must write it")
        self._put("figure", {"image": name, "alternative": said[:400], "caption": caption[:300]})


def _cell(cell: Element) -> str:
    paragraphs = [one for one in cell.parts if isinstance(one, Element) and one.tag == "p"]
    if paragraphs:
        return prose.clean("".join(f"<p>{_inline(one.parts).strip()}</p>" for one in paragraphs))
    words = _inline(cell.parts).strip()
    return prose.clean(f"<p>{words}</p>") if words else ""


def _inline(parts: Sequence[str | Element]) -> str:
    made = ""
    for part in parts:
        if isinstance(part, str):
            made += entities.escape(" ".join(f"x{part}x".split())[1:-1], quote=False)
        elif part.tag == "br":
            made += "<br>"
        elif part.tag in SKIPPED or part.tag == "img":
            continue
        elif part.tag in KEPT:
            tag = KEPT[part.tag]
            href = f' href="{entities.escape(part.attributes.get("href", ""))}"' if tag == "a" else ""
            inner = _inline(part.parts)
            made += f"<{tag}{href}>{inner}</{tag}>" if inner else ""
        else:
            made += _inline(part.parts)
    return made
