"""Worked numbers of docs/algorithms/marking.md."""

from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules import coursework, marking, uploads
from exams.rules.coursework import Hindrance
from exams.rules.marking import Double, How, Role
from exams.rules.statistics import agreement

RUBRIC = marking.rubric(
    [
        {"id": "1", "name": "Reason", "looks_for": "", "levels": [{"points": p, "says": p} for p in ("0", "1", "2")]},
        {"id": "2", "name": "Example", "looks_for": "", "levels": [{"points": p, "says": p} for p in ("0", "1.5")]},
    ]
)  # fmt: skip


def points(reason: str, example: str) -> dict[str, Fraction]:
    return {"1": Fraction(reason), "2": Fraction(example)}


def test_levels_become_points_and_none_is_left_out() -> None:
    assert RUBRIC.most == Fraction(7, 2)
    assert marking.points(RUBRIC, {"1": 2, "2": 0}) == points("2", "0")
    for wrong, named in (({"1": 2}, ("2",)), ({"1": 3, "2": -1}, ("1", "2")), ({}, ("1", "2"))):
        with pytest.raises(marking.Incomplete) as refused:
            marking.points(RUBRIC, wrong)
        assert refused.value.criteria == named


@pytest.mark.parametrize(
    ("marks", "double", "tolerance", "comes_to"),
    [
        ({Role.FIRST: points("1", "0")}, False, "1", (points("1", "0"), How.SINGLE)),
        ({Role.FIRST: points("1", "0")}, True, "1", None),
        ({Role.FIRST: points("2", "1.5"), Role.SECOND: points("1", "1.5")}, True, "1", (points("1.5", "1.5"), How.MEAN)),
        ({Role.FIRST: points("2", "1.5"), Role.SECOND: points("1", "0")}, True, "1", None),
        ({Role.FIRST: points("2", "1.5"), Role.SECOND: points("1", "0"), Role.ADJUDICATION: points("1", "1.5")}, True, "1",
         (points("1", "1.5"), How.ADJUDICATED)),
        ({Role.FIRST: points("2", "0"), Role.SECOND: points("1", "1.5")}, True, "1/2", (points("1.5", "0.75"), How.MEAN)),
    ],
)  # fmt: skip
def test_what_marks_come_to(marks, double, tolerance, comes_to) -> None:
    settled = marking.settle(marks, double=double, tolerance=Fraction(tolerance))
    assert (settled and (settled.points, settled.how)) == comes_to


def test_who_is_wanted_next() -> None:
    said = [
        marking.wanted(done, double=double, differing=differing)
        for done, double, differing in (
            ((), False, False),
            ((Role.FIRST,), False, False),
            ((), True, False),
            ((Role.SECOND,), True, False),
            ((Role.FIRST, Role.SECOND), True, True),
            ((Role.FIRST, Role.SECOND, Role.ADJUDICATION), True, True),
        )
    ]
    assert said == [
        (Role.FIRST,), (), (Role.FIRST, Role.SECOND), (Role.FIRST,), (Role.ADJUDICATION,), (),
    ]  # fmt: skip


@given(st.integers(0, 100), st.uuids().map(str))
def test_a_sample_grows_with_its_share_and_a_name_is_always_drawn_or_never(percent: int, name: str) -> None:
    assert marking.drawn(name, percent) <= marking.drawn(name, min(100, percent + 1))
    assert marking.drawn(name, 100) and not marking.drawn(name, 0)
    assert marking.is_double(Double.SAMPLE, percent, name) == marking.drawn(name, percent)


def test_about_a_fifth_of_a_thousand_scripts_is_in_a_sample_of_a_fifth() -> None:
    assert sum(marking.drawn(f"script {n}", 20) for n in range(1000)) == 187


def test_training_counts_for_two_years_by_the_calendar() -> None:
    assert marking.since(datetime(2026, 11, 27, 12, tzinfo=UTC)) == datetime(2024, 11, 27, 12, tzinfo=UTC)
    assert marking.since(datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2026, 2, 28, tzinfo=UTC)


def test_a_control_script_is_due_after_so_many_others() -> None:
    assert [marking.control_due(since, 3) for since in (0, 2, 3, 4)] == [False, False, True, True]
    assert not marking.control_due(99, 0)


