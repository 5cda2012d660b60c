"""The study plan; docs/algorithms/study-plan.md has the same numbers."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as some

from courses.rules import plan
from courses.rules.outlines import LessonEntry

MONDAY = date(2026, 11, 23)


def lessons(*minutes: int) -> list[LessonEntry]:
    return [
        LessonEntry(number, f"l{number}", f"Lesson {number}", each) for number, each in enumerate(minutes, 1)
    ]


def test_days_of_study_are_those_of_the_chosen_weekdays_before_the_exam() -> None:
    days = plan.study_days(MONDAY, date(2026, 12, 2), {0, 2})
    assert [day.day for day in days] == [23, 25, 30]  # and not Wednesday 2 December, the day of the exam
    assert plan.study_days(MONDAY, MONDAY, range(7)) == []


def test_lessons_are_spread_evenly_by_their_minutes_in_their_order() -> None:
    found = plan.plan(lessons(50, 40, 60, 30), on=MONDAY, until=date(2026, 12, 2), weekdays={0, 2})
    assert (found.days, found.minutes, found.daily, found.is_steep) == (3, 180, 60, False)
    assert [[one.key for one in day.lessons] for day in found.shown] == [["l1", "l2"], ["l3"], ["l4"]]


def test_too_much_for_the_days_that_are_left_is_said() -> None:
    steep = plan.plan(lessons(*[50] * 5), on=MONDAY, until=date(2026, 11, 24), weekdays=range(7))
    assert (steep.daily, steep.is_steep) == (250, True)
    none = plan.plan(lessons(50), on=MONDAY, until=date(2026, 11, 25), weekdays={6})
    assert (none.days, none.daily, none.is_steep) == (0, 0, True)
    done = plan.plan([], on=MONDAY, until=date(2026, 11, 25), weekdays={6})
    assert done.is_steep is False


@given(
    some.lists(some.integers(1, 600), max_size=60),
    some.integers(1, 40),
    some.sets(some.integers(0, 6), min_size=1),
)
def test_every_lesson_begins_on_one_day_and_in_order(minutes, ahead, weekdays) -> None:
    until = date.fromordinal(MONDAY.toordinal() + ahead)
    found = plan.plan(lessons(*minutes), on=MONDAY, until=until, weekdays=weekdays)
    begun = [one.key for day in found.shown for one in day.lessons]
    assert begun == [one.key for one in lessons(*minutes)][: len(begun)]
    if 0 < found.days <= plan.SHOWN:
        assert len(begun) == len(minutes)
    assert found.daily * found.days >= (found.minutes if found.days else 0)


def test_weekdays_and_their_number_are_the_same() -> None:
    assert (plan.weekdays_of(31), plan.mask_of([0, 1, 2, 3, 4])) == ({0, 1, 2, 3, 4}, 31)
