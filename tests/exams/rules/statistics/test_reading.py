"""What a file of responses may be, and what is said of one that can't be read."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exams.rules.statistics import reading, tables
from exams.rules.statistics.reading import Responses
from exams.rules.statistics.tables import CannotRead, Fault

KEY = b"item,key\nq1,A\nq2,B\n"


def fault(data: bytes, key: bytes | None = None) -> tuple[Fault, int, str, str]:
    with pytest.raises(CannotRead) as caught:
        reading.read(data, key)
    return caught.value.fault, caught.value.line, caught.value.column, caught.value.found


def cells(responses: Responses) -> list[list[str]]:
    return [[responses.codes[number] for number in row] for row in responses.chosen.tolist()]


def test_noughts_and_ones_are_right_and_wrong() -> None:
    found = reading.read(b"q1,q2\n1,0\n1,1\n")
    assert (found.items, found.right.tolist(), found.scores.tolist()) == (
        ("q1", "q2"),
        [[1, 0], [1, 1]],
        [1, 2],
    )


def test_codes_are_marked_by_the_key() -> None:
    found = reading.read(b"q1,q2\nA,A\nc,b\n", KEY)
    assert found.right.tolist() == [[1, 0], [0, 1]]
    assert cells(found) == [["A", "A"], ["C", "B"]]


def test_a_key_may_accept_either_of_two_codes() -> None:
    assert reading.read(b"q1,q2\nA,A\nC,B\n", b"item,key\nq1,A|C\nq2,B").right.tolist() == [[1, 0], [1, 1]]


def test_columns_about_the_person_stand_anywhere() -> None:
    found = reading.read("q1,Person,q2,group,total_time\n1,Zoë,0,north,61.5\n0,Ben,,south,\n".encode())
    assert (found.items, found.right.tolist()) == (("q1", "q2"), [[1, 0], [0, 0]])
    assert [found.person(row) for row in (0, 1)] == ["Zoë", "Ben"]
    assert (found.group_names, found.groups.tolist()) == (("north", "south"), [0, 1])
    assert found.total_time[0] == 61.5
    assert np.isnan(found.total_time[1])


def test_without_names_a_person_is_a_row() -> None:
    assert reading.read(b"q1\n1\n0\n").person(1) == "2"


def test_no_answer_is_wrong_and_omitted_or_not_reached() -> None:
    found = reading.read(b"q1,q2,q3\n1,,1\n1,,\n,,\n")
    assert found.scores.tolist() == [2, 1, 0]
    assert (found.omitted, found.not_reached) == ((0, 1, 0), (1, 2, 2))


@pytest.mark.parametrize(
    "data",
    [
        b"q1;q2\r\n1;0\r\n",
        b"\xef\xbb\xbfq1,q2\n1,0",
        b"q1\tq2\n1\t0\n\n\n",
        b'"q1",q2\n"1", 0\n',
        b"q1,q2\r1,0",
    ],
)
def test_files_of_spreadsheets_are_read(data) -> None:
    assert reading.read(data).right.tolist() == [[1, 0]]


def test_what_r_writes_for_no_answer_is_no_answer() -> None:
    assert reading.read(b"q1,q2\nNA,1\n").not_reached == (0, 0)
    assert reading.read(b"q1,q2\nNA,1\n").omitted == (1, 0)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", (Fault.EMPTY, 0, "", "")),
        (b" \n\n", (Fault.EMPTY, 0, "", "")),
        (b"\xff\xfeq\x001\x00", (Fault.NOT_TEXT, 0, "", "")),
        (b"PK\x03\x04\0\0\0", (Fault.NOT_TEXT, 0, "", "")),
        (b"q1," + b"x" * 200_000 + b"\n1,1\n", (Fault.NOT_TEXT, 0, "", "")),
        (b"\n<!DOCTYPE html>\n<title>Log in</title>", (Fault.WEB_PAGE, 0, "", "")),
        (b"q1,q2\n", (Fault.NO_ROWS, 0, "", "")),
        (b"person,group\nAda,x\n", (Fault.NO_ITEMS, 1, "", "")),
        (b"q1,,q2\n1,1,1\n", (Fault.UNNAMED, 1, "", "2")),
        (b"q1,Q1\n1,1\n", (Fault.COLUMN_TWICE, 1, "Q1", "")),
        (b"q1,q2\n1,0\n1\n", (Fault.RAGGED, 3, "", "1")),
        (b"q1,q2\n1,0\n1,0,1\n1\n", (Fault.RAGGED, 3, "", "3")),
        (b"q1,q2\n1,0\n1,2\n", (Fault.NEITHER_0_NOR_1, 3, "q2", "2")),
        (b'q1,q2\n1,0\n"1",yes\n', (Fault.NEITHER_0_NOR_1, 3, "q2", "YES")),
        (b"person,q1\nAda,1\nBen,1\nAda,0\n", (Fault.PERSON_TWICE, 4, "person", "Ada")),
        (b"q1,total_time\n1,12\n1,soon\n", (Fault.BAD_TIME, 3, "total_time", "soon")),
        (b"q1,total_time\n1,-12\n", (Fault.BAD_TIME, 2, "total_time", "-12")),
        (b"q1,total_time\n1,nan\n", (Fault.BAD_TIME, 2, "total_time", "nan")),
        (b"person,q1\n" + b"x" * 300 + b",1\n", (Fault.TOO_LONG, 0, "", "")),
        (b"q1\n" + b"\n".join(b"c%d" % n for n in range(300)), (Fault.TOO_MANY_CODES, 0, "", "c255")),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_with_the_place(data, said) -> None:
    assert fault(data) == said


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (b"", (Fault.EMPTY, 0, "", "")),
        (b"question,answer\nq1,A\n", (Fault.KEY_HEADER, 1, "", "question,answer")),
        (b"item,key\nq1,A\n", (Fault.ITEM_WITHOUT_KEY, 0, "q2", "")),
        (b"item,key\nq1,A\nq9,B\n", (Fault.KEY_WITHOUT_ITEM, 3, "q9", "")),
        (b"item,key\nq1,A\nq1,B\n", (Fault.KEY_TWICE, 3, "q1", "")),
        (b"item,key\nq1,\n", (Fault.KEY_BLANK, 2, "q1", "")),
        (b"item,key\nq1,A,B\n", (Fault.RAGGED, 2, "", "3")),
    ],
)
def test_so_is_a_key(key, said) -> None:
    assert fault(b"q1,q2\nA,B\n", key) == said


def test_an_unknown_option_is_named() -> None:
    assert fault(b"q1,q2\nA,B\nA,?\n", KEY) == (Fault.UNKNOWN_CODE, 3, "q2", "?")
    options = b"item,key,options\nq1,A,A|B|C\nq2,B,A|B|C\n"
    assert fault(b"q1,q2\nA,B\nE,B\n", options) == (Fault.UNKNOWN_CODE, 3, "q1", "E")


@given(st.lists(st.lists(st.sampled_from(["0", "1", ""]), min_size=3, max_size=3), min_size=1, max_size=30))
def test_both_ways_of_reading_see_the_same(rows) -> None:
    lines = [",".join(row) for row in rows]
    plain = reading.read("\n".join(["a,b,c", *lines]).encode())
    quoted = reading.read("\n".join(["a,b,c", *lines, '"1",0,0']).encode())
    assert cells(quoted)[:-1] == cells(plain) == rows


def test_a_file_larger_than_one_block_is_read_whole() -> None:
    answers = np.random.default_rng(1).integers(0, 2, (16_000, 300))
    body = [f"person {number},{','.join(map(str, row))}" for number, row in enumerate(answers.tolist())]
    data = "\n".join([",".join(["person", *(f"q{item}" for item in range(300))]), *body]).encode()
    assert len(data) > tables.CHUNK
    found = reading.read(data)
    assert (found.right == answers).all()
    assert found.person(15_999) == "person 15999"
