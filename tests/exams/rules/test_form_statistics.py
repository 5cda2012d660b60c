"""The worked numbers are those of docs/algorithms/form-statistics.md."""

import random
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from exams.rules import form_statistics as rules
from exams.rules import matrices, points
from exams.rules.acceptance import Event
from exams.rules.matrices import Answered
from exams.rules.scoring import Placed
from exams.rules.statistics.estimates import Reason

PLACED = tuple(Placed(position, 1, "single") for position in (1, 2, 3, 4))
KEYS: dict[str, Any] = {str(one.position): {"rule": "all-or-nothing", "right": ["b"]} for one in PLACED}
CUT = Fraction(7, 10)
PATTERNS = {"bbba": 10, "bbbb": 6, "bcba": 6, "ccbb": 5, "b---": 3}


def answered(pattern: str) -> Answered:
    return Answered("x", tuple(Event(1, n, n, v) for n, v in enumerate(pattern, 1) if v != "-"))


def everybody() -> list[Answered]:
    return [answered(said) for said, many in PATTERNS.items() for _ in range(many)]


def keyed(**said: dict[str, Any]) -> dict[str, Any]:
    return KEYS | {name.removeprefix("p"): KEYS["1"] | one for name, one in said.items()}


def test_below_thirty_sittings_nothing_is_said() -> None:
    found = rules.analyse(PLACED, KEYS, everybody()[:29], CUT)
    assert (found.sittings, found.suppressed, found.classical) == (29, Reason.FEW_PERSONS, None)
    assert (found.rasch, found.decisions, found.cut) == (None, None, None)


def test_thirty_sittings_give_scores_decisions_and_one_scale() -> None:
    found = rules.analyse(PLACED, KEYS, everybody(), CUT)
    assert found.classical and found.decisions and found.rasch and found.abilities
    assert found.classical.counts == (0, 3, 11, 10, 6)
    assert [round(item.p.known, 3) for item in found.classical.items] == [0.833, 0.533, 0.9, 0.367]
    assert (found.cut, found.decisions.passed.value) == (3, 16 / 30)
    assert (found.able, len(found.abilities.by_score)) == ((0, 3, 11, 10, 6), 5)
    assert found.two_parameter is None


def test_what_was_not_reached_is_kept_apart_from_what_was_omitted() -> None:
    said = [*everybody(), answered("b-bb")]
    items = rules.analyse(PLACED, KEYS, said, CUT).classical.items  # type: ignore[union-attr]
    assert [(item.omitted, item.not_reached) for item in items] == [(0, 0), (1, 3), (0, 3), (0, 3)]


def test_an_item_credited_to_all_counts_in_the_cut_and_not_in_the_statistics() -> None:
    keys = keyed(p4={"treatment": "credit"})
    found = rules.analyse(PLACED, keys, everybody(), CUT)
    assert (found.positions, found.left_out, found.cut) == ((1, 2, 3), (4,), 2)
    assert rules.score_to_pass(PLACED, keyed(p4={"treatment": "drop"}), CUT) == 3


def test_a_form_that_is_credited_wholly_has_nothing_to_reckon_with() -> None:
    keys = keyed(**{f"p{n}": {"treatment": "drop"} for n in range(1, 5)})
    assert rules.analyse(PLACED, keys, everybody(), CUT).suppressed == Reason.FEW_ITEMS


def test_where_points_are_no_number_of_items_decisions_are_looked_at_by_points() -> None:
    keys = keyed(p1={"rule": "right-minus-wrong", "of": 3}, p4={"treatment": "credit"})
    found = rules.analyse(PLACED, keys, everybody(), CUT)
    assert (found.cut, found.decisions, found.classical is None) == (None, None, False)
    scored = found.on_points
    # Seven tenths of four, of which one is credited: 1.8 of the other three, and the next half that can be reached.
    assert scored and (scored.least, scored.most, scored.step, scored.needed) == (
        Fraction(-1, 2),
        3,
        Fraction(1, 2),
        2,
    )
    assert (scored.items, scored.passed.value) == (3, 22 / 30)
    assert scored.livingston_lewis.consistency.low is not None
    assert rules.score_to_pass(PLACED, keyed(p1={"rule": "map-response", "map": {"b": "1"}}), CUT) is None


def test_by_points_a_plain_form_comes_to_what_it_comes_to_by_items() -> None:
    found = rules.analyse(PLACED, KEYS, everybody(), CUT)
    scored = points.look(PLACED, KEYS, everybody(), CUT)
    assert scored and found.decisions and found.classical
    assert (scored.needed, scored.alpha.known) == (3, pytest.approx(found.classical.alpha.known))
    by_items = found.decisions.livingston_lewis.consistency.known
    assert scored.livingston_lewis.consistency.known == pytest.approx(by_items)
    heavier = points.look([replace(one, weight=Fraction(3, 2)) for one in PLACED], KEYS, everybody(), CUT)
    assert heavier and (heavier.needed, heavier.most) == (Fraction(9, 2), 6)
    assert heavier.livingston_lewis.consistency.known == pytest.approx(by_items)


