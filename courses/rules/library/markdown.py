"""The small HTML of lessons, back to Markdown: the inverse of `prose`.

Straight quotation marks are left as they are, and become typographic when the text is read again.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser

from courses.rules.library import prose

INLINE = {"b", "i", "a", "br", "code"}
_MARKED = re.compile(r"([\\`*\[\]<]|(?<![^\W_])_|_(?![^\W_])|&(?=#?\w+;)|!$)")
# What at the beginning of a line would open a block, and where a backslash keeps it from doing so.
_OPENS = re.compile(
    r"^(?=#{1,6}(?:\s|$)|>|[-+](?:\s|$)|:::|[-=:|][-=:| ]*$)|^(?<=^)(\d{1,9})(?=[.)](?:\s|$))"
)
_ENDS_MARKED = re.compile(r"(?<!\\)(?:\\\\)*[*_]+$")
_SPACES = re.compile(r"[ \t\r\n\f]*\n[ \t\r\n\f]*|[ \t\r\f]+")
_TERM = re.compile(rf"^{prose.GLOSSARY}([a-z0-9-]+)/$")
_PLAIN_ADDRESS = re.compile(r"^[^\s<>()\\]+$")


@dataclass
class Element:
    """One element with what it holds: texts and elements."""

    tag: str
    href: str = ""
    parts: "list[str | Element]" = field(default_factory=list)


def of(html: str) -> str:
    """The text as Markdown. Elements that lessons aren't made of are passed over, their text stays."""
    return "\n\n".join(_blocks(tree(html).parts))


def of_cell(html: str) -> str:
    """The text of a table's cell, on one line: paragraphs are kept apart by a line break."""
    parts: list[str | Element] = []
    for part in tree(html).parts:
        if isinstance(part, Element) and part.tag not in INLINE:
            parts += [Element("br"), *part.parts] if parts else part.parts
        elif isinstance(part, Element) or part.strip():
            parts.append(part)
    return _inline(parts).replace("\\\n", "<br>").replace("\n", " ").replace("|", "\\|").strip()


def tree(html: str) -> Element:
    reader = _Reader()
    reader.feed(prose.clean(html))
    reader.close()
    return reader.root


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        made = Element(tag, dict(attrs).get("href") or "")
        self._open[-1].parts.append(made)
        if tag != "br":
            self._open.append(made)

    def handle_endtag(self, tag: str) -> None:
        if len(self._open) > 1 and self._open[-1].tag == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        self._open[-1].parts.append(data)


def _blocks(parts: Iterable[str | Element]) -> Iterator[str]:
    """Paragraphs, headings and lists; text that stands between them becomes a paragraph."""
    before = ""
    for part in _gathered(parts):
        if part.tag in ("ul", "ol"):
            # Two lists in succession would be read as one, were their marks the same.
            other = before == part.tag
            yield _list(part, other)
            before = "" if other else part.tag
            continue
        words = _inline(part.parts)
        text = _heading(part.tag, words) if part.tag in ("h2", "h3") else _lines(words)
        if text:
            yield text
            before = ""


def _heading(tag: str, words: str) -> str:
    line = re.sub(r"\s*\\?\n\s*", " ", words).strip()
    # Number signs at the end would be taken for the closing ones.
    return f"{'#' * int(tag[1])} {re.sub(r'(#+)$', r'\\\1', line)}" if line else ""


def _gathered(parts: Iterable[str | Element]) -> Iterator[Element]:
    held = Element("p")
    for part in parts:
        if isinstance(part, str) or part.tag in INLINE:
            held.parts.append(part)
            continue
        if any(isinstance(one, Element) or one.strip() for one in held.parts):
            yield held
        held = Element("p")
        yield part
    if any(isinstance(one, Element) or one.strip() for one in held.parts):
        yield held


def _list(element: Element, other: bool) -> str:
    items = [part for part in element.parts if isinstance(part, Element)]
    loose = any(isinstance(part, Element) and part.tag == "p" for item in items for part in item.parts)
    made = []
    for number, item in enumerate(items, 1):
        mark = ("*" if other else "-") if element.tag == "ul" else f"{number}{')' if other else '.'}"
        text = ("\n\n" if loose else "\n").join(_blocks(item.parts))
        made.append(f"{mark} {text}".rstrip().replace("\n", "\n" + " " * (len(mark) + 1)))
    return re.sub(r"^[ ]+$", "", ("\n\n" if loose else "\n").join(made), flags=re.MULTILINE)


