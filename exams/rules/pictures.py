"""Where the lines and bars of a picture stand. Sizes are in units of the picture, which is 480 wide; y counts downwards."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor, log10

WIDTH, HEIGHT = 480, 240
LEFT, RIGHT, TOP, BOTTOM = 46, 14, 30, 38
BINS = 0.25  # logits, of a Wright map
TICKS = 5
MOST_LABELS = 6  # that fit beneath an axis
NAME_HEIGHT = 14
NOBODY = "–"  # the name of the line of those who gave no response


@dataclass(frozen=True)
class Bar:
    """`kind` tells bars apart that mean different things."""

    x: str
    y: str
    width: str
    height: str
    kind: str


@dataclass(frozen=True)
class Line:
    """`points` as SVG takes them; `name` stands where it ends."""

    name: str
    points: str
    x: str
    y: str
    kind: str


@dataclass(frozen=True)
class Tick:
    """A place on an axis, or of a mark across the picture, and what it says."""

    at: str
    says: str


@dataclass(frozen=True)
class Chart:
    xs: tuple[Tick, ...]
    ys: tuple[Tick, ...]
    bars: tuple[Bar, ...] = ()
    lines: tuple[Line, ...] = ()
    dots: tuple[tuple[str, str], ...] = ()
    marks: tuple[Tick, ...] = ()
    x_title: str = ""
    y_title: str = ""
    width: int = WIDTH
    height: int = HEIGHT

    @property
    def base(self) -> int:
        """Where the axis is."""
        return HEIGHT - BOTTOM

    @property
    def floor(self) -> int:
        """Below everything that is drawn."""
        return self.height - BOTTOM

    @property
    def left(self) -> int:
        return LEFT

    @property
    def right(self) -> int:
        return self.width - RIGHT


@dataclass(frozen=True)
class Scale:
    """From values to places: `low` stands at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        span = self.high - self.low
        share = (value - self.low) / span if span else 0.5
        return self.start + share * (self.end - self.start)


@dataclass(frozen=True)
class Series:
    """One line: values of x and y; where y is None it has a gap."""

    name: str
    values: Sequence[tuple[float, float | None]]
    kind: str = ""


def histogram(counts: Sequence[int], cut: int | None, *, x_title: str, y_title: str) -> Chart:
    """How many have each score from 0 on; the cut stands between the scores that fail and those that pass."""
    across = Scale(-0.5, len(counts) - 0.5, LEFT, WIDTH - RIGHT)
    up = Scale(0, max([*counts, 1]), HEIGHT - BOTTOM, TOP)
    step = across.at(1) - across.at(0)
    bars = tuple(
        Bar(
            _say(across.at(score - 0.5) + step * 0.08), _say(up.at(many)), _say(step * 0.84),
            _say(up.start - up.at(many)), "passes" if cut is not None and score >= cut else "fails",
        )
        for score, many in enumerate(counts)
        if many
    )  # fmt: skip
    marks = () if cut is None else (Tick(_say(across.at(cut - 0.5)), f"cut {cut}"),)
    return Chart(
        _ticks(across, 0, len(counts) - 1, whole=True), _ticks(up, 0, up.high, whole=True), bars,
        marks=marks, x_title=x_title, y_title=y_title,
    )  # fmt: skip


def curves(
    series: Sequence[Series],
    *,
    low: float,
    high: float,
    top: float | None = None,
    x_title: str,
    y_title: str,
    dots: Sequence[tuple[float, float]] = (),
    marks: Sequence[tuple[float, str]] = (),
) -> Chart:
    """Lines over x from `low` to `high`, y from 0 to `top` or to the highest value; `dots` at (x, y), and `marks` across
    the picture at an x, with what they say."""
    known = [y for one in series for _, y in one.values if y is not None]
    across, up = (
        Scale(low, high, LEFT, WIDTH - RIGHT - 12),
        Scale(0, top or max([*known, 0.001]), HEIGHT - BOTTOM, TOP),
    )
    lines = _apart([line for one in series for line in _line(one, across, up)])
    return Chart(
        _ticks(across, low, high), _ticks(up, 0, up.high), lines=lines, x_title=x_title, y_title=y_title,
        dots=tuple((_say(across.at(x)), _say(up.at(min(y, up.high)))) for x, y in dots),
        marks=tuple(Tick(_say(across.at(x)), says) for x, says in marks),
    )  # fmt: skip


