"""A guilloche rosette drawn from a digest: the seal by which a credential is recognised.

Each band is one closed hypotrochoid curve, r(t) = middle + swing * cos(petals * t / turns + phase), t over
`turns` full turns; since petals and turns share no factor, the curve interlaces with itself before it closes.
The same digest gives the same picture on every page and every paper. It is recognition, not security.
"""

from dataclasses import dataclass
from hashlib import sha256
from math import cos, gcd, pi, sin

CENTRE = 500
FINE_FROM = 72  # below this size in pixels the finest lace would only be a grey ring


@dataclass(frozen=True)
class Band:
    """One closed curve: between which radii it swings, how many petals it has in how many turns."""

    inner: float
    outer: float
    petals: int
    turns: int
    phase: float
    samples: int
    stroke: float
    opacity: float


class Draw:
    """Numbers from a digest by our own rule, so that no release of Python can ever change a seal."""

    def __init__(self, digest_hex: str) -> None:
        self.digest = digest_hex
        self.drawn = 0

    def between(self, least: float, most: float) -> float:
        self.drawn += 1
        eight = sha256(f"{self.digest}:{self.drawn}".encode()).digest()[:8]
        return least + (most - least) * int.from_bytes(eight) / 2**64

    def whole(self, least: int, below: int) -> int:
        return int(self.between(least, below))

    def one_of(self, choices: tuple[int, ...]) -> int:
        return choices[self.whole(0, len(choices))]


def _coprime(petals: int, turns: int) -> int:
    while gcd(petals, turns) != 1:
        petals += 1
    return petals


def bands(digest_hex: str, *, fine: bool = True) -> list[Band]:
    """The curves of a digest, from the outside to the centre."""
    draw = Draw(digest_hex)
    waist = draw.between(0.60, 0.66)
    heart = draw.between(0.25, 0.31)
    phases = [draw.between(0, 2 * pi) for _ in range(5)]
    edge_turns = draw.one_of((3, 4))
    edge = Band(
        0.87,
        0.985,
        _coprime(draw.whole(62, 78), edge_turns),
        edge_turns,
        phases[0],
        2,
        2.0,
        0.9,
    )
    lace_turns = draw.one_of((5, 7))
    lace = Band(
        waist - 0.03,
        0.90,
        _coprime(draw.whole(58, 82), lace_turns),
        lace_turns,
        phases[1],
        2,
        1.8,
        0.75,
    )
    rose_turns = draw.one_of((5, 7, 8))
    rose = Band(
        heart - 0.02,
        waist + 0.05,
        _coprime(draw.whole(26, 44), rose_turns),
        rose_turns,
        phases[2],
        4,
        1.8,
        0.85,
    )
    weave_turns = draw.one_of((3, 4, 5))
    weave = Band(
        heart + 0.11,
        waist - 0.10,
        _coprime(draw.whole(20, 30), weave_turns),
        weave_turns,
        phases[3],
        4,
        1.6,
        0.6,
    )
    core_turns = draw.one_of((5, 7))
    core = Band(
        0.06,
        heart,
        _coprime(draw.whole(12, 22), core_turns),
        core_turns,
        phases[4],
        4,
        1.8,
        0.9,
    )
    if fine:
        return [edge, lace, weave, rose, core]
    bold = Band(0.62, 0.95, 23, 4, phases[0], 4, 14, 1)
    return [
        bold,
        Band(0.10, 0.66, _coprime(draw.whole(9, 13), 4), 4, phases[2], 6, 14, 1),
    ]


def path(band: Band) -> str:
    """The curve as smooth cubic pieces in whole units, each told relative to where the pen really stands."""
    middle = (band.inner + band.outer) / 2 * CENTRE
    swing = (band.outer - band.inner) / 2 * CENTRE
    rate = band.petals / band.turns
    pieces = band.petals * band.samples
    step = 2 * pi * band.turns / pieces

    def point(t: float) -> tuple[float, float]:
        radius = middle + swing * cos(rate * t + band.phase)
        return CENTRE + radius * cos(t), CENTRE + radius * sin(t)

    def slope(t: float) -> tuple[float, float]:
        radius = middle + swing * cos(rate * t + band.phase)
        growth = -swing * rate * sin(rate * t + band.phase)
        return growth * cos(t) - radius * sin(t), growth * sin(t) + radius * cos(t)

    # Starting at a crest lets two pieces for each petal follow the cosine closely.
    start = -band.phase / rate
    pen_x, pen_y = (round(value) for value in point(start))
    dx, dy = slope(start)
    drawn = [f"M{pen_x} {pen_y}c{_pair(dx * step / 3, dy * step / 3)}"]
    for piece in range(1, pieces + 1):
        t = start + piece * step
        x, y = point(t)
        dx, dy = slope(t)
        to_x, to_y = round(x), round(y)
        handle = _pair(x - dx * step / 3 - pen_x, y - dy * step / 3 - pen_y)
        end = _pair(to_x - pen_x, to_y - pen_y)
        drawn.append(
            f"{_gap(handle)}{handle}{_gap(end)}{end}" if piece == 1 else f"s{handle}{_gap(end)}{end}"
        )
        pen_x, pen_y = to_x, to_y
    return "".join(drawn) + "z"


def _pair(x: float, y: float) -> str:
    across, down = round(x), round(y)
    return f"{across}{down}" if down < 0 else f"{across} {down}"


def _gap(text: str) -> str:
    return "" if text.startswith("-") else " "


def rosette(digest_hex: str, size: int = 240, *, layers: int | None = None) -> str:
    """SVG markup of the rosette: decorative for assistive technology, in the colour of the text around it.

    `layers` draws only so many curves from the centre outwards: a seal on its way to being whole.
    """
    fine = size >= FINE_FROM
    curves = bands(digest_hex, fine=fine)
    # Printed small, a line must be drawn heavier to stay a line.
    weight = min(2.4, max(1.0, (340 / size) ** 0.8)) if fine else 1.0
    shown = curves if layers is None else curves[max(0, len(curves) - layers) :]
    drawn = "".join(
        f'<path d="{path(band)}" stroke-width="{band.stroke * weight:.3g}" stroke-opacity="{band.opacity:g}"/>'
        for band in shown
    )
    rim = (
        f'<circle cx="500" cy="500" r="495" stroke-width="{2.4 * weight:.3g}"/>'
        f'<circle cx="500" cy="500" r="435" stroke-width="{1.4 * weight:.3g}"/>'
        if fine and (layers is None or layers >= len(curves))
        else ""
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 1000 1000" fill="none" '
        f'stroke="currentColor" stroke-linejoin="round" aria-hidden="true" focusable="false">{rim}{drawn}</svg>'
    )
