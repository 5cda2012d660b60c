from hypothesis import given
from hypothesis import strategies as st

from courses.rules import outlines
from courses.rules.outlines import LessonEntry, ModuleEntry, Outline


def outline(*modules: tuple[int, int]) -> Outline:
    """Modules of (open, planned) lessons, with keys a1, a2, b1 …"""
    made = []
    for number, (opened, planned) in enumerate(modules, 1):
        letter = chr(96 + number)
        lessons = tuple(LessonEntry(n, f"{letter}{n}", f"{letter}{n}", 10) for n in range(1, opened + 1))
        titles = tuple(f"Planned {n}" for n in range(planned))
        made.append(ModuleEntry(f"m{number}", number, f"Module {number}", "", None, lessons, titles))
    return Outline(1, "course", "course", "Course", 31, tuple(made))


def test_a_course_is_never_shown_as_nearer_to_its_end_than_it_is() -> None:
    done = outlines.progress(outline((2, 0), (0, 2)), {"a1", "a2"})
    assert (done.done, done.open, done.planned, done.total, done.percent) == (2, 2, 2, 4, 50)
    assert done.all_open_done
    assert not done.complete


def test_a_course_is_complete_when_all_its_lessons_are_open_and_done() -> None:
    done = outlines.progress(outline((2, 0), (1, 0)), {"a1", "a2", "b1"})
    assert (done.percent, done.complete, done.minutes_left, done.next_key) == (100, True, 0, "")


def test_an_empty_course_is_not_complete() -> None:
    assert not outlines.progress(outline((0, 0)), set()).complete


def test_one_goes_on_where_one_stopped() -> None:
    course = outline((3, 0), (2, 0))
    assert outlines.progress(course, set()).next_key == "a1"
    assert outlines.progress(course, {"a1"}, last="a3").next_key == "a3"
    assert outlines.progress(course, {"a3"}, last="a3").next_key == "b1"
    assert outlines.progress(course, {"b1", "b2"}, last="b2").next_key == "a1"


def test_progress_of_each_module_counts_what_is_planned_too() -> None:
    done = outlines.progress(outline((2, 1), (1, 0)), {"a1", "b1"})
    assert [(module.done, module.total) for module in done.modules] == [(1, 3), (1, 1)]


def test_a_lesson_that_has_gone_counts_for_nothing() -> None:
    assert outlines.progress(outline((1, 0)), {"gone"}, last="gone").next_key == "a1"


def test_neighbours_cross_from_module_to_module() -> None:
    course = outline((2, 0), (1, 0))
    before, after = course.neighbours("a2")
    assert (before and before.key, after and after.key) == ("a1", "b1")
    assert course.neighbours("b1")[1] is None
    assert course.neighbours("gone") == (None, None)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), min_size=1, max_size=5), st.data())
def test_progress_keeps_its_bounds(modules: list[tuple[int, int]], data: st.DataObject) -> None:
    course = outline(*modules)
    keys = [lesson.key for lesson in course.lessons]
    finished = data.draw(st.sets(st.sampled_from(keys))) if keys else set()
    done = outlines.progress(course, finished)
    assert 0 <= done.percent <= 100
    assert done.done == len(finished)
    assert sum(module.done for module in done.modules) == done.done
    assert (done.next_key == "") == (done.done == done.open)


def test_progress_by_clause_is_in_the_order_of_the_standard_and_names_the_next_lesson() -> None:
    entries = tuple(
        LessonEntry(page, f"l{page}", f"Lesson {page}", 10, number=f"1.{page}") for page in (1, 2, 3)
    )
    course = Outline(1, "course", "course", "Course", 31, (ModuleEntry("m", 1, "M", "", None, entries, ()),))
    risk, soa = (7, "6.1.2", "AI risk assessment"), (8, "6.1.3", "AI risk treatment")
    found = outlines.by_clause(course, {1: [soa, risk], 3: [risk], 9: [soa]}, {"l1"})
    assert [(one.ref, one.done, one.total, one.next.key if one.next else "") for one in found] == [
        ("6.1.2", 1, 2, "l3"),
        ("6.1.3", 1, 1, ""),
    ]
