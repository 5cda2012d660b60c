from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.kit import zones

BERLIN = "Europe/Berlin"


def test_a_typed_time_is_an_instant_of_its_zone() -> None:
    typed = datetime(2026, 11, 23, 10, 0)  # noqa: DTZ001  (typed by a person, without a zone)
    assert zones.instant(typed, BERLIN) == datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert zones.instant(typed, "UTC") == datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_where_the_clocks_change_nothing_is_guessed() -> None:
    with pytest.raises(zones.NoSuchTime):
        zones.instant(datetime(2026, 3, 29, 2, 30), BERLIN)  # noqa: DTZ001
    with pytest.raises(zones.TimeComesTwice):
        zones.instant(datetime(2026, 10, 25, 2, 30), BERLIN)  # noqa: DTZ001


@given(
    st.datetimes(datetime(2020, 1, 1), datetime(2037, 12, 31)),  # noqa: DTZ001
    st.sampled_from(zones.names()),
)
def test_an_instant_reads_in_its_zone_as_it_was_typed(typed: datetime, name: str) -> None:
    try:
        found = zones.instant(typed, name)
    except (zones.NoSuchTime, zones.TimeComesTwice):
        return
    assert found.astimezone(zones.zone(name)[1]).replace(tzinfo=None) == typed
    assert found.utcoffset() == timedelta()


def test_a_moment_is_said_in_the_zone_and_in_utc() -> None:
    moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    assert zones.words(moment, BERLIN) == "23 November 2026, 10:00 (Europe/Berlin), which is 09:00 UTC"
    assert zones.words(moment, "UTC") == "23 November 2026, 09:00 (UTC)"
    assert zones.words(moment, "no/where") == "23 November 2026, 09:00 (UTC)"
    late = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    assert zones.words(late, "Asia/Kolkata") == (
        "24 November 2026, 05:00 (Asia/Kolkata), which is 23 November 2026, 23:30 UTC"
    )


def test_a_person_chooses_among_named_zones() -> None:
    assert {"UTC", BERLIN, "America/New_York"} <= set(zones.names())
    assert "EST" not in zones.names()


def test_a_span_names_its_day_once_where_it_has_but_one() -> None:
    nine, five = datetime(2026, 11, 23, 9, 0, tzinfo=UTC), datetime(2026, 11, 23, 17, 0, tzinfo=UTC)
    assert zones.span_words(nine, five, BERLIN) == (
        "23 November 2026, 10:00 to 18:00 (Europe/Berlin), which is 09:00 to 17:00 UTC"
    )
    assert zones.span_words(nine, five, "UTC") == "23 November 2026, 09:00 to 17:00 (UTC)"
    assert zones.span_words(nine, five + timedelta(days=1), "UTC") == (
        "23 November 2026, 09:00 (UTC), to 24 November 2026, 17:00 (UTC)"
    )
