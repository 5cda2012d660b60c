"""How well people mark: progress, agreement of pairs of markers, and each marker against the control scripts."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from exams.models import Form, Marking, Script, ScriptMark
from exams.rules import marking as rules
from exams.rules.marking import Role
from exams.rules.statistics import agreement
from exams.rules.statistics.agreement import Drift
from exams.rules.statistics.estimates import Estimate, Reason, missing
from exams.states import ScriptState
from lms.accounts import queries as people

BOTH = (Role.FIRST, Role.SECOND)


@dataclass(frozen=True)
class PairLine:
    """Two markers on the scripts of one task that both marked blind. `apart` is the mean of how far their points are from
    each other, `within` the share of scripts where that is within the tolerance; `kappas` is told by the name of the
    criterion. Below 30 scripts in common nothing but their number is said. `position` is that of the essay on the form
    that was asked about, 0 where it was an exam or a coursework."""

    ids: tuple[int, int]
    names: tuple[str, str]
    task: str
    position: int
    scripts: int
    apart: Estimate
    within: Estimate
    icc: Estimate
    kappas: tuple[tuple[str, Estimate], ...]


@dataclass(frozen=True)
class MarkerLine:
    """One marker; `off` says that they are too lenient, too strict or drifting, by more than chance and tolerance."""

    person_id: int
    name: str
    marked: int
    drift: Drift
    off: str


@dataclass(frozen=True)
class Quality:
    states: Mapping[str, int]
    double: int
    adjudicated: int
    pairs: tuple[PairLine, ...]
    markers: tuple[MarkerLine, ...]


def quality(marking: Marking) -> Quality:
    """Everything about the marking of an exam or a coursework. Five statements, whatever the number of scripts."""
    scripts = list(
        Script.objects.filter(marking=marking).defer("text").prefetch_related("marks").order_by("pk")
    )
    marks = [(script, mark) for script in scripts for mark in script.marks.all()]
    cards = people.cards({mark.marker_id for _, mark in marks})
    names = {pk: card.display_name for pk, card in cards.items()}
    own = [script for script in scripts if not script.control]
    return Quality(
        {str(state.label): sum(1 for one in own if one.state == state) for state in ScriptState},
        sum(1 for one in own if one.double),
        sum(1 for _, mark in marks if mark.role == Role.ADJUDICATION),
        tuple(_pairs(own, names, marking.tolerance)),
        tuple(_markers(marks, names, marking.tolerance)),
    )


def of_form(form: Form) -> tuple[PairLine, ...]:
    """How far two markers agree on the essays of one form. Three statements; one where the exam has nothing for people."""
    marking = Marking.objects.filter(exam_id=form.exam_id).first()
    if marking is None:
        return ()
    rows = Script.objects.filter(marking=marking, sitting__form_id=form.pk, control=False)
    scripts = list(rows.defer("text").prefetch_related("marks").order_by("pk"))
    cards = people.cards({mark.marker_id for script in scripts for mark in script.marks.all()})
    names = {pk: card.display_name for pk, card in cards.items()}
    return tuple(_pairs(scripts, names, marking.tolerance, placed=True))


def _pairs(
    scripts: Sequence[Script], names: Mapping[int, str], tolerance: Fraction, *, placed: bool = False
) -> list[PairLine]:
    found: dict[tuple[int, str, int, int], list[tuple[Script, ScriptMark, ScriptMark]]] = defaultdict(list)
    for script in scripts:
        blind = [mark for mark in script.marks.all() if mark.role in BOTH]
        for one, other in combinations(sorted(blind, key=lambda mark: mark.marker_id), 2):
            place = script.position or 0 if placed else 0
            found[(place, script.rubric_digest, one.marker_id, other.marker_id)].append((script, one, other))
    return [
        _pair(rows, place, (one, other), (names[one], names[other]), tolerance)
        for (place, _, one, other), rows in sorted(found.items())
    ]


def _pair(
    rows: Sequence[tuple[Script, ScriptMark, ScriptMark]],
    position: int,
    ids: tuple[int, int],
    names: tuple[str, str],
    tolerance: Fraction,
) -> PairLine:
    of = rules.rubric(rows[0][0].criteria)
    totals = [[float(_total(of, one)), float(_total(of, other))] for _, one, other in rows]
    enough = len(rows) >= agreement.FEWEST_SCRIPTS
    few = missing(Reason.FEW_PERSONS)
    off, within = agreement.apart(totals, float(tolerance)) if enough else (few, few)
    kappas = tuple(
        (
            criterion.name,
            agreement.weighted_kappa(
                [one.levels[criterion.id] for _, one, _ in rows],
                [other.levels[criterion.id] for _, _, other in rows],
                len(criterion.levels),
            )
            if enough
            else few,
        )
        for criterion in of.criteria
    )
    return PairLine(
        ids,
        names,
        rows[0][0].task,
        position,
        len(rows),
        off,
        within,
        agreement.icc(totals) if enough else few,
        kappas,
    )


def _markers(
    marks: Sequence[tuple[Script, ScriptMark]], names: Mapping[int, str], tolerance: Fraction
) -> list[MarkerLine]:
    counts = Counter(mark.marker_id for script, mark in marks if not script.control)
    references = {script.pk: mark for script, mark in marks if mark.role == Role.REFERENCE}
    controls: dict[int, list[tuple[Script, ScriptMark]]] = defaultdict(list)
    for script, mark in marks:
        if mark.role == Role.CONTROL:
            controls[mark.marker_id].append((script, mark))
    found = []
    for person_id in sorted(counts.keys() | controls.keys(), key=lambda pk: names[pk]):
        rows = controls[person_id]
        off = [
            float(_total(of, mark) - _total(of, references[script.pk]))
            for script, mark in rows
            for of in [rules.rubric(script.criteria)]
        ]
        first = min((mark.at for _, mark in rows), default=None)
        days = [(mark.at - first).total_seconds() / 86400 for _, mark in rows if first]
        drift = agreement.drift(off, days)
        found.append(
            MarkerLine(person_id, names[person_id], counts[person_id], drift, _off(drift, float(tolerance)))
        )
    return found


def _off(drift: Drift, tolerance: float) -> str:
    severity, slope = drift.severity, drift.slope
    if severity.value is not None and abs(severity.value) > tolerance and _clear(severity):
        return "lenient" if severity.value > 0 else "strict"
    return "drifting" if slope.value is not None and _clear(slope) else ""


def _clear(estimate: Estimate) -> bool:
    """Whether the interval leaves 0 out."""
    return estimate.low is not None and estimate.high is not None and (estimate.low > 0 or estimate.high < 0)


def _total(of: rules.Rubric, mark: ScriptMark) -> Fraction:
    return sum(rules.points(of, mark.levels).values(), rules.NOTHING)
