"""What packages tell: times as their standards write them, scores as numbers, and what is handed back."""

import hashlib
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from courses.rules.packages import tracking
from courses.rules.packages.manifest import Standard
from courses.rules.packages.types import type_of

VENDORED = Path(__file__).parents[4] / "courses" / "static" / "courses" / "scorm-again"


@pytest.mark.parametrize(
    ("said", "standard", "seconds"),
    [
        ("00:01:05", Standard.SCORM_12, 65),
        ("0012:00:00.50", Standard.SCORM_12, 43_200),
        ("1:05", Standard.SCORM_12, 0),
        ("PT1M5S", Standard.SCORM_2004, 65),
        ("P1DT1H0.5S", Standard.SCORM_2004, 90_000),
        ("P1Y", Standard.SCORM_2004, 31_536_000),
        ("00:01:05", Standard.SCORM_2004, 0),
        ("P9999Y", Standard.SCORM_2004, tracking.MOST_SECONDS),
        ("", Standard.SCORM_2004, 0),
    ],
)
def test_times(said: str, standard: Standard, seconds: int) -> None:
    assert tracking.seconds_of(said, standard) == seconds


def read(standard: Standard, cmi: dict[str, Any]) -> tracking.Commit:
    return tracking.read(json.dumps({"launch": 1, "seq": 1, "cmi": {"cmi": cmi}}).encode(), standard)


@pytest.mark.parametrize(
    ("score", "raw", "scaled"),
    [
        ({"raw": "80"}, Decimal(80), None),
        ({"scaled": "0.75"}, Decimal("0.75"), Decimal("0.75")),
        ({"scaled": "1.5", "raw": "x"}, None, None),
        ({"raw": "NaN"}, None, None),
        ({"raw": "1e30"}, None, None),
        ([], None, None),
    ],
)
def test_scores(score: Any, raw: Decimal | None, scaled: Decimal | None) -> None:
    found = read(Standard.SCORM_2004, {"score": score})
    assert (found.score, found.scaled) == (raw, scaled)


@pytest.mark.parametrize(
    ("status", "done"), [("completed", True), ("passed", True), ("failed", False), ("hacked", False)]
)
def test_done(status: str, done: bool) -> None:
    assert read(Standard.SCORM_12, {"core": {"lesson_status": status}}).done is done


def test_what_was_kept_is_handed_back_as_the_run_time_reads_it() -> None:
    said = {
        "suspend_data": "7",
        "location": "3",
        "interactions": {"0": {"id": "i1", "objectives": {}}},
        "exit": "suspend",
    }
    back = tracking.handed_back(
        said,
        Standard.SCORM_2004,
        resumes=True,
        seconds=65,
        learner="e1",
        name="Ada",
        launch_data="x",
        mastery="0.8",
    )["cmi"]
    assert back == {
        "interactions": [{"id": "i1"}], "suspend_data": "7", "location": "3", "learner_id": "e1", "learner_name": "Ada",
        "credit": "credit", "mode": "normal", "entry": "resume", "total_time": "PT65S", "launch_data": "x",
        "scaled_passing_score": "0.8",
    }  # fmt: skip
    first = tracking.handed_back(
        {},
        Standard.SCORM_12,
        resumes=False,
        seconds=0,
        learner="e1",
        name="Ada",
        launch_data="",
        mastery="80",
    )["cmi"]
    assert (first["core"]["entry"], first["core"]["total_time"], first["student_data"]) == (
        "ab-initio",
        "0000:00:00",
        {"mastery_score": "80"},
    )


def test_the_run_time_is_the_one_that_was_taken() -> None:
    rows = [line.split("  ") for line in (VENDORED / "VENDORED").read_text().splitlines() if "  " in line]
    assert [name for _, name in rows] == ["scorm12.min.js", "scorm2004.min.js", "LICENSE"]
    for digest, name in rows:
        assert hashlib.sha256((VENDORED / name).read_bytes()).hexdigest() == digest


def test_files_are_handed_out_by_their_ending() -> None:
    assert type_of("a/index.HTML") == "text/html"
    assert type_of("a/b.js") == "text/javascript; charset=utf-8"
    assert type_of("film.mp4") == "video/mp4"
    assert type_of("a.exe") == type_of("noending") == "application/octet-stream"
