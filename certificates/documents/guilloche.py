"""The engraved border of a certificate, drawn as SVG: pure, and always the same."""

from collections.abc import Iterator
from math import cos, pi, sin
from typing import Final

WIDTH: Final = 297.0
HEIGHT: Final = 210.0
OUTER: Final = 9.0
INNER: Final = 17.5
STRANDS: Final = 6
WAVE: Final = 10.5
PIECES: Final = 3


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
    waves = round(length / WAVE)
    steps = waves * PIECES
    rate, slow = 2 * pi * waves / length, 2 * pi * 3 / length
    for strand in range(STRANDS):
        phase = 2 * pi * strand / STRANDS

        def bend(x: float, phase: float = phase) -> tuple[float, float, float, float]:
            # A slow swell beneath the wave makes the strands breathe along the side.
            swell, wave = 0.72 + 0.28 * cos(slow * x), sin(rate * x + phase)
            slope = swell * rate * cos(rate * x + phase) - 0.28 * slow * sin(slow * x) * wave
            return x, swing * swell * wave, 1.0, swing * slope

        yield _curve([bend(length * step / steps) for step in range(steps + 1)], length / steps)


def _rosette(radius: float) -> str:
    drawn = []
    for petals, turns, inner in ((17, 4, 0.25), (23, 5, 0.55)):
        steps, rate = petals * PIECES, petals / turns
        middle, swing = radius * (1 + inner) / 2, radius * (1 - inner) / 2
        points = []
        for step in range(steps + 1):
            angle = 2 * pi * turns * step / steps
            reach, growth = middle + swing * cos(rate * angle), -swing * rate * sin(rate * angle)
            points.append(
                (
                    reach * cos(angle),
                    reach * sin(angle),
                    growth * cos(angle) - reach * sin(angle),
                    growth * sin(angle) + reach * cos(angle),
                )
            )
        drawn.append(_curve(points, 2 * pi * turns / steps))
    return "".join(drawn)


def _curve(points: list[tuple[float, float, float, float]], step: float) -> str:
    """A smooth path through points with their slopes: few cubic pieces, since each costs the renderer."""
    x, y, dx, dy = points[0]
    path = f"M{x:.2f} {y:.2f}C{x + dx * step / 3:.2f} {y + dy * step / 3:.2f}"
    for place, (x, y, dx, dy) in enumerate(points[1:]):
        path += f"{'S' if place else ' '}{x - dx * step / 3:.2f} {y - dy * step / 3:.2f} {x:.2f} {y:.2f}"
    return f'<path d="{path}"/>'


def _frame(inset: float, stroke: float) -> str:
    return (
        f'<rect x="{inset:g}" y="{inset:g}" width="{WIDTH - 2 * inset:g}" height="{HEIGHT - 2 * inset:g}" '
        f'stroke-width="{stroke:g}"/>'
    )
