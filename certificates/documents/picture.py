"""The picture of a credential for posts and profiles: how it stands, drawn when it is asked for.

It carries no name: whoever shares it says whose it is, and a picture can't be taken back.
"""

import functools
import io
from dataclasses import dataclass
from math import cos, pi, sin
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from lms.kit import rosette
from lms.web import pdf

WIDTH: Final = 1200
HEIGHT: Final = 630
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
    while size > 14 and _font(face, size).getlength(text) > width * _DRAWN:
        size -= 1
    draw.text((at[0] * _DRAWN, at[1] * _DRAWN), text, font=_font(face, size), fill=colour)
    return size


@functools.lru_cache(maxsize=64)
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(pdf.FONTS / f"AuditoriumSerif-{face}.ttf", size * _DRAWN)
