from datetime import UTC, datetime

from exams.documents import tables
from exams.documents.tables import Table
from exams.rules.statistics import estimates
from exams.rules.statistics.estimates import Estimate, Reason

TABLE = Table(
    "small",
    "Small",
    ("what", "p", "at"),
    (
        ("=2+3", Estimate(-0.5, -0.75, -0.25), datetime(2026, 1, 2, 3, 4, tzinfo=UTC)),
        ("b, c", estimates.missing(Reason.CONSTANT), None),
    ),
)


def test_a_file_is_safe_in_a_spreadsheet_and_has_both_ends_of_an_interval() -> None:
    assert tables.as_csv(TABLE).decode().split("\r\n") == [
        'what,p,"p, low","p, high",at',
        "'=2+3,-0.5,-0.75,-0.25,2026-01-02T03:04:00Z",
        '"b, c",,,,',
        "",
    ]


def test_people_read_an_interval_or_the_reason_why_there_is_none() -> None:
    assert TABLE.shown == [
        ["=2+3", "−0.500 (−0.750 to −0.250)", "2026-01-02 03:04 UTC"],
        ["b, c", "none: everybody has the same, so there is nothing to compare", "–"],
    ]
