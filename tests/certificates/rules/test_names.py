import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.rules import names


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("ada kamau", "Ada Kamau"),
        ("Kamau, Ada", "Ada Kamau"),
        ("Jose Munoz", "José Muñoz"),
        ("José", "Jose\u0301"),
        ("Lukasz Smialy", "Łukasz Śmiały"),
        ("Soren Aaro", "Søren Aarø"),
        ("Strasse", "Straße"),
        ("OBrien Aine", "Áine O’Brien"),
        ("Anna Lena Schulz", "Anna-Lena Schulz"),
        ("ελενη παπαδοπουλου", "Ελένη Παπαδοπούλου"),
    ],
)
def test_case_accents_and_order_make_no_difference(typed, printed):
    assert names.same(typed, printed)


@pytest.mark.parametrize("typed", ["", "  ", "-", "Ada", "Ada Maria Kamau", "Ada Kamaux", "Adak Amau"])
def test_another_name_is_another(typed):
    assert not names.same(typed, "Ada Kamau")


def test_a_name_without_letters_is_nobodys():
    assert not names.same("-", "-")


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(text):
    once = names.folded(text)
    assert names.folded(" ".join(once)) == once
