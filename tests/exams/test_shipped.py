"""The banks as they are shipped: enough of everything, and nothing that gives a right answer away."""

from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from courses.rules.library import shelves
from courses.rules.library.texts import FrameworkText
from exams import itemtypes
from exams.rules import assembly, library
from exams.rules.assembly import Status
from exams.rules.blueprint import Piece, Plan, ScenarioSet
from exams.rules.library import ParsedBank
from exams.rules.library.banks import ParsedItem
from lms.kit.content import Problems

WEIGHTS = {
    "aims-lead-implementer": ((1, 15), (2, 25), (3, 15), (4, 25), (5, 10), (6, 10)),
    "aims-lead-auditor": ((1, 10), (2, 20), (3, 15), (4, 15), (5, 20), (6, 10), (7, 10)),
}
LEVELS = (("understand", 25), ("apply", 45), ("analyse", 30))
BANKS = ("aims-lead-implementer", "aims-lead-auditor")


@pytest.fixture(scope="module")
def framework() -> FrameworkText:
    read = shelves.read([Path(settings.BASE_DIR) / "courses" / "library"], Problems())
    (found,) = read.frameworks
    return found


@pytest.fixture(scope="module")
def shipped() -> dict[str, ParsedBank]:
    problems = Problems()
    read = library.read([Path(settings.BASE_DIR) / "exams" / "library"], problems)
    assert [str(problem) for problem in problems] == []
    return {bank.key: bank for bank in read.banks}


def pool(bank: ParsedBank, name: str) -> list[ParsedItem]:
    return [item for item in bank.items if item.pool == name]


def single(bank: ParsedBank) -> list[ParsedItem]:
    return [item for item in bank.items if item.content["kind"] == "single"]


@pytest.mark.parametrize("key", BANKS)
def test_each_bank_holds_what_two_forms_and_a_mock_need(shipped, key) -> None:
    exam, practice = pool(shipped[key], "exam"), pool(shipped[key], "practice")
    sets = Counter(item.scenario for item in exam + practice if item.scenario)
    assert (len(exam) >= 160, len(practice) >= 100, len(sets) >= 12, set(sets.values())) == (
        True,
        True,
        True,
        {5},
    )
    for domain, weight in WEIGHTS[key]:
        assert sum(item.domain == domain for item in exam) >= 2 * 80 * weight / 100, domain
        assert sum(item.domain == domain for item in practice) >= 10, domain
        levels = {item.level for item in exam if item.domain == domain}
        assert levels == {"understand", "apply", "analyse"}, domain


@pytest.mark.parametrize("key", BANKS)
def test_two_disjoint_forms_of_eighty_are_assembled_by_the_published_weights(shipped, key) -> None:
    plan = Plan(80, WEIGHTS[key], sets=4, levels=LEVELS)
    first, second = assembled(pool(shipped[key], "exam"), plan, forms=2)
    assert (len(first), len(second), first & second) == (80, 80, set())


@pytest.mark.parametrize("key", BANKS)
def test_a_mock_of_eighty_is_assembled_from_the_open_pool(shipped, key) -> None:
    (mock,) = assembled(pool(shipped[key], "practice"), Plan(80, WEIGHTS[key], sets=3), forms=1)
    assert len(mock) == 80


def assembled(items: list[ParsedItem], plan: Plan, *, forms: int) -> list[set[str]]:
    """The codes of each form assembled from these items alone; proved to be the best by its seed."""
    pieces = {
        item.code: Piece(item.code, item.domain, frozenset(item.enemies), level=item.level)
        for item in sorted(items, key=lambda item: (item.scenario, item.place))
    }
    alone = [pieces[item.code] for item in items if not item.scenario]
    sets = {
        code: ScenarioSet(code, tuple(pieces[item.code] for item in items if item.scenario == code))
        for code in {item.scenario for item in items if item.scenario}
    }
    found = assembly.assemble(plan, alone, list(sets.values()), seed="shipped", forms=forms)
    assert found.proof.status == Status.OPTIMAL
    return [
        {*draft.items, *(piece.code for code in draft.sets for piece in sets[code].pieces)}
        for draft in found.drafts
    ]


