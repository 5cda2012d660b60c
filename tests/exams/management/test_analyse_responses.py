"""The command, from a file on the disk to what is printed. No database is asked."""

import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from exams.documents import analysis as documents
from exams.rules.statistics.estimates import Reason
from exams.rules.statistics.tables import Fault
from exams.rules.statistics.validation import Sign
from tests.exams.rules.statistics import lsat6


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lsat6.csv").write_bytes(lsat6.csv_of(lsat6.matrix()))
    letters = np.random.default_rng(4).choice(list("ABCD"), (60, 5), p=[0.5, 0.2, 0.2, 0.1])
    groups, times = ["north", "south"] * 30, [str(300 + number) for number in range(59)] + ["1"]
    (tmp_path / "letters.csv").write_bytes(lsat6.csv_of(letters, group=groups, total_time=times))
    (tmp_path / "key.csv").write_text("item,key\n" + "".join(f"q{number},A\n" for number in range(1, 6)))
    return tmp_path


def said(folder: Path, name: str, *options: str) -> str:
    out = StringIO()
    call_command("analyse_responses", str(folder / name), *options, stdout=out)
    return out.getvalue()


def refused(folder: Path, name: str, *options: str) -> str:
    with pytest.raises(CommandError) as caught:
        said(folder, name, *options)
    assert caught.value.returncode == 1
    return str(caught.value)


def as_json(folder: Path, name: str, *options: str) -> Any:
    def never(constant: str) -> None:
        raise AssertionError(f"{constant} is no JSON")

    return json.loads(said(folder, name, "--json", *options), parse_constant=never)


def test_lsat6_as_text(folder) -> None:
    text = said(folder, "lsat6.csv", "--model", "rasch", "--cut", "3")
    assert text.startswith("1,000 persons, 5 items\n")
    for line in (
        "KR-20 (alpha) 0.2950",
        "log-likelihood -2466.9376",
        "Variance of abilities 0.5702",
        "q1    2.7300",
    ):
        assert line in text
    assert "Cut at 3 right: 0.8920" in text
    assert "nan" not in text.lower()


def test_lsat6_as_json(folder) -> None:
    found = as_json(folder, "lsat6.csv", "--model", "2pl")
    assert found["two_parameter"]["log_likelihood"] == pytest.approx(-2466.6534, abs=1e-4)
    assert len(found["abilities"]["by_person"]) == 1000
    best = found["abilities"]["by_person"][-1]
    assert best[0] == "1000"
    assert best[1]["ml"] == {"value": None, "low": None, "high": None, "reason": "perfect"}
    assert found["reasons"]["perfect"] == documents.REASONS[Reason.PERFECT]


def row(text: str, title: str, begins: str) -> list[str]:
    """The cells of the row that begins so, in the table beneath a title."""
    lines = text.split(f"{title}\n", 1)[1].splitlines()
    return next(re.split(r" {2,}", line) for line in lines if line.startswith(begins))


def test_errors_at_each_score_and_the_information_of_the_test_are_told_with_what_is_known_of_them(
    folder,
) -> None:
    text = said(folder, "lsat6.csv", "--model", "rasch")
    lord, keats = row(text, "Conditional standard error of measurement", "3 ")[2:]
    assert float(lord) == pytest.approx(1.5**0.5, abs=1e-4)
    assert re.fullmatch(r"1\.\d{4} \[\d\.\d{4}, \d\.\d{4}\]", keats)
    _, told, error = row(text, "Test information", "0.00")
    information, low, high = re.fullmatch(r"(\d\.\d{4}) \[(\d\.\d{4}), (\d\.\d{4})\]", told).groups()
    assert float(low) < float(information) < float(high)
    p = 1 / (1 + np.exp(-np.array([2.7300, 0.9986, 0.2399, 1.3065, 2.0994])))
    assert float(information) == pytest.approx(float((p * (1 - p)).sum()), abs=1e-3)
    assert float(error) == pytest.approx(float(information) ** -0.5, abs=1e-3)


