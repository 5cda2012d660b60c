"""The worked numbers are those of docs/algorithms/blueprint.md."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from exams.rules.assembly import Draft, try_out
from exams.rules.blueprint import Piece, ScenarioSet

PIECES = [Piece("A2", 1), Piece("B1", 2)]
SETS = [ScenarioSet("S", (Piece("S1", 1), Piece("S2", 2), Piece("S3", 2)))]
FORM = Draft(1, ("A2", "B1"), ("S",), ())
PILOTS = [
    Piece("P1", 1),
    Piece("P2", 2, frozenset({"A2"})),
    Piece("P3", 2, uses=1),
    Piece("P4", 1, frozenset({"P1"})),
]


def test_the_worked_example() -> None:
    (found,) = try_out([FORM], PILOTS, PIECES, SETS, seed="spring", most=2)
    assert (found.items, found.sets, found.pilots) == (("B1", "P4", "A2", "P3"), ("S",), ("P3", "P4"))
    assert try_out([FORM], PILOTS[::-1], PIECES, SETS, seed="spring", most=2) == (found,)


def test_a_set_is_tried_out_whole_where_there_is_room_for_it() -> None:
    whole = [ScenarioSet("T", (Piece("T1", 1), Piece("T2", 2)))]
    (found,) = try_out([FORM], PILOTS, PIECES, SETS, seed="spring", most=3, pilot_sets=whole)
    assert (found.items, found.sets) == (("B1", "P4", "A2"), ("S", "T"))
    assert found.pilots == ("P4", "T1", "T2")
    (found,) = try_out([FORM], PILOTS, PIECES, SETS, seed="spring", most=2, pilot_sets=whole)
    assert (found.sets, found.pilots) == (("S",), ("P3", "P4"))
    at_odds = [ScenarioSet("T", (Piece("T1", 1, frozenset({"T2"})), Piece("T2", 2)))]
    (found,) = try_out([FORM], PILOTS, PIECES, SETS, seed="spring", most=3, pilot_sets=at_odds)
    assert found.sets == ("S",)


def test_what_is_in_as_many_forms_as_may_be_is_not_tried_out_again() -> None:
    (found,) = try_out([FORM], PILOTS, PIECES, SETS, seed="spring", most=2, exposure=1)
    assert found.pilots == ("P4",)


def test_without_pilots_a_form_has_the_order_that_it_had() -> None:
    drafts = (replace(FORM, items=("B1", "A2")),)
    assert try_out(drafts, PILOTS, PIECES, SETS, seed="spring", most=0) == drafts
    assert try_out(drafts, [], PIECES, SETS, seed="spring", most=5) == drafts


CODES = [f"P{n}" for n in range(6)]


@given(
    st.text("abc", max_size=3),
    st.integers(0, 6),
    st.lists(st.frozensets(st.sampled_from([*CODES, "A2", "B1", "S2"])), min_size=6, max_size=6),
)
def test_no_pilot_is_beside_an_enemy_or_in_two_forms(
    seed: str, most: int, enemies: list[frozenset[str]]
) -> None:
    pilots = [Piece(code, 1, foes - {code}) for code, foes in zip(CODES, enemies, strict=True)]
    drafts = [FORM, Draft(2, ("B2",), (), ())]
    found = try_out(drafts, pilots, [*PIECES, Piece("B2", 2)], SETS, seed=seed, most=most)
    known = {pilot.code: pilot for pilot in pilots}
    for draft, before in zip(found, drafts, strict=True):
        assert len(draft.pilots) <= most
        assert {*draft.items} - {*draft.pilots} == {*before.items}
        beside = {*draft.items, *({"S1", "S2", "S3"} if draft.sets else set())}
        assert all(known[code].enemies.isdisjoint(beside) for code in draft.pilots)
    assert {*found[0].pilots}.isdisjoint(found[1].pilots)
