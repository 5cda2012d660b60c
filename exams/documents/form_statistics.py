"""The statistics of a form in words, tables and pictures; each picture is a table too."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, floor

from exams.documents.analysis import SIGNS
from exams.documents.tables import Table
from exams.queries.form_statistics import Analysed
from exams.queries.marking_quality import PairLine
from exams.rules import pictures
from exams.rules.form_statistics import FormStatistics
from exams.rules.outcome import shown
from exams.rules.pictures import Chart, Series
from exams.rules.statistics.classical import Classical, Item
from exams.rules.statistics.consistency import Consistency
from exams.rules.statistics.estimates import Estimate
from exams.rules.statistics.information import THETA

NUMBER, PERSONS, LOGITS = "items right", "sittings", "ability in logits"


@dataclass(frozen=True)
class Picture:
    """`says` is for whom the picture can't be seen."""

    key: str
    title: str
    says: str
    chart: Chart
    table: Table


def items(said: Analysed) -> Table:
    """One row for each item that counts, then one for each that is tried out, with the flags in words."""
    columns = (
        *("position", "item", "version", "p", "point-biserial", "corrected point-biserial"),
        *("KR-20 without it", "omitted", "not reached", "in forms", "in sittings", "flags", "counts"),
    )
    codes = {one["position"]: one for one in said.form.package["items"]}
    rows = []
    counted = [(item, True) for item in (said.found.classical.items if said.found.classical else ())]
    for item, counts in counted + [(one.item, False) for one in said.found.pilots if one.item]:
        code, exposed = codes[int(item.name)], said.exposed[int(item.name)]
        rows.append(
            (int(item.name), code["item"], code["version"], item.p, item.r, item.r_corrected,
             item.alpha_if_dropped, item.omitted, item.not_reached, exposed.forms, exposed.sittings, _flags(said, item),
             "yes" if counts else "no: pilot")
        )  # fmt: skip
    return Table("items", "Items", columns, tuple(rows))


def exposure(said: Analysed) -> Table:
    """Where each item of the form was before candidates, whether or not anything is said of it."""
    rows = tuple(
        (one["position"], one["item"], one["version"], said.exposed[one["position"]].forms,
         said.exposed[one["position"]].sittings)
        for one in said.form.package["items"]
    )  # fmt: skip
    return Table("exposure", "Exposure", ("position", "item", "version", "in forms", "in sittings"), rows)


def options(said: Analysed) -> Table:
    """One row for each response to an item with one choice, and of others for what was chosen at each part."""
    found = said.found.classical
    rows = [(int(item.name), *row) for item in (found.items if found else ()) for row in _options(item).rows]
    return Table("options", "Options", ("position", *_OPTION_COLUMNS), tuple(rows))


def unlike(said: Analysed) -> Table:
    """One row for each item and each group that is held against the largest one, or for why there is none."""
    columns = (
        "grouped by",
        "position",
        "largest group",
        "other group",
        "odds ratio",
        "delta",
        "p value",
        "class",
    )
    rows: list[tuple[object, ...]] = []
    for way, found in (said.leads.unlike if said.leads else {}).items():
        rows += [
            (way, int(one.item), one.reference, one.focal, one.odds_ratio, one.delta, one.p_value, one.ets)
            for one in found
        ]
        if not found:
            rows.append((way, None, "everybody is in one group", "", None, None, None, ""))
    return Table("dif", "Items that treat groups unlike", columns, tuple(rows))


def alike(said: Analysed) -> Table:
    """Pairs of sittings, by their numbers, whose answers are more alike than two scores let expect."""
    rows = tuple(
        (int(one.first), int(one.second), one.same, one.same_wrong, one.expected, one.p_value)
        for one in (said.leads.alike.leads if said.leads else ())
    )
    columns = (
        "sitting",
        "other sitting",
        "same answers",
        "of them wrong",
        "expected",
        "p value, for all pairs",
    )
    return Table("similarity", "Answers that are alike", columns, rows)


