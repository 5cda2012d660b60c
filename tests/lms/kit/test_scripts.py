import pytest
from hypothesis import given
from hypothesis import strategies as some

from lms.kit import scripts


@pytest.mark.parametrize(
    ("text", "found", "direction"),
    [
        ("Ada Kamau", "", "ltr"),
        ("Ελένη Владимир Nguyễn", "", "ltr"),
        ("محمد (Mohammed)", "arabic", "rtl"),
        ("(יוסף)", "hebrew", "rtl"),
        ("陳嘉欣", "chinese", "ltr"),
        ("佐藤 さくら", "japanese chinese", "ltr"),
        ("김민준", "korean", "ltr"),
        ("金民俊 김민준", "korean chinese", "ltr"),
        ("𠮷田", "chinese japanese", "ltr"),
        ("カ", "japanese", "ltr"),
        ("12-3", "", "ltr"),
    ],
)
def test_a_text_is_set_in_the_faces_of_its_scripts(text, found, direction):
    assert (" ".join(scripts.scripts(text)), scripts.direction(text)) == (found, direction)


@given(some.text(max_size=40))
def test_no_script_is_named_twice(text):
    found = scripts.scripts(text)
    assert len(found) == len(set(found))
