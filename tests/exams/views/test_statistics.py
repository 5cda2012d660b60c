import csv

import pytest

from tests.counting import statements
from tests.factories import exams as make
from tests.factories import keys as make_keys

pytestmark = pytest.mark.django_db


def page(form) -> str:
    return f"/examiner/statistics/forms/{form.pk}/"


def test_thirty_sittings_show_items_scores_and_pictures_that_are_tables_too(eve, signed_in) -> None:
    form = make_keys.sat_by_thirty()
    browser = signed_in(eve)
    assert page(form) in browser.get("/examiner/keys/").content.decode()
    text = browser.get(page(form)).content.decode()
    assert "From 30 marked sittings, by key version 1; the cut is 70.00 % of the points." in text
    assert "corrected point-biserial = -" in text
    assert "option A correlates above the key" in text
    pictures = text.count('<figure class="picture">')
    assert pictures == 9  # scores, errors, five items, Wright map, information
    assert pictures == text.count("The same as a table") == text.count(' class="chart" ')
    assert "Slopes (the two-parameter model) are worked out from 500 sittings on." in text
    assert "nan" not in text.lower().replace("finan", "")
    answer = browser.get(f"{page(form)}items.csv")
    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    assert [row["position"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row["in sittings"] for row in rows] == ["30"] * 5
    assert float(rows[4]["p, low"]) < float(rows[4]["p"]) < float(rows[4]["p, high"])
    assert f"{form.exam.key}-form-1-items.csv" in answer["Content-Disposition"]


def test_below_thirty_the_page_says_that_it_says_nothing(eve, signed_in) -> None:
    form = make_keys.sat_form()
    text = signed_in(eve).get(page(form)).content.decode()
    assert "4 sittings of this form are marked. Below 30 no statistics are shown" in text
    assert ' class="chart" ' not in text
    assert signed_in(eve).get(f"{page(form)}items.csv").content.count(b"\n") == 1


def test_other_houses_and_candidates_see_none_of_it(ada, kai, signed_in) -> None:
    form = make_keys.sat_form()
    for person in (ada, kai):
        for address in ("", "items.csv", "evidence.pdf", "evidence.zip"):
            assert signed_in(person).get(page(form) + address).status_code == 403


def test_the_evidence_is_taken_along_on_paper_and_as_files(eve, signed_in) -> None:
    form = make_keys.sat_form()
    browser = signed_in(eve)
    paper, archive = (browser.get(f"{page(form)}evidence.{kind}") for kind in ("pdf", "zip"))
    assert paper.content.startswith(b"%PDF") and archive.content.startswith(b"PK")
    assert (paper["Content-Type"], archive["Content-Type"]) == ("application/pdf", "application/zip")
    assert f"{form.exam.key}-form-1-evidence.pdf" in paper["Content-Disposition"]


def test_a_form_that_is_not_there_is_not_found(eve, signed_in) -> None:
    for pk in (make_keys.sat_form().pk + 1, 0, 10**30):
        assert signed_in(eve).get(f"/examiner/statistics/forms/{pk}/").status_code == 404


def test_the_page_costs_the_same_for_many_sittings_as_for_few(eve, signed_in) -> None:
    form, browser = make_keys.sat_form(), signed_in(eve)

    def cost() -> int:
        with statements() as said:
            assert browser.get(page(form)).status_code == 200
        return len(said)

    cost()  # the first request fills what is kept
    few = cost()
    for person in make.people(27):
        make.sat(form.exam, person, "bbbba")
    assert cost() == few
