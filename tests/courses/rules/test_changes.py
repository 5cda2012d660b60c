from courses.rules.changes import Change, compare
from courses.rules.checks import Check, Option
from courses.rules.lessons import Lesson, Part


def lesson(html: str, *parts: Part) -> Lesson:
    return Lesson((Part("text", "part", html=html), *parts), ())


def test_what_is_cosmetic_is_no_change() -> None:
    before = lesson("<h2>Scope</h2><p>Who is  meant.</p>")
    after = lesson('<h2 id="scope">Scope</h2>\n<p>Who is <b>meant</b>.</p>')
    assert compare(before, after) == ()


def test_paragraphs_are_compared_in_order_and_each_that_differs_is_named() -> None:
    before = lesson("<p>One.</p><p>Two is &lt;old&gt;.</p><p>Three.</p>")
    after = lesson("<p>One.</p><p>Two is new.</p><p>Three.</p><p>Four.</p>")
    assert compare(before, after) == (Change("Two is <old>.", "Two is new."), Change("", "Four."))


def test_another_key_of_a_check_is_a_change_and_a_row_of_a_table_too() -> None:
    def parts(right: bool, cell: str) -> tuple[Part, ...]:
        check = Check(
            "c1",
            "single",
            "Which?",
            (Option("a", "This", right, "So."), Option("b", "That", not right, "No.")),
        )
        return (
            Part("table", "table", title="Duties", headings=("Who", "What"), rows=(("Owner", cell),)),
            Part("check", "check-c1", check=check),
        )

    found = compare(lesson("", *parts(True, "reads")), lesson("", *parts(False, "writes")))
    assert found[0] == Change("Owner | reads", "Owner | writes")
    assert [change.after for change in found[1:]] == ["This (not right: So.)", "That (right: No.)"]
