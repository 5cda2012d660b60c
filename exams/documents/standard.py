"""Cuts that rest on what candidates did, in tables and pictures."""

from collections.abc import Sequence
from fractions import Fraction

from exams.documents.form_statistics import Picture
from exams.documents.tables import Table
from exams.queries.equating import Compared
from exams.queries.panels import Panel
from exams.rules import outcome, pictures
from exams.rules.pictures import Series
from exams.rules.standard import compromise, equated
from exams.rules.standard.angoff import deviation
from exams.rules.standard.equated import Equated, Worth
from exams.states import CutMethod


def forms(compared: Compared) -> Table:
    """Both forms side by side, and how their groups did on the items that both hold."""
    columns = ("what", f"form {compared.form.number}", f"form {compared.reference.number}")
    both = (compared.here, compared.there)
    many = len(compared.anchor)
    rows: list[tuple[object, ...]] = [
        ("Marked sittings", *(one.number for one in both)),
        ("Most points", *(outcome.shown(one.maximum) for one in both)),
        ("Items that both hold, with the same key", many, many),
        ("Share of the points that they are", *(one.anchor / one.maximum for one in both)),
    ]
    if all(one.number for one in both):
        found = [equated.summary(one) for one in both]
        rows += [
            ("Mean points", *(one.mean for one in found)),
            ("Standard deviation", *(one.deviation for one in found)),
        ]
        if many:
            rows.append(("Mean points of the shared items", *(one.anchor for one in found)))
    return Table("forms", "Both forms", columns, tuple(rows))


def function(compared: Compared, found: Equated) -> Picture:
    """What each whole score of the reference form is worth here, with the interval, and the cut."""
    here, there = f"points of form {compared.form.number}", f"points of form {compared.reference.number}"
    lines = [
        Series("", _line(found.function, "low"), "other-2"),
        Series("", _line(found.function, "high"), "other-2"),
        Series("", _line(found.function, "here"), "key"),
    ]
    rows = tuple((int(one.there), one.here, one.error, one.low, one.high) for one in found.function)
    cut = float(found.cut.there)
    return Picture(
        "function",
        "What a score is worth",
        f"What each score of form {compared.reference.number} is worth on form {compared.form.number}, with its "
        f"interval at 95 per cent; the upright line is the cut of form {compared.reference.number}.",
        pictures.curves(
            lines,
            low=0,
            high=float(compared.there.maximum),
            top=float(compared.here.maximum),
            x_title=there,
            y_title=here,
            marks=[(cut, f"cut {cut:g}")],
        ),
        Table("function", "What a score is worth", (there, here, "standard error", "from", "to"), rows),
    )


def meeting(panel: Panel, method: str) -> Picture:
    """What the judges want, each as a point or as a line, their means, and, from 30 candidates on, the curve of what they
    did."""
    fails = method == CutMethod.HOFSTEE
    verb = "fails" if fails else "passes"
    highest = int(panel.maximum)
    curve = []
    for at in range(highest + 1) if len(panel.scores) >= compromise.LEAST else ():
        share = float(compromise.passing(panel.scores, Fraction(at)))
        curve.append((at, 100 * (1 - share if fails else share)))
    wanted = _hofstee(panel) if fails else _beuk(panel)
    dots = [dot for ends in wanted for dot in ends]
    marks = [(panel.met.cut, f"cut {float(panel.points):g}")] if panel.met else []
    rows = tuple((at, f"{share:.1f} %") for at, share in curve)
    series = [Series("", curve, "other-1")] if curve else []
    series += [Series("", _mean_line(panel, wanted, highest), "key")] if wanted else []
    return Picture(
        "meeting",
        "Wish and reality",
        f"The thin curve is the share of candidates that {verb} at each cut, the thick line what the judges want on "
        "average; the dots are what each of them said, and the upright line is the cut where they meet.",
        pictures.curves(
            series, low=0, high=highest, top=100, x_title="cut in points", y_title=f"per cent that {verb}",
            dots=dots, marks=marks,
        ),
        Table("meeting", "Candidates", ("cut in points", f"share that {verb}"), rows),
    )  # fmt: skip


def _beuk(panel: Panel) -> list[list[tuple[float, float]]]:
    return [[(one.least_cut, one.least_share)] for one in panel.wishes]


def _hofstee(panel: Panel) -> list[list[tuple[float, float]]]:
    """For each judge (lowest cut, most failing) and (highest cut, least failing)."""
    return [
        [(one.least_cut, one.most_share or 0), (one.most_cut or 0, one.least_share)] for one in panel.wishes
    ]


def _mean_line(
    panel: Panel, wanted: Sequence[Sequence[tuple[float, float]]], highest: int
) -> list[tuple[float, float | None]]:
    """Hofstee's line goes from end to end; Beuk's through the means, as steep as the deviations, as far as it shows."""
    means = [
        (sum(x for x, _ in column) / len(column), sum(y for _, y in column) / len(column))
        for column in zip(*wanted, strict=True)
    ]
    if len(means) == 2:
        return list(means)
    (x, y), cuts, shares = (
        means[0],
        [one.least_cut for one in panel.wishes],
        [one.least_share for one in panel.wishes],
    )
    wide, high = deviation(cuts), deviation(shares)
    if not wide:
        return [(x, 0.0), (x, 100.0)] if high else [(x, y)]
    slope = high / wide
    if not slope:
        return [(0, y), (highest, y)]
    first, last = max(0.0, x - y / slope), min(float(highest), x + (100 - y) / slope)
    return [(first, y + slope * (first - x)), (last, y + slope * (last - x))]


def _line(found: Sequence[Worth], end: str) -> list[tuple[float, float | None]]:
    return [(float(one.there), max(0.0, getattr(one, end))) for one in found]
