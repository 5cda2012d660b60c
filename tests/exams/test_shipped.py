"""The banks as they are shipped: enough of everything, and nothing that gives a right answer away."""

from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings

from exams.rules import library
from exams.rules.library import ParsedBank
from lms.kit.content import Problems

BANKS = ("aims-lead-implementer", "aims-lead-auditor")


@pytest.fixture(scope="module")
def shipped() -> dict[str, ParsedBank]:
    problems = Problems()
    read = library.read([Path(settings.BASE_DIR) / "exams" / "library"], problems)
    assert [str(problem) for problem in problems] == []
    return {bank.key: bank for bank in read.banks}


@pytest.mark.parametrize("key", BANKS)
def test_each_bank_has_sixty_items_for_the_exam_and_three_scenarios_of_five(shipped, key) -> None:
    items = [item for item in shipped[key].items if item.pool == "exam"]
    sets = Counter(item.scenario for item in items if item.scenario)
    assert len(items) >= 60
    assert len(sets) >= 3
    assert set(sets.values()) == {5}


@pytest.mark.parametrize("key", BANKS)
def test_practice_has_items_of_its_own(shipped, key) -> None:
    stems = {
        pool: {i.content["stem"] for i in shipped[key].items if i.pool == pool}
        for pool in ("exam", "practice")
    }
    assert len(stems["practice"]) >= 20
    assert not stems["exam"] & stems["practice"]


@pytest.mark.parametrize("key", BANKS)
def test_every_option_has_its_reason(shipped, key) -> None:
    for item in shipped[key].items:
        options = {option["id"] for option in item.content["options"]}
        assert set(item.rationales) == options, item.code
        assert all(item.rationales.values()), item.code


@pytest.mark.parametrize("key", BANKS)
def test_neither_the_place_nor_the_length_of_an_option_betrays_the_right_one(shipped, key) -> None:
    places: Counter[int] = Counter()
    longest = 0
    for item in shipped[key].items:
        options = item.content["options"]
        (right,) = (n for n, option in enumerate(options) if option["id"] in item.key["right"])
        lengths = [len(option["text"]) for option in options]
        places[right] += 1
        longest += lengths[right] == max(lengths)
    count = len(shipped[key].items)
    assert all(count * 0.25 < times < count * 0.42 for times in places.values()), places
    assert longest <= count * 0.38


@pytest.mark.parametrize("key", BANKS)
def test_enemies_are_items_of_the_same_bank(shipped, key) -> None:
    codes = {item.code for item in shipped[key].items}
    assert len(codes) == len(shipped[key].items)
    for item in shipped[key].items:
        assert set(item.enemies) <= codes - {item.code}, item.code


@pytest.mark.parametrize("key", BANKS)
def test_no_option_says_all_or_none_of_the_others(shipped, key) -> None:
    for item in shipped[key].items:
        for option in item.content["options"]:
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
    assert len(exams) == 4
    for values in exams.values():
        assert values["open_book"]
        assert any("lessons of the course" in line for line in values["allowed"])
