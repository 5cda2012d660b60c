"""A worksheet is read from the words of its exercise."""

import pytest

from courses.rules import worksheets

TASK = "<p>Fill a sheet: <i>what</i>; <i>who</i>; <i>by when</i>.</p>"
LIST = "<ol>\n<li>One</li>\n<li><i>Two</i>: more</li>\n</ol>"
ANSWER = "<p>A good answer is short.</p>"


def test_columns_in_a_row_become_a_table_with_six_rows() -> None:
    sheet = worksheets.worksheet(TASK + ANSWER)
    assert (sheet.columns, sheet.rows) == (("what", "who", "by when"), 6)
    assert (sheet.boxes, sheet.lines, sheet.wide) == ((), 0, False)


def test_the_entries_of_a_list_are_the_rows_of_the_table_and_stay_in_the_task() -> None:
    sheet = worksheets.worksheet(TASK + LIST)
    assert sheet.rows == 2
    assert LIST in sheet.task


def test_a_list_alone_becomes_a_box_for_each_entry() -> None:
    sheet = worksheets.worksheet("<p>Do this.</p>" + LIST + "<p>Then stop.</p>")
    assert sheet.boxes == ("One", "<i>Two</i>: more")
    assert sheet.task == "<p>Do this.</p><p>Then stop.</p>"


def test_words_alone_get_lines_to_write_on() -> None:
    sheet = worksheets.worksheet("<p>Think of <i>one</i> and <i>two</i>.</p>")
    assert (sheet.columns, sheet.boxes, sheet.lines) == ((), (), 24)


def test_what_a_good_answer_contains_is_kept_for_the_end() -> None:
    sheet = worksheets.worksheet(TASK + ANSWER)
    assert (sheet.task, sheet.answer) == (TASK, ANSWER)


@pytest.mark.parametrize(("count", "wide"), [(3, False), (4, True), (8, True)])
def test_a_table_of_more_than_three_columns_lies_down(count, wide) -> None:
    columns = "; ".join(f"<i>c{n}</i>" for n in range(count))
    assert worksheets.worksheet(f"<p>{columns}</p>").wide is wide


def test_more_than_eight_columns_are_no_table() -> None:
    columns = "; ".join(f"<i>c{n}</i>" for n in range(9))
    assert worksheets.worksheet(f"<p>{columns}</p>").columns == ()
