"""The statistics of an exam in words, tables and a picture."""

from collections.abc import Sequence
from math import floor

from exams.documents.form_statistics import Picture
from exams.documents.tables import Table
from exams.queries.exam_statistics import Analysed
from exams.rules import pictures
from exams.rules.exam_statistics import Group

LABELS = {"whole": "All forms", "periods": "By period", "forms": "By form", "times": "By time sat"}


def of_groups(key: str, found: Sequence[Group]) -> Table:
    """One row a group; alpha and the standard error for forms alone, which are what they speak of."""
    columns: tuple[str, ...] = ("group", "sittings", "share that passes", "mean per cent of the points")
    rows: list[tuple[object, ...]] = [(one.label, one.sittings, one.passing, one.mean) for one in found]
    if key == "forms":
        columns += ("alpha", "standard error of measurement in points")
        rows = [(*row, one.alpha, one.error) for row, one in zip(rows, found, strict=True)]
    return Table(key, LABELS[key], columns, tuple(rows))


def exposure(found: Analysed) -> Table:
    """Each version of an item that stands in a form, the most seen first."""
    rows = tuple((one.code, one.domain, one.version, one.forms, one.sittings) for one in found.exposed)
    columns = ("item", "domain", "version", "in forms", "in sittings")
    return Table("exposure", "Exposure", columns, rows)


def results(found: Analysed) -> Table:
    """Every result by the number of its sitting, without a name."""
    rows = tuple(
        (
            str(one.sitting.uuid), found.forms[one.sitting.form_id or 0].number, one.sitting.submitted_at,
            one.run.raw, one.run.maximum, one.cut * one.run.maximum,
            None if one.run.scaled is None else floor(one.run.scaled), str(one.outcome), str(one.state),
        )
        for one in found.results
    )  # fmt: skip
    columns = (
        *("sitting", "form", "handed in", "points", "of", "cut in points", "scaled"),
        *("outcome", "state"),
    )
    return Table("results", "Results", columns, rows)


def trend(found: Sequence[Group]) -> Picture:
    """The share that passes in each period with its interval; a period of fewer than 30 sittings is left open."""
    return Picture(
        "trend", "Who passes, over time",
        "The share that passes in each period, with its interval at 95 per cent. A period of fewer than 30 sittings is "
        "left open.",
        pictures.trend(
            [(one.label, one.passing.low, one.passing.value, one.passing.high) for one in found],
            y_title="share that passes",
        ),
        of_groups("periods", found),
    )  # fmt: skip