def traces(said: Analysed) -> list[tuple[Item, str, str, list[Picture]]]:
    """Each item with its code, its flags and its trace lines: one picture for each of its parts."""
    codes = {one["position"]: one["item"] for one in said.form.package["items"]}
    found = said.found.classical
    return [
        (item, codes[int(item.name)], _flags(said, item), _traces(item))
        for item in (found.items if found else ())
    ]


def scores(said: Analysed, found: Classical) -> Picture:
    cut = said.found.cut
    rows = tuple((score, many) for score, many in enumerate(found.counts))
    return Picture(
        "scores", "Scores", f"How many of {found.n} sittings have each number of items right.",
        pictures.histogram(found.counts, cut, x_title=NUMBER, y_title=PERSONS),
        Table("scores", "Scores", (NUMBER, PERSONS), rows),
    )  # fmt: skip


MOST_BARS = 200


def points(said: Analysed) -> Picture | None:
    """How many came to each number of points, where decisions are looked at by points; none where a score can be below 0, or
    there are more than can be drawn."""
    found = said.found.on_points
    if found is None or found.least < 0 or found.most > MOST_BARS:
        return None
    counts = [0] * (floor(found.most) + 1)
    for score, many in found.counts:
        counts[floor(score)] += many
    rows = tuple((score, many) for score, many in found.counts)
    return Picture(
        "points", "Points",
        "How many sittings have each number of points; what lies between two whole numbers stands at the lower. "
        f"{shown(found.needed)} of {shown(found.most)} pass.",
        pictures.histogram(counts, ceil(found.needed), x_title="points", y_title=PERSONS),
        Table("points", "Points", ("points", PERSONS), rows),
    )  # fmt: skip


def essays(said: Analysed) -> Table:
    """One row for each item that people mark."""
    codes = {one["position"]: one["item"] for one in said.form.package["items"]}
    rows = tuple(
        (one.position, codes[one.position], one.answered, one.most, one.mean, one.r)
        for one in said.found.essays
    )
    columns = ("position", "item", "scripts marked", "points, to", "mean points", "correlation with the rest")
    return Table("essays", "Items that people mark", columns, rows)


def criteria(said: Analysed) -> Table:
    """One row for each criterion of their rubrics."""
    contents = {one["position"]: one["content"] for one in said.form.package["items"]}
    rows = []
    for essay in said.found.essays:
        names = {one["id"]: one["name"] for one in contents[essay.position]["criteria"]}
        rows += [(essay.position, names[one.id], one.most, one.mean) for one in essay.criteria]
    columns = ("position", "criterion", "points, to", "mean points")
    return Table("criteria", "Criteria of their rubrics", columns, tuple(rows))


def agreement(pairs: Sequence[PairLine], who_of: Callable[[PairLine], Sequence[str]] | None = None) -> Table:
    """One row for each criterion of each pair of markers on an essay, and one for its points. `who_of` says what the two
    are called where that isn't their names."""
    rows: list[tuple[object, ...]] = []
    for one in pairs:
        who = " and ".join(who_of(one) if who_of else one.names)
        rows.append((one.position, who, one.scripts, "points", one.icc, one.apart, one.within))
        rows += [(one.position, who, one.scripts, name, kappa, None, None) for name, kappa in one.kappas]
    columns = (
        "position",
        "markers",
        "scripts of both",
        "of what",
        "ICC(2,1), or kappa",
        "apart on average",
        "share within",
    )
    return Table("agreement", "How far markers agree", columns, tuple(rows))


