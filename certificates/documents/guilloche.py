"""The engraved border of a certificate, drawn as SVG: pure, and always the same."""

from collections.abc import Iterator
from math import cos, pi, sin
from typing import Final

WIDTH: Final = 297.0
HEIGHT: Final = 210.0
OUTER: Final = 9.0
INNER: Final = 17.5
STRANDS: Final = 6


def border(line: str, accent: str) -> str:
    """SVG of a landscape A4 page's border in two colours: interlaced waves between two frames, and a
    rosette in every corner."""
    middle = (OUTER + INNER) / 2
    corner = (INNER - OUTER) / 2 + 1.1
    long, short = WIDTH - 2 * (middle + corner), HEIGHT - 2 * (middle + corner)
    sides = [
        (middle + corner, middle, long, 0),
        (WIDTH - middle, middle + corner, short, 90),
        (WIDTH - middle - corner, HEIGHT - middle, long, 180),
        (middle, HEIGHT - middle - corner, short, 270),
    ]
    drawn = "".join(
        f'<g transform="translate({x:.2f} {y:.2f}) rotate({turn})">{"".join(_strands(length))}</g>'
        for x, y, length, turn in sides
    )
    corners = "".join(
        f'<g transform="translate({x:.2f} {y:.2f})">{_rosette(corner)}</g>'
        for x in (middle, WIDTH - middle)
        for y in (middle, HEIGHT - middle)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}mm" height="{HEIGHT:g}mm" '
        f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}" fill="none">'
        f'<g stroke="{line}" stroke-width="0.16">{drawn}{corners}</g>'
        f'<g stroke="{accent}">{_frame(OUTER - 1.6, 0.5)}{_frame(INNER + 1.7, 0.2)}</g></svg>'
    )


def _strands(length: float) -> Iterator[str]:
    swing = (INNER - OUTER) / 2
    waves = round(length / 9.5)
    for strand in range(STRANDS):
        phase = 2 * pi * strand / STRANDS
        # A slow swell beneath the wave makes the strands breathe along the side.
        yield _path(
            (
                length * step / (waves * 12),
                swing
                * sin(2 * pi * waves * step / (waves * 12) + phase)
                * (0.72 + 0.28 * cos(2 * pi * 3 * step / (waves * 12))),
            )
            for step in range(waves * 12 + 1)
        )


def _rosette(radius: float) -> str:
    curves = []
    for petals, turns, inner in ((17, 4, 0.25), (23, 5, 0.55)):
        steps = petals * 14
        points = []
        for step in range(steps + 1):
            angle = 2 * pi * turns * step / steps
            reach = radius * ((1 + inner) / 2 + (1 - inner) / 2 * cos(petals * angle / turns))
            points.append((reach * cos(angle), reach * sin(angle)))
        curves.append(_path(iter(points)))
    return "".join(curves)


def _path(points: Iterator[tuple[float, float]]) -> str:
    return '<path d="M' + "L".join(f"{x:.2f} {y:.2f}" for x, y in points) + '"/>'


def _frame(inset: float, stroke: float) -> str:
    return (
        f'<rect x="{inset:g}" y="{inset:g}" width="{WIDTH - 2 * inset:g}" height="{HEIGHT - 2 * inset:g}" '
        f'stroke-width="{stroke:g}"/>'
    )