def test_options_groups_and_times(folder) -> None:
    text = said(folder, "letters.csv", "--key", str(folder / "key.csv"))
    assert "q1    A *" in text
    fifths = row(text, "Share that chose each option, by fifths of the scores", "q1 ")
    assert len(fifths) == 7
    told = [one for one in fifths[2:] if one != "–"]  # nobody's score lies in one of them
    assert len(told) >= 4
    assert all(re.fullmatch(r"[01]\.\d{4} \[[01]\.\d\d, [01]\.\d\d\]", one) for one in told)
    assert "Differential item functioning: 5 looked at" in text
    assert "very quick: 60" in text
    assert "Answer similarity: 1,770 pairs compared (all pairs)" in text


@pytest.mark.parametrize("model", ["ctt", "rasch", "2pl"])
@pytest.mark.parametrize(
    "rows",
    ["1,0\n" * 29, "1,1\n" * 40, "0,0\n" * 40, ",\n" * 40, "1,0\n0,1\n" * 300, "1,1\n0,0\n" * 300],
    ids=["few", "all right", "none right", "no answers", "one right each", "the same twice"],
)
def test_poor_files_end_in_reasons_and_never_in_nan(folder, rows, model) -> None:
    (folder / "poor.csv").write_text("q1,q2\n" + rows)
    found = as_json(folder, "poor.csv", "--model", model, "--cut", "1")
    assert found["reasons"]
    assert found["suppressed"] == ("few_persons" if found["persons"] == 29 else None)
    assert "nan" not in said(folder, "poor.csv", "--model", model, "--cut", "1").lower()


@pytest.mark.parametrize("model", ["ctt", "rasch", "2pl"])
def test_one_item_is_no_test_and_no_crash(folder, model) -> None:
    (folder / "one.csv").write_text("q1\n" + "1\n0\n" * 300)
    found = as_json(folder, "one.csv", "--model", model, "--cut", "1")
    assert found["classical"]["items"][0]["p"]["value"] == 0.5
    assert found["classical"]["alpha"]["reason"] == "one_item"


def test_below_thirty_nothing_is_said(folder) -> None:
    (folder / "few.csv").write_text("q1,q2\n" + "1,0\n" * 29)
    assert said(folder, "few.csv") == (
        "29 persons, 2 items\nNo statistics: fewer than 30 persons: nothing that could be relied on.\n"
    )


def test_a_file_that_cannot_be_read_is_answered_in_one_sentence(folder) -> None:
    assert refused(folder, "none.csv").endswith("none.csv can't be opened: No such file or directory.")
    (folder / "empty.csv").write_text("")
    assert refused(folder, "empty.csv") == (
        "empty.csv: the file is empty. It needs a header with the names of the items, and one row for each person. "
        "Nothing was analysed."
    )
    assert refused(folder, "letters.csv").startswith("letters.csv, line 2: item “q")
    (folder / "short.csv").write_text("item,key\nq1,A\n")
    assert refused(folder, "letters.csv", "--key", str(folder / "short.csv")) == (
        "short.csv: item “q2” has no key. Nothing was analysed."
    )
    (folder / "wide.csv").write_text(
        ",".join(f"q{number}" for number in range(301)) + "\n" + ",".join("1" * 301)
    )
    assert refused(folder, "wide.csv").startswith(
        "wide.csv, line 1: the header has 301 items; up to 300 are analysed"
    )
    assert refused(folder, "lsat6.csv", "--cut", "6") == (
        "--cut is 6; it has to lie between 1 and 5, the number of items."
    )


def test_there_are_words_for_every_reason_fault_and_sign() -> None:
    assert set(documents.REASONS) == set(Reason)
    assert set(documents.FAULTS) == set(Fault)
    assert set(documents.SIGNS) == set(Sign)