def near(estimate: agreement.Estimate) -> tuple[float | None, ...]:
    return tuple(one and round(one, 4) for one in (estimate.value, estimate.low, estimate.high))


def test_agreement_in_points_as_shrout_and_fleiss_worked_it_out() -> None:
    table = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
    assert near(agreement.icc(table)) == (0.2898, 0.0188, 0.7611)
    assert agreement.icc([[3, 3], [3, 3]]).reason == "constant"
    assert near(agreement.icc([[1, 1], [2, 2], [5, 5]])) == (1, 1, 1)


def test_agreement_in_levels_is_kappa_with_quadratic_weights() -> None:
    one = [0] * 46 + [1] * 44 + [2] * 10
    other = [0] * 50 + [1] * 40 + [2] * 10
    assert near(agreement.weighted_kappa(one, other, 3))[0] == 0.9541
    nine = agreement.weighted_kappa(range(9), [0, 2, 0, 5, 0, 4, 4, 5, 6], 9)
    assert nine.value == pytest.approx(40 / 59)
    assert agreement.weighted_kappa([1, 1], [1, 1], 3).reason == "constant"


def test_drift_is_the_mean_and_the_slope_of_what_was_given_too_much() -> None:
    found = agreement.drift([0, 1, 0, 1, 1, 2], [0, 30, 60, 90, 120, 150])
    assert near(found.severity) == (0.8333, 0.0433, 1.6233)
    assert near(found.slope) == (0.3143, -0.0345, 0.6631)
    assert agreement.drift([0, 1, 0, 1], [0, 1, 2, 3]).severity.reason == "few_persons"


def test_when_coursework_is_due() -> None:
    enrolled = datetime(2026, 9, 1, 10, tzinfo=UTC)
    said = {"enrolled_at": enrolled, "due_days": 60, "failed_at": None, "again_days": 30, "granted_at": None}
    assert coursework.due_at(**said) == datetime(2026, 10, 31, 23, 59, 59, tzinfo=UTC)
    later = datetime(2026, 11, 9, 12, tzinfo=UTC)
    assert coursework.due_at(**said | {"granted_at": later}) == later
    failed = datetime(2026, 11, 2, 8, tzinfo=UTC)
    assert coursework.due_at(**said | {"failed_at": failed}) == datetime(2026, 12, 2, 23, 59, 59, tzinfo=UTC)
    assert coursework.due_at(**said | {"due_days": 0}) is None


def test_what_keeps_from_handing_in() -> None:
    at = datetime(2026, 10, 1, tzinfo=UTC)
    free = {"at": at, "due": None, "open_state": "", "last": "", "used": 0, "tries": 2}
    for more, hindrance in (
        ({}, None),
        ({"open_state": "open", "used": 2, "last": "failed"}, None),
        ({"open_state": "closed"}, Hindrance.WITH_MARKERS),
        ({"last": "passed", "used": 1}, Hindrance.PASSED),
        ({"last": "failed", "used": 2}, Hindrance.NO_TRIES),
        ({"due": datetime(2026, 9, 30, tzinfo=UTC)}, Hindrance.LATE),
    ):
        assert coursework.hindrance(**free | more) == hindrance


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7 ...", "pdf"),
        (b"\x89PNG\r\n\x1a\n...", "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        ("Müller's note\r\n\tone".encode(), "txt"),
        (b"", "empty"),
        (b"x" * (uploads.MOST_BYTES + 1), "large"),
        (b"MZ\x90\x00", "unknown"),
        (b"PK\x03\x04 no archive", "unknown"),
        (b"\xef\xbb\xbf <!DOCTYPE html><script>", "unknown"),
        (b"<svg onload=x>", "unknown"),
    ],
)
def test_a_file_is_what_its_content_is(content, kind) -> None:
    try:
        assert uploads.kind_of(content) == kind
    except uploads.Refused as refused:
        assert refused.fault == kind


def test_a_name_is_kept_without_folders_and_with_the_ending_of_its_kind() -> None:
    assert uploads.tidy_name("C:\\Users\\ada\\report.PDF", "pdf") == "report.pdf"
    assert uploads.tidy_name("../../etc/passwd", "txt") == "passwd.txt"
    assert uploads.tidy_name('a"b\r\nc.pdf', "pdf") == "a_b__c.pdf"
    assert len(uploads.tidy_name("x" * 300, "docx")) == 120
