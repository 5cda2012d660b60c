from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from exams.rules import outages
from exams.rules.outages import Span

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def spans(*pairs: tuple[int, int]) -> list[Span]:
    return [Span(at(begin), at(end)) for begin, end in pairs]


def test_a_gap_that_all_share_is_an_outage_and_each_loses_its_part_of_it() -> None:
    heard = {
        1: spans((0, 100), (200, 900)),
        2: spans((0, 104), (205, 900)),
        3: spans((0, 96), (195, 900)),
    }
    (found,) = outages.outages(heard)
    # Common is what all three missed: fewer would not be enough.
    assert (found.from_at, found.until_at, found.running) == (at(104), at(195), 3)
    assert {key: loss.amount.seconds for key, loss in found.losses.items()} == {1: 91, 2: 91, 3: 91}
    assert [found.losses[key].own_from_at for key in (1, 2, 3)] == [at(100), at(104), at(96)]


def test_three_of_seven_are_fewer_than_half() -> None:
    silent = {key: spans((0, 100), (200, 900)) for key in range(3)}
    heard = {key: spans((0, 900)) for key in range(10, 14)}
    assert outages.outages(silent | heard) == ()
    heard.popitem()
    assert len(outages.outages(silent | heard)) == 1


def test_two_are_too_few_and_fifty_nine_seconds_too_short() -> None:
    assert outages.outages({key: spans((0, 100), (200, 900)) for key in range(2)}) == ()
    assert outages.outages({key: spans((0, 100), (159, 900)) for key in range(9)}) == ()
    assert len(outages.outages({key: spans((0, 100), (160, 900)) for key in range(9)})) == 1


def test_who_came_later_or_left_before_was_not_running_around_it() -> None:
    silent = {key: spans((0, 100), (200, 900)) for key in range(3)}
    others = {key: spans((150, 900)) for key in range(10, 20)} | {
        key: spans((0, 90)) for key in range(20, 30)
    }
    (found,) = outages.outages(silent | others)
    assert (found.running, set(found.losses)) == (3, {0, 1, 2})


def test_gaps_at_different_times_are_no_outage() -> None:
    assert outages.outages({key: spans((0, 100 * key), (100 * key + 90, 900)) for key in range(1, 6)}) == ()


def test_a_pause_counts_as_heard_for_its_clock_stood_still() -> None:
    silent = {key: spans((0, 100), (200, 900)) for key in range(3)}
    paused = {3: spans((0, 100), (90, 230), (220, 900))}
    (found,) = outages.outages(silent | paused)
    assert set(found.losses) == {0, 1, 2}


PAIR = st.tuples(st.integers(0, 500), st.integers(0, 200)).map(lambda p: (p[0], p[0] + p[1]))


@given(st.dictionaries(st.integers(0, 8), st.lists(PAIR, max_size=5).map(lambda pairs: spans(*pairs))))
def test_nobody_is_credited_more_than_their_own_silence(heard) -> None:
    for outage in outages.outages(heard):
        assert outage.until_at - outage.from_at >= outages.LEAST
        assert len(outage.losses) >= outages.FEWEST
        for key, loss in outage.losses.items():
            end = loss.own_from_at + loss.amount
            assert outages.LEAST <= loss.amount <= outage.until_at - outage.from_at
            # While it was credited, it was not heard for a moment.
            middle = max(outage.from_at, loss.own_from_at)
            assert not any(s.from_at < middle + loss.amount and s.until_at > middle for s in heard[key])
            assert any(s.from_at >= end for s in heard[key])


LAST = [(1, at(100)), (2, at(60)), (3, at(90))]


def test_a_deadline_in_an_outage_is_told_by_three_that_fell_silent_together_and_nobody_after() -> None:
    assert outages.silent_from(last=LAST, deadline_at=at(160)) == at(100)
    assert outages.silent_from(last=LAST, deadline_at=at(159)) is None
    assert outages.silent_from(last=[*LAST, (4, at(150))], deadline_at=at(300)) is None
    assert outages.silent_from(last=[*LAST, (4, at(130)), (5, at(120))], deadline_at=at(200)) == at(130)


def test_two_that_fell_silent_or_one_heard_on_two_pages_may_have_left_by_themselves() -> None:
    assert outages.silent_from(last=LAST[:2], deadline_at=at(600)) is None
    assert outages.silent_from(last=[(1, at(100)), (1, at(99)), (1, at(98))], deadline_at=at(600)) is None
    assert outages.silent_from(last=[], deadline_at=at(600)) is None


def test_a_lost_end_is_waited_for_ten_minutes_from_when_anybody_is_back_and_two_hours_without() -> None:
    def waited_for(again: int | None, now: int) -> bool:
        back = None if again is None else at(again)
        return outages.is_waited_for(deadline_at=at(0), heard_again_at=back, at=at(now))

    assert waited_for(300, 899) and not waited_for(300, 900)
    assert waited_for(None, 7199) and not waited_for(None, 7200)
    assert waited_for(7000, 7500)