def errors(found: Classical) -> Picture:
    """The standard error of measurement at each score."""
    series = [
        Series("Lord", [(score, lord) for score, (lord, _) in enumerate(found.conditional)], "other-1"),
        Series("Keats", [(score, keats.value) for score, (_, keats) in enumerate(found.conditional)], "key"),
    ]
    rows = tuple((score, *both) for score, both in enumerate(found.conditional))
    return Picture(
        "errors", "Conditional standard error of measurement",
        "The error of a score is greatest in the middle and nothing at both ends.",
        pictures.curves(series, low=0, high=found.k, x_title=NUMBER, y_title="items"),
        Table("conditional-sem", "Conditional standard error of measurement", (NUMBER, "Lord", "Keats"), rows),
    )  # fmt: skip


def wright(said: Analysed) -> Picture | None:
    """Persons and items of the Rasch model on one axis."""
    found = said.found
    if not (found.rasch and found.abilities and found.classical):
        return None
    easiness = zip(found.classical.items, found.rasch.easiness, strict=True)
    hard = {item.name: -one.value for item, one in easiness if one.value is not None}
    persons = [
        (one.eap.known, many)
        for one, many in zip(found.abilities.by_score, found.able, strict=True)
        if one.eap.value is not None
    ]
    return Picture(
        "wright", "Wright map", "Candidates above, items below, on one axis of ability and difficulty.",
        pictures.wright(persons, hard, x_title=LOGITS, y_title=PERSONS), _standing(found),
    )  # fmt: skip


def models(said: Analysed) -> Table:
    """Easiness by the Rasch model, and from 500 sittings slope and intercept of the two-parameter one."""
    found = said.found
    columns: tuple[str, ...] = ("position", "Rasch easiness")
    if not (found.classical and found.rasch):
        return Table("models", "Models", columns, ())
    rows: list[tuple[object, ...]] = [
        (int(item.name), one) for item, one in zip(found.classical.items, found.rasch.easiness, strict=True)
    ]
    if found.two_parameter:
        columns += ("2PL slope", "2PL intercept")
        two = zip(found.two_parameter.slopes, found.two_parameter.intercepts, strict=True)
        rows = [(*row, *pair) for row, pair in zip(rows, two, strict=True)]
    return Table("models", "Models", columns, tuple(rows))


def information(said: Analysed) -> list[Picture]:
    """What the form tells about an ability, a picture for each model that was fitted: each counts ability in its own way."""
    found = said.found
    models = (
        ("Rasch", "information", "ability in logits", found.rasch),
        ("2PL", "information-2pl", "ability in standard deviations", found.two_parameter),
    )
    return [
        _told(name, key, ability, model.information)
        for name, key, ability, model in models
        if model and model.information
    ]


def summary(said: Analysed) -> Table:
    """The numbers of the whole form."""
    rows: list[tuple[object, ...]] = [
        ("Marked sittings", said.found.sittings),
        ("Key version", said.key_number),
    ]
    if found := said.found.classical:
        rows += [
            ("Items that count", found.k), ("Mean score", found.mean), ("Standard deviation", found.sd),
            ("KR-20 (alpha)", found.alpha), ("KR-21", found.kr21),
            ("Standard error of measurement", found.sem),
        ]  # fmt: skip
    if decided := said.found.decisions:
        rows += [("Items right that pass", decided.cut), ("Share that passes", decided.passed)]
        rows += _consistent("Livingston and Lewis", decided.livingston_lewis)
        rows += _consistent("Subkoviak", decided.subkoviak)
    if scored := said.found.on_points:
        rows += [
            ("Items whose points count", scored.items), ("Points, from", scored.least), ("Points, to", scored.most),
            ("Mean points", scored.mean), ("Alpha of the points", scored.alpha), ("Points that pass", scored.needed),
            ("Share that passes", scored.passed), *_consistent("Livingston and Lewis", scored.livingston_lewis),
        ]  # fmt: skip
    return Table("summary", "Summary", ("what", "value"), tuple(rows))


_OPTION_COLUMNS = (
    *("response", "key", "chosen", "share", "correlation with the rest"),
    *(f"fifth {n}" for n in range(1, 6)),
)


