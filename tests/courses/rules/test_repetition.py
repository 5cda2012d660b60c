from datetime import date, timedelta

from courses.rules.repetition import DAYS, Step, answered, missed

ON = date(2027, 3, 1)


def test_a_missed_check_comes_again_tomorrow() -> None:
    assert missed(ON) == Step(1, date(2027, 3, 2))


def test_right_each_time_it_is_learned_after_five_times_and_62_days() -> None:
    step, asked = missed(ON), []
    while step.due_on:
        asked.append((step.due_on - ON).days)
        step = answered(step.box, right=True, on=step.due_on)
    assert asked == [1, 4, 11, 27, 62]
    assert step == Step(len(DAYS), None)


def test_wrong_in_any_box_begins_anew() -> None:
    for box in range(1, len(DAYS) + 1):
        assert answered(box, right=False, on=ON) == Step(1, ON + timedelta(days=1))