def trend(periods: Sequence[tuple[str, float | None, float | None, float | None]], *, y_title: str) -> Chart:
    """For each label a dot at its share, from 0 to 1, and an upright line from the low end of its interval to the high
    one; nothing where there is no number."""
    across = Scale(-0.5, max(len(periods), 1) - 0.5, LEFT, WIDTH - RIGHT)
    up = Scale(0, 1, HEIGHT - BOTTOM, TOP)
    known = [
        (place, low, value, high)
        for place, (_, low, value, high) in enumerate(periods)
        if low is not None and value is not None and high is not None
    ]
    lines = tuple(
        Line(
            "",
            f"{_say(across.at(x))},{_say(up.at(low))} {_say(across.at(x))},{_say(up.at(high))}",
            "",
            "",
            "other-1",
        )
        for x, low, _, high in known
    )
    every = -(-len(periods) // MOST_LABELS)
    xs = tuple(
        Tick(_say(across.at(x)), label) for x, (label, *_) in enumerate(periods) if x % max(every, 1) == 0
    )
    dots = tuple((_say(across.at(x)), _say(up.at(value))) for x, _, value, _ in known)
    return Chart(xs, _ticks(up, 0, 1), lines=lines, dots=dots, y_title=y_title)


def wright(
    abilities: Sequence[tuple[float, int]], items: Mapping[str, float], *, x_title: str, y_title: str
) -> Chart:
    """Persons as bars above an axis in logits, items as dots below it: what stands above one another is well matched."""
    binned: Counter[int] = Counter()
    for theta, many in abilities:
        binned[floor(theta / BINS)] += many
    places = [theta for theta, many in abilities if many] + list(items.values())
    low, high = floor(min(places)) - 0.5, floor(max(places)) + 1.5
    stacked: Counter[int] = Counter(floor(value / BINS) for value in items.values())
    deep = max(stacked.values()) * 9 + 12
    height = HEIGHT + deep
    across, up = (
        Scale(low, high, LEFT, WIDTH - RIGHT),
        Scale(0, max([*binned.values(), 1]), HEIGHT - BOTTOM, TOP),
    )
    bars = tuple(
        Bar(
            _say(across.at(number * BINS) + 0.5), _say(up.at(many)),
            _say(across.at(BINS) - across.at(0) - 1), _say(up.start - up.at(many)), "persons",
        )
        for number, many in sorted(binned.items())
        if many
    )  # fmt: skip
    dots = tuple(
        (_say(across.at((number + 0.5) * BINS)), _say(up.start + 10 + 9 * place))
        for number, many in sorted(stacked.items())
        for place in range(many)
    )
    return Chart(
        _ticks(across, low, high), _ticks(up, 0, up.high, whole=True), bars, dots=dots,
        x_title=x_title, y_title=y_title, height=height,
    )  # fmt: skip


def _line(one: Series, across: Scale, up: Scale) -> list[Line]:
    """A line for each stretch without a gap; the last one is named, a letter at its end and a word at its top."""
    stretches: list[list[tuple[float, float]]] = [[]]
    for x, y in one.values:
        if y is None:
            stretches.append([])
        else:
            stretches[-1].append((across.at(x), up.at(min(y, up.high))))
    found = [stretch for stretch in stretches if stretch]
    return [_drawn(one, stretch, named=stretch is found[-1]) for stretch in found]


def _drawn(one: Series, stretch: Sequence[tuple[float, float]], *, named: bool) -> Line:
    is_word = len(one.name) > 1 and one.name != NOBODY
    x, y = min(stretch, key=lambda point: point[1]) if is_word else stretch[-1]
    right, down = (0, 18 if one.kind == "key" else -8) if is_word else (4, 4)
    points = " ".join(f"{_say(a)},{_say(b)}" for a, b in stretch)
    return Line(one.name if named else "", points, _say(x + right), _say(y + down), one.kind)


def _apart(lines: Sequence[Line]) -> tuple[Line, ...]:
    """With names that stand neither on one another nor below the axis."""
    placed: dict[int, str] = {}
    free = float(HEIGHT - BOTTOM)
    for y, place in sorted(
        ((float(line.y), place) for place, line in enumerate(lines) if line.name), reverse=True
    ):
        placed[place] = _say(min(y, free))
        free = min(y, free) - NAME_HEIGHT
    return tuple(replace(line, y=placed.get(place, line.y)) for place, line in enumerate(lines))


def _ticks(scale: Scale, low: float, high: float, *, whole: bool = False) -> tuple[Tick, ...]:
    """Round values, about five of them."""
    rough = (high - low) / TICKS or 1
    power = 10 ** floor(log10(rough))
    step = next(one * power for one in (1, 2, 5, 10) if one * power >= rough)
    step = max(1, round(step)) if whole else step
    first = floor(low / step)
    values = [n * step for n in range(first, first + 4 * TICKS) if low - 1e-9 <= n * step <= high + 1e-9]
    return tuple(Tick(_say(scale.at(value)), f"{value:g}".replace("-", "−")) for value in values)


def _say(value: float) -> str:
    return f"{value:.1f}"
