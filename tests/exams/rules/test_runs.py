from fractions import Fraction

from exams.itemtypes import single
from exams.rules import runs
from exams.rules.acceptance import Event
from exams.rules.runs import Paper, Standard
from exams.rules.scoring import Placed
from exams.rules.standard.scaling import Scale
from exams.rules.verification import Run

PAPER = Paper("a form", tuple(Placed(position, 1, "single") for position in (1, 2, 3)))
KEYS = {
    str(position): single.read("Which?", [("A", "", True), ("B", "", False), ("C", "", False)])[1]
    for position in (1, 2, 3)
}
EVENTS = [Event(1, 1, 1, "a"), Event(1, 2, 2, "b")]


def kept(standard: Standard | None, changed: object = None) -> Run:
    worked = runs.work_out(PAPER, KEYS, EVENTS, standard=standard)
    detail = worked.detail | ({"standard": changed} if changed else {})
    return Run(1, KEYS, worked.raw, worked.maximum, detail, worked.digest)


def test_a_run_binds_its_cut_and_its_scaled_score_and_is_worked_out_anew_with_them() -> None:
    standard = Standard(Fraction(1, 2), Scale(200, 500, 800))
    run = kept(standard)
    # One of three points, and 1.5 needed: two thirds of the way from 200 to 500.
    assert run.detail["standard"] == [[1, 2], [200, 500, 800], [400, 1]]
    assert (runs.standard_of(run.detail), runs.scaled_of(run.detail)) == (standard, 400)
    assert runs.difference(run, PAPER, EVENTS) is None
    assert kept(None).digest != run.digest
    for other in (
        [[1, 2], [200, 500, 800], [401, 1]],
        [[1, 2]],
        [[1, 2], [200, 500, 800], []],
        [[1, 0]],
        "x",
    ):
        assert runs.difference(kept(standard, other), PAPER, EVENTS) is not None


def test_a_run_from_before_there_was_a_standard_is_worked_out_as_it_was() -> None:
    run = kept(None)
    assert "standard" not in run.detail
    assert (runs.standard_of(run.detail), runs.scaled_of(run.detail)) == (None, None)
    assert runs.difference(run, PAPER, EVENTS) is None


def test_a_package_says_what_does_not_count_once_and_a_run_is_replayed_with_it() -> None:
    items = [{"position": n, "domain": 1, "kind": "single"} for n in (1, 2, 3)]
    assert runs.paper("a form", {"items": items}) == PAPER
    items[1] |= {"pilot": True}
    items[2] |= {"weight": "3/2"}
    paper = runs.paper("a form", {"items": items})
    worked = runs.work_out(paper, KEYS, EVENTS)
    assert (worked.raw, worked.maximum) == (1, Fraction(5, 2))
    assert worked.detail["marks"] == [[1, 1, 1, 1, 1, 1, True], [3, 1, 0, 1, 3, 2, False]]
    assert worked.detail["pilots"] == [[2, 1, 0, 1, 1, 1, True]]
    run = Run(1, KEYS, worked.raw, worked.maximum, worked.detail, worked.digest)
    assert runs.difference(run, paper, EVENTS) is None
    assert runs.difference(run, PAPER, EVENTS) is not None
