from html import unescape

import pytest
from django.test import Client
from django.utils.html import strip_tags

from certificates.queries import schemes as schemes_query
from lms.db import clock
from tests.factories import certificates as make

pytestmark = pytest.mark.django_db


def text_of(path):
    answer = Client().get(path)
    assert answer.status_code == 200
    return " ".join(unescape(strip_tags(answer.content.decode())).split())


def test_both_schemes_are_listed(schemes):
    text = text_of("/schemes/")
    assert "ISO/IEC 42001 Lead Implementer" in text
    assert "ISO/IEC 42001 Lead Auditor" in text


def test_without_a_library_the_page_says_so(db):
    assert "No scheme is in effect" in text_of("/schemes/")


@pytest.mark.parametrize("key", [make.IMPLEMENTER, make.AUDITOR])
def test_the_public_page_says_all_that_the_scheme_says(schemes, key):
    text = text_of(f"/schemes/{key}/")
    scheme = schemes_query.scheme(key=key, on=clock.today())
    for level in scheme.levels:
        assert level.title in text
        for asked in level.texts:
            assert asked in text
    for part in ("rights", "duties", "is", "is_not"):
        for sentence in scheme.data[part]:
            assert sentence in text
    for fee in scheme.data["fees"]:
        assert fee["title"] in text
    assert "EUR 100.00" in text
    assert "90 days" in text


def test_the_levels_are_those_of_the_field(schemes):
    facts = {
        key: [
            (
                next((r.amounts["years"] for r in level.requirements if "years" in r.amounts), 0),
                next((r.amounts["field_years"] for r in level.requirements if "years" in r.amounts), 0),
                next((r.amounts["hours"] for r in level.requirements if "hours" in r.amounts), 0),
                level.cpd_hours,
            )
            for level in schemes_query.scheme(key=key, on=clock.today()).levels
        ]
        for key in (make.IMPLEMENTER, make.AUDITOR)
    }
    ladder = [(0, 0, 0, 0), (2, 1, 200, 60), (5, 2, 300, 90), (10, 7, 1000, 180)]
    assert facts == {make.IMPLEMENTER: ladder, make.AUDITOR: ladder}