def _told(model: str, key: str, ability: str, values: Sequence[Estimate]) -> Picture:
    title = f"Test information, {model}"
    rows = tuple((float(at), value) for at, value in zip(THETA, values, strict=True))
    lines = [
        Series("", [(at, value.value) for at, value in rows], "key"),
        *(
            Series("", [(at, getattr(value, end)) for at, value in rows], "interval")
            for end in ("low", "high")
        ),
    ]
    return Picture(
        key, title, "Where the form tells most about an ability, and between which lines that lies at 95 per cent.",
        pictures.curves(lines, low=-4, high=4, x_title=ability, y_title="information"),
        Table(key, title, (ability, "information"), rows),
    )  # fmt: skip


def _consistent(name: str, found: Consistency) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = [
        (f"Decided alike twice, {name}", found.consistency),
        (f"Kappa, {name}", found.kappa),
    ]
    if found.accuracy.value is not None:
        rows += [
            (f"Decided rightly, {name}", found.accuracy),
            (f"Passes by error, {name}", found.false_pass),
            (f"Fails by error, {name}", found.false_fail),
        ]
    return rows


def _options(item: Item, group: str | None = None) -> Table:
    """All that was chosen, or what was at one part."""
    rows = tuple(
        (one.label or "none", one.is_key, one.count, one.share, one.r, *one.trace)
        for one in item.options
        if group is None or one.group == group
    )
    return Table(f"options-{item.name}", f"Responses to item {item.name}", _OPTION_COLUMNS, rows)


def _traces(item: Item) -> list[Picture]:
    groups = list(dict.fromkeys(one.group for one in item.options if one.code))
    return [_trace(item, group) for group in groups]


def _trace(item: Item, group: str) -> Picture:
    """Of one part of an item. Who gave no response at all is in the picture of an item that has but one part."""
    others = iter(range(1, 100))
    shown = [one for one in item.options if one.group == group]
    series = [
        Series(
            one.label or pictures.NOBODY,
            [(fifth, share.value) for fifth, share in enumerate(one.trace, 1)],
            "key" if one.is_key else f"other-{next(others)}" if one.code else "none",
        )
        for one in shown
    ]
    part = f", part {group}" if group else ""
    return Picture(
        f"trace-{item.name}-{group}", f"Trace lines of item {item.name}{part}",
        "The share that chose each response, from the fifth with the lowest scores to the one with the highest.",
        pictures.curves(
            series, low=1, high=5, top=1.0, x_title="fifth of the scores, lowest first", y_title="share"
        ),
        _options(item, group),
    )  # fmt: skip


def _flags(said: Analysed, item: Item) -> str:
    found: Sequence[str] = [
        SIGNS[flag.sign].format(value=flag.value, option=_label(item, flag.option))
        for flag in [*said.found.flags, *(one for pilot in said.found.pilots for one in pilot.flags)]
        if flag.item == item.name
    ]
    return "; ".join(found)


def _label(item: Item, code: str) -> str:
    return next((one.label for one in item.options if one.code == code), code)


def _standing(found: FormStatistics) -> Table:
    """Where each score and each item of a Wright map stands."""
    rows: list[tuple[object, ...]] = []
    if found.abilities and found.classical and found.rasch:
        rows = [
            (f"{score} right", one.eap, many)
            for score, (one, many) in enumerate(zip(found.abilities.by_score, found.able, strict=True))
        ]
        rows += [
            (f"item {item.name}", _turned(one), None)
            for item, one in zip(found.classical.items, found.rasch.easiness, strict=True)
        ]
    return Table("wright", "Wright map", ("what", LOGITS, PERSONS), tuple(rows))


def _turned(easiness: Estimate) -> Estimate:
    """Difficulty, which is easiness with its sign turned."""
    if easiness.value is None or easiness.low is None or easiness.high is None:
        return easiness
    return Estimate(-easiness.value, -easiness.high, -easiness.low)
