import pytest
from hypothesis import given
from hypothesis import strategies as st

from courses.rules import checks
from courses.rules.checks import Check, Option


def asked(kind: str, rights: list[bool]) -> Check:
    return Check(
        "c1",
        kind,
        "Which?",
        tuple(Option(f"o{n}", f"Option {n}", right, "Why.") for n, right in enumerate(rights)),
    )


def test_exactly_the_right_options_are_right() -> None:
    check = asked("multiple", [True, False, True])
    assert checks.mark(check, ["o0", "o2"]) is True
    assert checks.mark(check, ["o0"]) is False
    assert checks.mark(check, ["o0", "o1", "o2"]) is False


def test_an_answer_without_a_choice_is_refused() -> None:
    with pytest.raises(checks.NothingChosen):
        checks.mark(asked("single", [True, False]), [])


def test_two_choices_are_refused_where_one_is_right() -> None:
    with pytest.raises(checks.TooManyChosen):
        checks.mark(asked("single", [True, False]), ["o0", "o1"])


def test_an_option_that_the_check_does_not_have_is_refused() -> None:
    with pytest.raises(checks.UnknownOption):
        checks.mark(asked("single", [True, False]), ["o7"])


@given(st.lists(st.booleans(), min_size=2, max_size=8).filter(any), st.data())
def test_one_set_of_options_is_right_and_no_other(rights: list[bool], data: st.DataObject) -> None:
    check = asked("multiple", rights)
    ids = [option.id for option in check.options]
    chosen = data.draw(st.sets(st.sampled_from(ids), min_size=1))
    assert checks.mark(check, chosen) is (chosen == {o.id for o in check.options if o.right})


@pytest.mark.parametrize(
    ("kind", "rights", "count"),
    [
        ("single", [True, False], 0),
        ("single", [True, True], 1),
        ("multiple", [True, True], 0),
        ("multiple", [False, False], 1),
        ("single", [True], 1),
        ("single", [], 2),
    ],
)
def test_faults_of_a_check_are_named_for_its_author(kind: str, rights: list[bool], count: int) -> None:
    assert len(checks.faults(kind, rights)) == count
