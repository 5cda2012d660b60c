"""What is kept by its revision."""

import threading

from lms.db import kept
from lms.db.kept import Kept


def test_a_value_is_made_once_for_each_revision():
    values: Kept[str] = Kept(4)
    made = []

    def of(revision):
        return values.get(revision, lambda: made.append(revision) or f"value {revision}")

    assert [of(1), of(1), of(2), of(1)] == ["value 1", "value 1", "value 2", "value 1"]
    assert made == [1, 2]


def test_what_was_not_asked_for_the_longest_is_forgotten_first():
    values: Kept[int] = Kept(2)
    for revision in (1, 2, 1, 3):
        values.get(revision, lambda r=revision: r)
    assert len(values) == 2
    made = []
    values.get(1, lambda: made.append(1))
    values.get(2, lambda: made.append(2))
    assert made == [2]


def test_where_time_bounds_it_too_a_value_is_made_anew_after_it():
    values: Kept[int] = Kept(2, seconds=0)
    made = []
    for _ in range(2):
        values.get("r", lambda: made.append(1) or 1)
    assert made == [1, 1]


def test_what_fails_is_not_kept_and_clearing_forgets_all():
    values: Kept[int] = Kept(2)
    for _ in range(2):
        try:
            values.get("r", lambda: 1 // 0)
        except ZeroDivisionError:
            pass
    assert len(values) == 0
    values.get("r", lambda: 1)
    kept.clear()
    assert len(values) == 0


def test_threads_that_ask_at_once_all_get_the_value():
    values: Kept[int] = Kept(8)
    wrong = set()

    def ask():
        for n in range(2_000):
            if values.get(n % 16, lambda n=n: n % 16) != n % 16:
                wrong.add(n)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, len(values)) == (set(), 8)