def test_everybody_alike_gives_reasons_in_the_place_of_numbers() -> None:
    found = rules.analyse(PLACED, KEYS, [answered("bbbb")] * 30, CUT)
    assert found.classical and found.decisions and found.rasch
    assert found.classical.alpha.reason == Reason.CONSTANT
    assert {one.reason for one in found.rasch.easiness} == {Reason.CONSTANT}
    assert (found.abilities, found.decisions.passed.value) == (None, 1.0)


def test_slopes_are_told_from_five_hundred_sittings_on() -> None:
    lot = random.Random(4)
    placed = tuple(Placed(position, 1, "single") for position in range(1, 7))
    keys = {str(one.position): KEYS["1"] for one in placed}
    said = []
    for _ in range(500):
        able = lot.gauss(0, 1)
        said.append(answered("".join("b" if lot.gauss(able, 1) > n / 3 - 1 else "a" for n in range(6))))
    few, enough = (rules.analyse(placed, keys, some, CUT) for some in (said[:499], said))
    assert few.two_parameter is None
    assert enough.two_parameter and len(enough.two_parameter.information) == 33
    assert all(one.value and one.low and one.low < one.value for one in enough.two_parameter.slopes)


def test_what_is_tried_out_is_looked_at_beside_what_counts() -> None:
    placed = [replace(one, pilot=one.position == 4) for one in PLACED]
    found = rules.analyse(placed, KEYS, everybody(), CUT)
    assert found.classical and (found.positions, found.left_out, found.cut) == ((1, 2, 3), (), 3)
    assert found.classical.counts == (0, 8, 6, 16)
    assert round(found.classical.alpha.known, 4) == 0.5168
    (pilot,) = found.pilots
    assert pilot.item and (pilot.position, pilot.item.p.value) == (4, 11 / 30)
    assert round(pilot.item.r_corrected.known, 4) == -0.1566
    assert [(str(flag.sign), flag.option, round(flag.value or 0, 4)) for flag in pilot.flags] == [
        ("weak", "", -0.1566),
        ("distractor", "a", 0.4487),
    ]
    few = rules.analyse(placed, KEYS, everybody()[:29], CUT)
    assert [(one.position, one.item) for one in few.pilots] == [(4, None)]


def test_items_that_are_not_worth_the_same_are_no_number_of_items() -> None:
    placed = [replace(one, weight=Fraction(one.position, 2)) for one in PLACED]
    assert rules.score_to_pass(placed, KEYS, CUT) is None
    scored = rules.analyse(placed, KEYS, everybody(), CUT).on_points
    assert scored and (scored.most, scored.step, scored.needed) == (5, Fraction(1, 2), Fraction(7, 2))
    assert rules.score_to_pass([replace(one, weight=Fraction(3, 2)) for one in PLACED], KEYS, CUT) == 3


def test_of_a_response_with_parts_each_part_has_its_table_and_its_lines() -> None:
    placed = (*PLACED, Placed(5, 1, "multiple"), Placed(6, 1, "matching"), Placed(7, 1, "text"))
    keys = KEYS | {
        "5": {"rule": "hits-minus-false", "right": ["a", "c"], "of": 4},
        "6": {"rule": "per-pair", "right": "ba"},
        "7": {"rule": "all-or-nothing", "accepted": ["Oslo"], "case": False},
    }
    said = []
    for number, one in enumerate(everybody()):
        able = number < 16
        more = {5: "ac" if able else "ab", 6: "ba" if able else "b-", 7: "oslo" if able else f"Rome {number}"}
        if number < 29:
            last = [Event(1, 9 + place, place, value) for place, value in more.items()]
            one = replace(one, events=(*one.events, *last))
        said.append(one)
    found = rules.analyse(placed, keys, said, CUT)
    assert found.classical
    *_, multiple, matching, text = found.classical.items
    assert [(one.label, one.is_key, one.count) for one in multiple.options] == [
        ("A", True, 29), ("B", False, 13), ("C", True, 16), ("", False, 1),
    ]  # fmt: skip
    assert [(one.label, one.group, one.is_key, one.count) for one in matching.options[:-1]] == [
        ("1B", "1", True, 29), ("2A", "2", True, 16),
    ]  # fmt: skip
    assert [one.value for one in multiple.options[2].trace][-1] == 1.0
    assert multiple.options[2].r.known > 0 > multiple.options[1].r.known
    oslo, *others, lump, _ = text.options
    assert (oslo.label, oslo.is_key, oslo.count) == ("“oslo”", True, 16)
    assert len(others) == matrices.TYPED - 1
    assert (lump.label, lump.is_key, lump.count) == ("other wrong answers", False, 2)
    assert not [flag for flag in found.flags if flag.item in "567" and flag.sign == "distractor"]
    assert found.on_points and found.on_points.most == 7


def test_a_part_that_correlates_above_the_key_of_its_part_is_flagged() -> None:
    placed, keys = (*PLACED, Placed(5, 1, "matching")), KEYS | {"5": {"rule": "per-pair", "right": "ab"}}
    said = [
        replace(one, events=(*one.events, Event(1, 9, 5, "ac" if number < 16 else "ab")))
        for number, one in enumerate(everybody())
    ]
    flags = [flag for flag in rules.analyse(placed, keys, said, CUT).flags if flag.item == "5"]
    assert ("distractor", "2c") in [(str(flag.sign), flag.option) for flag in flags]
