"""Markdown to the small HTML that lessons are made of."""

import html as entities
import itertools
import re
from collections.abc import Set
from pathlib import Path

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lms.kit.content import Problems

GLOSSARY = "/glossary/"
TABLE = {"table", "thead", "tbody", "tr", "th", "td"}
TAGS = {"h2", "h3", "p", "ul", "ol", "li", "b", "i", "a", "br", "code"}
_MARKDOWN = MarkdownIt("commonmark", {"typographer": True}).enable(["table", "smartquotes"])
_REFUSED = {
    "html_block": "HTML is not taken here; write Markdown",
    "html_inline": "HTML is not taken here; write Markdown",
    "image": "an image is added in the editor, where its alternative text is asked for",
    "fence": "blocks of code are not taken here",
    "code_block": "a line indented by four spaces would become a block of code",
    "blockquote_open": "quotations are not taken here; write in our own words",
    "hr": "a rule is not taken here; use a heading",
}
_OPENING = re.compile(r'(?<![^\s(\[–—-])"(?=\S)')
_CLOSING = re.compile('"')
_STRAIGHT = str.maketrans("“”’", '""\'')
_MARK = re.compile(r"(?:\]\(term:|^:::\s*term\s+)([^)\s]*)")
_PLAIN = ((re.compile(r"<(/?)strong>"), r"<\1b>"), (re.compile(r"<(/?)em>"), r"<\1i>"))


def html(text: str, path: Path, first_line: int, problems: Problems, *, headings: bool = True) -> str:
    """The text as clean HTML. Notes what a lesson may not hold, with its line."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        _examine(token, path, first_line, problems, headings)
    return clean(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))


def document(text: str, path: Path, first_line: int, problems: Problems, *, of: str = "") -> str:
    """The text of a case's document as clean HTML: what lessons are made of, and tables where they stand. Where several
    documents stand on one page, tables are told apart by `of`, the title of theirs."""
    tokens = _MARKDOWN.parse(text)
    for token in tokens:
        _examine(token, path, first_line, problems, headings=True, tables=True)
    made = clean(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}), TABLE)
    count = itertools.count(1)
    # A wide table is scrolled by itself, by keyboard too, and each has a name to be told by.
    named = entities.escape(f", {of}") if of else ""
    opened = '<div class="table-wrap" tabindex="0" role="region" aria-label="Table {}{}"><table>'
    made = re.sub("<table>", lambda _: opened.format(next(count), named), made)
    return made.replace("</table>", "</table></div>").replace("<th>", '<th scope="col">')


def table(
    text: str, path: Path, first_line: int, problems: Problems
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The headings (plain text) and the rows (HTML of each cell) of the one table in the text."""
    tokens = _MARKDOWN.parse(text)
    outside = [t for t in tokens if t.level == 0 and t.type not in ("table_open", "table_close")]
    if outside or sum(t.type == "table_open" for t in tokens) != 1:
        line = first_line + (outside[0].map or [0])[0] if outside else first_line
        problems.add(path, line, "a table block holds one Markdown table and nothing else")
        return (), ()
    heads: list[str] = []
    rows: list[tuple[str, ...]] = []
    cells: list[str] = []
    opened = ""
    for token in tokens:
        if token.type in ("th_open", "td_open"):
            opened = token.type
        elif token.type == "inline" and opened:
            _examine(token, path, first_line, problems, headings=False, cell=True)
            made = clean(_MARKDOWN.renderer.render([token], _MARKDOWN.options, {}))
            cells.append(
                entities.unescape(nh3.clean(made, tags=set())) if opened == "th_open" else f"<p>{made}</p>"
            )
            opened = ""
        elif token.type == "tr_close":
            if heads:
                rows.append(tuple(cells))
            else:
                heads = cells
            cells = []
    return tuple(heads), tuple(rows)


def curly(text: str) -> str:
    """The text with typographic quotation marks and apostrophes, as the Markdown beside it has them."""
    return _CLOSING.sub("”", _OPENING.sub("“", text)).replace("'", "’")


def marks(text: str, first_line: int) -> dict[str, int]:
    """The terms that a text marks as `[words](term:key)`, or sets apart as `::: term key`, each with the line of its first mark."""
    found: dict[str, int] = {}
    for number, line in enumerate(text.split("\n"), first_line):
        for key in _MARK.findall(line):
            found.setdefault(key, number)
    return found


def clean(markup: str, more: Set[str] = frozenset()) -> str:
    """Only the elements that lessons are made of; links to the web and to the glossary alone."""
    # A mark becomes the link that an author would set in the page editor.
    markup = re.sub(r'href="term:([^"]*)"', rf'href="{GLOSSARY}\1/"', markup)
    for pattern, plain in _PLAIN:
        markup = pattern.sub(plain, markup)
    return nh3.clean(
        markup,
        tags=TAGS | more,
        attributes={"a": {"href"}},
        url_schemes={"https", "http", "mailto"},
        link_rel=None,
    ).strip()


def _examine(
    token: Token,
    path: Path,
    first_line: int,
    problems: Problems,
    headings: bool,
    tables: bool = False,
    cell: bool = False,
) -> None:
    line = first_line + (token.map[0] if token.map else 0)
    for part in (token, *(token.children or ())):
        # A row of a table is one line, so that its cells have no other way to say where theirs break.
        if part.type in _REFUSED and not (cell and part.content == "<br>"):
            problems.add(path, line, _REFUSED[part.type])
    if token.type == "table_open" and not tables:
        problems.add(path, line, "a table stands in a block of its own: '::: table Its title'")
    if token.type == "heading_open":
        if not headings:
            problems.add(path, line, "no headings inside a block")
        elif token.tag not in ("h2", "h3"):
            problems.add(path, line, "headings in a lesson are '##' and '###'")
