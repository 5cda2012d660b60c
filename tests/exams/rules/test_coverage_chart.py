from exams.rules.coverage_chart import HEAD, LINE, SIDE, Counted, chart


def test_each_side_has_a_scale_of_its_own_and_each_clause_a_line() -> None:
    found = chart([Counted("4.1", 2, 10, None, False, False), Counted("4.2", 1, 0, 70, False, True)])
    assert [(line.taught, line.asked) for line in found.lines] == [(SIDE, SIDE), (SIDE // 2, 0)]
    assert [line.y for line in found.lines] == [HEAD, HEAD + LINE]
    assert found.left - found.lines[0].taught > 0
    assert (
        found.right + found.lines[0].asked + found.lines[0].beside_right - found.lines[0].asked < found.width
    )
    assert found.height == HEAD + 2 * LINE


def test_nothing_is_an_empty_picture() -> None:
    assert chart([]).lines == ()
