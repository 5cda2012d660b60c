"""Lists as people have them; docs/algorithms/lists.md has the same examples."""

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from certificates.rules import lists, numbers
from lms.kit import tables

ONE, TWO = numbers.written("AIMS-LA", "7F3K92QXM4"), numbers.written("AIMS-LI", "0123456789")


def read(text):
    return [(row.number, row.name) for row in lists.rows(text)]


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE}\tAda Kamau\n{TWO}\t\n",
        f"{ONE};Ada Kamau\r\n{TWO};\r\n",
        f"{ONE},Ada Kamau\n\n{TWO}",
        f"\ufeffsep=|\n{ONE}|Ada Kamau\n{TWO}|",
        f'"Name","Certificate number"\n"Ada Kamau","{ONE}"\n"","{TWO}"',
        f"No.;Number;Holder\n1;{ONE};Ada Kamau\n2;{TWO};",
        f"{ONE},Ada,Kamau\r{TWO}",
        f"{ONE}: Ada Kamau\n{TWO}",
        f"{ONE} / Ada Kamau\n{TWO}",
        f"{ONE}   Ada Kamau\n{TWO}",
        f"{ONE}:Ada, Kamau\n{TWO}",
        f"Number   Name\n{ONE}  Ada Kamau\n{TWO}",
        f"Ada Kamau: {ONE}\n{TWO}",
        f"{ONE} , A\u0064a Kamau\n{TWO} ,",
    ],
)
def test_separator_head_and_columns_are_found(text):
    assert read(text) == [(ONE, "Ada Kamau"), (TWO, "")]


def test_rows_stay_in_order_with_their_doubles_and_their_slips():
    slip = ONE[:-1] + ("0" if ONE[-1] != "0" else "1")
    assert read(f"{ONE}\n{slip}\nnonsense\n{ONE}") == [(ONE, ""), (slip, ""), ("nonsense", ""), (ONE, "")]


@pytest.mark.parametrize("mark", ["/", "  ", " / "])
def test_what_stands_within_a_number_parts_none(mark):
    code, kind, first, second, check = ONE.split("-")
    whole = mark.join((code, kind, first, second, check))
    assert read(whole) == [(whole, "")]
    link = f"https://example.org/v/{ONE}?k=Abc"
    assert read(link) == [(link, "")]


def test_other_normal_forms_are_the_same_text():
    assert read(f"{ONE};Zo\u0065\u0308 Kamau") == [(ONE, "Zoë Kamau")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_file_is_read_in_the_encoding_that_it_has(encoding):
    text = f"{ONE};Zoë Kamau"
    assert lists.decoded(text.encode(encoding)) == text


def test_more_rows_than_are_answered_at_once_are_refused_with_their_count():
    with pytest.raises(lists.TooMany) as refused:
        lists.rows(f"{ONE}\n" * 1001)
    assert refused.value.rows == 1001
    assert len(lists.rows(f"Number\n{ONE}\n" + f"{ONE}\n" * 999)) == 1000


@given(some.text(max_size=200))
@settings(max_examples=60)
def test_any_text_is_a_list(text):
    rows = lists.rows(text)
    assert [row.line for row in rows] == list(range(1, len(rows) + 1))
    lists.decoded(text.encode("utf-16-le", errors="replace"))


@given(some.lists(some.lists(some.text(max_size=20), min_size=2, max_size=2), max_size=5))
@settings(max_examples=60)
def test_nothing_in_a_file_of_ours_can_run_in_a_spreadsheet(table):
    written = tables.written(table)
    assert written.startswith("\ufeff")
    back = list(csv.reader(io.StringIO(written[1:], newline="")))
    for cell in (cell for row in back for cell in row):
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
