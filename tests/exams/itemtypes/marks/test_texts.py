import pytest

from exams.itemtypes.marks import texts


@pytest.mark.parametrize(
    "said", ["Statement of Applicability", "  statement  of applicability ", "STATEMENT OF APPLICABILITY"]
)
def test_spaces_and_capitals_make_no_difference(said) -> None:
    assert texts.same(said, "statement of applicability", case=False)


def test_capitals_count_where_the_key_says_so_and_marks_are_read_alike() -> None:
    assert not texts.same("pdca", "PDCA", case=True)
    assert texts.same("the body\u2019s", "the body's", case=True)
    assert texts.first("soa", ["statement", "SoA"], case=False) == "SoA"
    assert texts.first("else", ["statement"], case=False) is None


@pytest.mark.parametrize("value", [None, 7, ["a"], "", "  ", "x" * 11, "a\x00b", "a\ud800", "a\nb"])
def test_what_cannot_be_kept_is_no_text(value) -> None:
    assert not texts.is_text(value, 10)


def test_line_breaks_are_kept_where_they_belong() -> None:
    assert texts.is_text("a\nb", 10, breaks=True)
    assert not texts.is_text("a\x00b", 10, breaks=True)