def _lines(text: str) -> str:
    """The lines of a paragraph, none of which opens a block."""
    return "\n".join(
        _OPENS.sub(lambda found: (found[1] or "") + "\\", line.strip()) for line in text.split("\n")
    ).strip()


def _inline(parts: Iterable[str | Element], inside: str = "") -> str:
    """Words with their marks. `inside` are the elements that they already stand in."""
    made = ""
    for part in _merged(_flat(parts, inside)):
        made = _joined(made, part, inside)
    return re.sub(r"(?<=[ \n])[ \n]+", "", made)


def _flat(parts: Iterable[str | Element], inside: str) -> Iterator[str | Element]:
    """The same, without elements that say again what the words stand in already."""
    for part in parts:
        if isinstance(part, Element) and part.tag in ("a", "b", "i") and part.tag in inside:
            yield from _flat(part.parts, inside)
        else:
            yield part


def _merged(parts: Iterable[str | Element]) -> Iterator[str | Element]:
    """The same, words that are stressed alike in one element."""
    held: list[str | Element] = []
    for part in parts:
        last = held[-1] if held else None
        if (
            isinstance(part, Element)
            and isinstance(last, Element)
            and part.tag == last.tag in ("b", "i", "code")
        ):
            held[-1] = Element(part.tag, parts=[*last.parts, *part.parts])
        else:
            held.append(part)
    return iter(held)


def _joined(before: str, part: str | Element, inside: str) -> str:
    if isinstance(part, str):
        text = _MARKED.sub(r"\\\1", _SPACES.sub(lambda found: "\n" if "\n" in found[0] else " ", part))
        return before + (_apart(text) if _closed_oddly(before) else text)
    if part.tag == "br":
        return f"{before.rstrip()}\\\n"
    if part.tag == "code":
        return before + _code("".join(one for one in part.parts if isinstance(one, str)))
    inner = _inline(part.parts, inside + part.tag)
    if part.tag == "a" and part.href:
        return f"{before}[{inner}]({_address(part.href)})"
    if part.tag not in ("b", "i") or not inner.strip():
        return before + inner
    stressed = _stressed(part, inner, beside=bool(_ENDS_MARKED.search(before)))
    if _odd(stressed.lstrip("*")[:1]) and before[-1:].isalnum():
        before = before[:-1] + _apart(before[-1])
    return before + stressed


def _stressed(element: Element, inner: str, *, beside: bool) -> str:
    """The words between marks, spaces outside: a mark beside a space neither opens nor closes."""
    words = inner.strip()
    start = inner[: len(inner) - len(inner.lstrip())]
    end = inner[len(inner.rstrip()) :]
    mark = "**" if element.tag == "b" else "*"
    if beside:
        mark = mark.replace("*", "_")  # or it would be read as one with the mark that it stands beside
    elif mark == "**" and words.startswith("*") and _holds_only(element, "i"):
        words = f"_{words[1:-1]}_"  # or three asterisks would stress the other way round
    return f"{start}{mark}{words}{mark}{end}"


def _holds_only(element: Element, tag: str) -> bool:
    held = [part for part in _merged(element.parts) if isinstance(part, Element) or part.strip()]
    return len(held) == 1 and isinstance(held[0], Element) and held[0].tag == tag


def _closed_oddly(text: str) -> bool:
    """Whether a mark at the end of the text would close nothing, were a letter to follow."""
    if not _ENDS_MARKED.search(text):
        return False
    return text[-1] == "_" or _odd(text.rstrip("*")[-1:])


def _odd(sign: str) -> bool:
    return bool(sign) and not sign.isalnum() and not sign.isspace()


def _apart(text: str) -> str:
    """The text with a first letter that stands apart: marks between a letter and a sign count for nothing."""
    return f"&#{ord(text[0])};{text[1:]}" if text[0].isalnum() else text


def _code(text: str) -> str:
    fence = "`"
    while fence in re.findall(r"`+", text):
        fence += "`"
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{pad}{text}{pad}{fence}"


def _address(href: str) -> str:
    term = _TERM.match(href)
    if term:
        return f"term:{term[1]}"
    return href if _PLAIN_ADDRESS.match(href) else f"<{href.replace('<', '%3C').replace('>', '%3E')}>"
