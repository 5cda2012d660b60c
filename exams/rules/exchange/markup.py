"""Marked-up text of other programs as the plain text that an item has here.

An item's texts are plain and every page escapes them, so no mark-up is kept. What acts (a script, a handler, a frame)
refuses the item: whoever wrote that meant more than a question. What only looks (bold, a picture) is named as lost. The text
is read from what nh3 makes of it, which parses as a browser does.
"""

import html
import re
from html.parser import HTMLParser

import nh3

from exams.rules.exchange.frame import Refused

ACTS = {"script", "iframe", "object", "embed", "applet", "form", "base", "meta", "link", "frame", "frameset"}
BLOCKS = {
    "p",
    "div",
    "br",
    "li",
    "ul",
    "ol",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "tr",
    "blockquote",
    "pre",
    "hr",
}
SILENT = BLOCKS | {"span", "html", "body", "head", "tbody", "thead"}
MEDIA = {"img", "video", "audio", "svg", "picture", "source", "math", "canvas"}
LAYOUT = BLOCKS | {"sup", "sub", "td", "th"}
# What acts is kept when text is cleaned, and refused when it is read: a browser may see it where our first look did not.
SEEN = LAYOUT | ACTS | MEDIA | {"a"}
VOID = {"br", "hr", "img", "input", "col", "area", "source", "track", "wbr", "embed", "param"}
MOST_MARKED = 200_000
MOST_TAGS = 4_000
MOST_OPEN = 200
LINKS = {"href", "src", "action", "formaction", "xlink:href", "data", "poster"}
SCRIPTED = re.compile(r"(javascript|vbscript|data):", re.IGNORECASE)
PASSED_OVER = re.compile(r"[\x00-\x20]")  # by browsers, within the name of a scheme too


class _Looker(HTMLParser):
    """Looks at what stands there, before anything is cleaned away: what acts is refused, what is lost gets its name."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lost: dict[str, None] = {}
        self.open = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        _refuse_acting(tag, attrs)
        self.open += tag not in VOID
        if self.open > MOST_OPEN:
            raise Refused(f"the text has more than {MOST_OPEN} elements within one another")
        if tag in MEDIA:
            source = dict(attrs).get("src") or dict(attrs).get("alt") or tag
            self.lost[f"a picture or other medium ({source[:80]})"] = None
        elif tag not in SILENT:
            self.lost[f"the mark-up <{tag[:20]}>"] = None

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.open -= tag not in VOID

    def handle_endtag(self, tag: str) -> None:
        self.open = max(0, self.open - 1)


class _Reader(HTMLParser):
    """The text of HTML that nh3 has cleaned: well-formed, and of SEEN alone. Raises Refused where it acts."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.runs: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        _refuse_acting(tag, attrs)
        self.runs.append({"li": "\n- ", "sup": "^", "sub": "_", "td": " ", "th": " "}.get(tag, ""))
        if tag in BLOCKS and tag != "li":
            self.runs.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS:
            self.runs.append("\n")

    def handle_data(self, data: str) -> None:
        self.runs.append(re.sub(r"\s+", " ", data))


def plain(marked: str) -> tuple[str, tuple[str, ...]]:
    """The text of a piece of HTML, and what of it is lost, in words. Raises Refused where it acts, and where there is more
    mark-up than a text can need: cleaning takes time with the square of what is nested."""
    if "<" not in marked and "&" not in marked:
        return marked.strip(), ()
    if len(marked) > MOST_MARKED:
        raise Refused(f"a text has {len(marked)} characters, mark-up included, and may have {MOST_MARKED}")
    if marked.count("<") > MOST_TAGS:
        raise Refused(f"a text has more than {MOST_TAGS} pieces of mark-up")
    looker, reader = _Looker(), _Reader()
    looker.feed(marked)
    looker.close()
    try:
        cleaned = nh3.clean(
            marked,
            tags=SEEN,
            attributes={"*": LINKS},
            generic_attribute_prefixes={"on"},
            url_schemes={"http", "https", "mailto", "javascript", "vbscript", "data"},
            clean_content_tags={"style"},
            link_rel=None,
        )
    except UnicodeEncodeError:
        raise Refused("a text has halves of characters") from None
    reader.feed(cleaned)
    reader.close()
    text = (
        re.sub(r" *\n[ \n]*", "\n", re.sub(" {2,}", " ", "".join(reader.runs))).replace("\xa0", " ").strip()
    )
    return text, tuple(f"{lost} is left out" for lost in looker.lost)


def marked(text: str) -> str:
    """Plain text as HTML that `plain` reads back."""
    return html.escape(text, quote=False).replace("\n", "<br/>")


def _refuse_acting(tag: str, attrs: list[tuple[str, str | None]]) -> None:
    if tag in ACTS:
        raise Refused(f"the text has <{tag}>, which has no place in an item")
    for name, value in attrs:
        address = PASSED_OVER.sub("", value or "").lower()
        points = name in LINKS and SCRIPTED.match(address)
        if name.startswith("on") or (points and not address.startswith("data:image/")):
            raise Refused(f"the text has a script in the attribute '{name[:40]}' of <{tag[:20]}>")