@pytest.mark.parametrize("key", BANKS)
def test_every_clause_and_every_control_is_tested_by_two_items(shipped, framework, key) -> None:
    tested = Counter(ref for item in pool(shipped[key], "exam") for ref in {*item.clauses, *item.controls})
    leaves = framework.refs("clause") - {ref.rpartition(".")[0] for ref in framework.refs("clause")}
    numbered = {ref for ref in leaves if "." in ref}
    assert len(framework.refs("control")) == 38
    assert {ref for ref in numbered | framework.refs("control") if tested[ref] < 2} == set()


@pytest.mark.parametrize("key", BANKS)
def test_practice_has_items_of_its_own(shipped, key) -> None:
    exam, practice = ({i.content["stem"] for i in pool(shipped[key], name)} for name in ("exam", "practice"))
    assert not exam & practice


@pytest.mark.parametrize("key", BANKS)
def test_every_option_has_its_reason(shipped, key) -> None:
    for item in shipped[key].items:
        lines = itemtypes.of(item.content["kind"]).lines(item.content, item.key)
        assert set(item.rationales) == {line.id for line in lines}, item.code
        assert all(item.rationales.values()), item.code


@pytest.mark.parametrize("key", BANKS)
def test_exams_ask_for_one_best_answer_and_practice_has_every_kind(shipped, key) -> None:
    assert {item.content["kind"] for item in pool(shipped[key], "exam")} == {"single"}
    practice = Counter(item.content["kind"] for item in pool(shipped[key], "practice"))
    assert set(practice) == set(itemtypes.marked_by_rule())
    assert all(2 <= practice[kind] <= 6 for kind in practice if kind != "single")


@pytest.mark.parametrize("key", BANKS)
def test_a_practice_sitting_of_other_kinds_draws_every_one_of_them(shipped, key) -> None:
    others = [item for item in pool(shipped[key], "practice") if item.content["kind"] != "single"]
    assert assembled(others, Plan(20, WEIGHTS[key]), forms=1) == [{item.code for item in others}]


@pytest.mark.parametrize("key", BANKS)
def test_what_is_to_be_ordered_or_matched_does_not_stand_in_its_order(shipped, key) -> None:
    for item in shipped[key].items:
        if item.content["kind"] in {"ordering", "matching"}:
            assert item.key["right"] != "".join(sorted(item.key["right"])), item.code


@pytest.mark.parametrize("key", BANKS)
def test_neither_the_place_nor_the_length_of_an_option_betrays_the_right_one(shipped, key) -> None:
    places: Counter[int] = Counter()
    longest = 0
    for item in single(shipped[key]):
        options = item.content["options"]
        (right,) = (n for n, option in enumerate(options) if option["id"] in item.key["right"])
        lengths = [len(option["text"]) for option in options]
        places[right] += 1
        longest += lengths[right] == max(lengths)
    count = len(single(shipped[key]))
    assert all(count * 0.25 < times < count * 0.42 for times in places.values()), places
    assert longest <= count / 3


@pytest.mark.parametrize("key", BANKS)
def test_enemies_are_items_of_the_same_bank(shipped, key) -> None:
    codes = {item.code for item in shipped[key].items}
    assert len(codes) == len(shipped[key].items)
    for item in shipped[key].items:
        assert set(item.enemies) <= codes - {item.code}, item.code


@pytest.mark.parametrize("key", BANKS)
def test_no_option_says_all_or_none_of_the_others(shipped, key) -> None:
    for item in shipped[key].items:
        for option in item.content.get("options", ()):
            assert "of the above" not in option["text"].lower(), item.code


def test_the_exams_keep_the_rules_that_are_promised() -> None:
    problems = Problems()
    read = library.read([Path(settings.BASE_DIR) / "exams" / "library"], problems)
    exams = {exam.key: exam.values for exam in read.exams}
    for key in ("lead-auditor", "lead-implementer"):
        assert exams[key]["retake_waits"] == [
            {"days": 15, "months": 0},
            {"days": 0, "months": 3},
            {"days": 0, "months": 6},
            {"days": 0, "months": 12},
        ]
        assert (exams[key]["free_retake_months"], exams[f"{key}-practice"]["free_retake_months"]) == (12, 0)
    assert len(exams) == 6
    for values in exams.values():
        assert values["open_book"]
        assert any("lessons of the course" in line for line in values["allowed"])
