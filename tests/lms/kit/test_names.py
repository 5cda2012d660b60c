"""Names are kept in one form, and read by who can't read their script."""

import pytest

from lms.kit import names


def test_a_name_is_kept_in_normal_form_c_with_single_spaces() -> None:
    assert names.tidy("  Wanjiru\u0303   Kamau ") == "Wanjirũ Kamau"


@pytest.mark.parametrize("name", ["Ada\u202eKamau", "Ada\x07", "Ada\ue000"])
def test_what_can_t_be_printed_is_no_name(name: str) -> None:
    with pytest.raises(names.Unprintable):
        names.tidy(name)


@pytest.mark.parametrize(
    ("name", "latin"),
    [("Łucja Ádà", True), ("佐藤 花", False), ("Оля Ivanova", False), ("O’Neill-Müller", True)],
)
def test_a_name_in_another_script_is_told_from_one_in_latin_letters(name: str, latin: bool) -> None:
    assert names.is_latin(name) is latin


def test_a_certificate_prints_both_where_both_are_given() -> None:
    assert names.printed(native="佐藤 花", latin="Hana Sato") == "佐藤 花 (Hana Sato)"
    assert names.printed(native="Ada Kamau", latin="") == "Ada Kamau"
