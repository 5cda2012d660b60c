"""The picture of a credential for posts and profiles: how it stands, drawn when it is asked for.

It carries no name: whoever shares it says whose it is, and a picture can't be taken back.
"""

import functools
import io
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final
from xml.sax.saxutils import escape

from PIL import Image, ImageDraw, ImageFont

from lms.kit import rosette
from lms.web import pdf

WIDTH: Final = 1200
HEIGHT: Final = 630
SIDE: Final = 800  # of the picture that carries a badge
_DRAWN: Final = 2  # drawn twice as large and made smaller, for smooth lines
_PAPER: Final = "#fdfbf5"
_INK: Final = "#241f18"
_SOFT: Final = "#625a4c"
_ACCENT: Final = "#1c5a58"
_LINE: Final = "#8fb3ad"
_LOOKS: Final = {"valid": "#1d6b3f", "due": "#7a5a00", "suspended": "#96480f", "superseded": "#625a4c"}
_ENDED: Final = "#8f2f2a"


@dataclass(frozen=True)
class Shown:
    """Everything that the picture says."""

    digest: str
    issuer: str
    scheme: str
    level: str
    number: str
    colour: str
    """The standing colour: `valid`, `due`, `suspended`, `superseded`, else it has ended."""
    word: str
    until: str
    """The sentence about days, such as "Valid until 2029-11-24"."""
    address: str


@functools.lru_cache(maxsize=32)
def png(shown: Shown) -> bytes:
    """A PNG of 1200 × 630, the size that networks show."""
    image = Image.new("RGB", (WIDTH * _DRAWN, HEIGHT * _DRAWN), _PAPER)
    draw = ImageDraw.Draw(image)
    _frame(draw)
    _seal(draw, shown.digest, centre=(955, 315), radius=185)
    look = _LOOKS.get(shown.colour, _ENDED)
    _text(draw, (80, 92), shown.issuer.upper(), "Regular", 25, _ACCENT, width=660)
    _text(draw, (80, 165), shown.level, "Display", 64, _INK, width=660)
    _text(draw, (80, 257), shown.scheme, "Regular", 31, _SOFT, width=660)
    size = _text(draw, (80, 345), shown.word, "Semibold", 46, look, width=620)
    _stroke(draw, [(80, 345 + size + 26), (740, 345 + size + 26)], _LINE, 2)
    _text(draw, (80, 440), shown.until, "Regular", 30, _INK, width=660)
    _text(draw, (80, 485), shown.number, "Regular", 30, _INK, width=660)
    _text(draw, (80, 536), f"How it stands now: {shown.address}", "Regular", 22, _SOFT, width=660)
    out = io.BytesIO()
    image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).quantize(128).save(out, "PNG", optimize=True)
    return out.getvalue()


@dataclass(frozen=True)
class Emblem:
    """What stands on the picture that carries a badge: nothing that could change, and no name."""

    digest: str
    issuer: str
    scheme: str
    level: str
    number: str


@functools.lru_cache(maxsize=32)
def emblem(emblem: Emblem) -> bytes:
    """A PNG of 800 × 800: the seal above level, scheme and number."""
    image = Image.new("RGB", (SIDE * _DRAWN, SIDE * _DRAWN), _PAPER)
    draw = ImageDraw.Draw(image)
    _seal(draw, emblem.digest, centre=(SIDE // 2, 270), radius=220)
    for y, text, face, size, colour in _lines(emblem):
        fitted = _fitted(text, face, size, width=SIDE - 100)
        left = (SIDE - _font(face, fitted).getlength(text) / _DRAWN) / 2
        draw.text((left * _DRAWN, y * _DRAWN), text, font=_font(face, fitted), fill=colour)
    out = io.BytesIO()
    image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def emblem_svg(emblem: Emblem) -> str:
    """The same as SVG, in the reader's own serif."""
    curves = "".join(
        f'<path d="{rosette.path(band)}" stroke-width="{band.stroke:g}" opacity="{band.opacity:g}"/>'
        for band in rosette.bands(emblem.digest)
    )
    words = "".join(
        # The reader's serif may be a quarter wider than ours.
        f'<text x="{SIDE // 2}" y="{y + size}" font-size="{_fitted(text, face, size, width=SIDE - 260)}" '
        f'fill="{colour}">{escape(text)}</text>'
        for y, text, face, size, colour in _lines(emblem)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}" role="img" '
        f'aria-label="{escape(emblem.level)}, {escape(emblem.scheme)}">'
        f'<rect width="{SIDE}" height="{SIDE}" fill="{_PAPER}"/>'
        f'<g fill="none" stroke="{_ACCENT}" transform="translate(180 50) scale(.44)">{curves}</g>'
        f'<g font-family="serif" text-anchor="middle">{words}</g></svg>'
    )


def _lines(emblem: Emblem) -> list[tuple[int, str, str, int, str]]:
    return [
        (525, emblem.issuer.upper(), "Regular", 24, _ACCENT),
        (568, emblem.level, "Display", 66, _INK),
        (655, emblem.scheme, "Regular", 32, _SOFT),
        (712, emblem.number, "Regular", 28, _INK),
    ]


def _frame(draw: ImageDraw.ImageDraw) -> None:
    for inset, colour, stroke in ((24, _ACCENT, 3), (34, _LINE, 1)):
        corners = [
            (inset, inset), (WIDTH - inset, inset), (WIDTH - inset, HEIGHT - inset), (inset, HEIGHT - inset),
            (inset, inset),
        ]  # fmt: skip
        _stroke(draw, corners, colour, stroke)


def _seal(draw: ImageDraw.ImageDraw, digest: str, *, centre: tuple[int, int], radius: int) -> None:
    for band in rosette.bands(digest):
        middle, swing = (band.inner + band.outer) / 2 * radius, (band.outer - band.inner) / 2 * radius
        steps, rate = band.petals * 24, band.petals / band.turns
        points = []
        for step in range(steps + 1):
            turn = 2 * pi * band.turns * step / steps
            reach = middle + swing * cos(rate * turn + band.phase)
            points.append((centre[0] + reach * cos(turn), centre[1] + reach * sin(turn)))
        _stroke(draw, points, _ACCENT, 0.8)


def _stroke(
    draw: ImageDraw.ImageDraw,
    points: list[tuple[float, float]] | list[tuple[int, int]],
    colour: str,
    width: float,
) -> None:
    scaled = [(x * _DRAWN, y * _DRAWN) for x, y in points]
    draw.line(scaled, fill=colour, width=max(1, round(width * _DRAWN)), joint="curve")


def _text(
    draw: ImageDraw.ImageDraw,
    at: tuple[int, int],
    text: str,
    face: str,
    size: int,
    colour: str,
    *,
    width: int,
) -> int:
    """Writes one line, smaller where it would be too wide; returns the size used."""
    size = _fitted(text, face, size, width=width)
    draw.text((at[0] * _DRAWN, at[1] * _DRAWN), text, font=_font(face, size), fill=colour)
    return size


def _fitted(text: str, face: str, size: int, *, width: int) -> int:
    while size > 14 and _font(face, size).getlength(text) > width * _DRAWN:
        size -= 1
    return size


@functools.lru_cache(maxsize=64)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(pdf.FONTS / f"AuditoriumSerif-{face}.ttf", size * _DRAWN)
