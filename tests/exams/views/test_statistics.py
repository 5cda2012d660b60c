import csv
import hashlib
import re

import pytest

from exams.actions import packs
from exams.models import Entry, EvidencePack
from exams.queries import form_statistics
from lms.jobs import worker
from tests.counting import statements
from tests.factories import exams as make
from tests.factories import keys as make_keys
from tests.factories import marking as make_marking

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
    assert not re.search(r"\bnan\b", text.lower())
    answer = browser.get(f"{page(form)}items.csv")
    rows = list(csv.DictReader(answer.content.decode().splitlines()))
    assert [row["position"] for row in rows] == ["1", "2", "3", "4", "5"]
    assert [row["in sittings"] for row in rows] == ["30"] * 5
    assert all(
        float(row["point-biserial"]) > float(row["corrected point-biserial"]) for row in (rows[2], rows[4])
    )
    assert float(rows[4]["p, low"]) < float(rows[4]["p"]) < float(rows[4]["p, high"])
    assert f"{form.exam.key}-form-1-items.csv" in answer["Content-Disposition"]


def test_a_form_that_people_mark_altogether_has_statistics_of_points_criteria_and_markers(
    eve, signed_in
) -> None:
    exam = make_marking.essays_alone(double="always", tolerance_numerator=5)
    form = exam.forms.get()
    levels = [make_marking.FULL if n % 3 else make_marking.HALF for n in range(30)]
    for number, person in enumerate(make.people(30)):
        make_marking.written_alone(exam, person, f"Because of {number}.")
    for marker in ("ivo", "jun"):
        for said in levels:
            make_marking.by(marker, exam, said)
    worker.run_due()
    text = signed_in(eve).get(page(form)).content.decode()
    assert "No item is right or wrong by a rule" in text
    assert "How many sittings have each number of points" in text and "cut 3" in text
    for cell in ("Reason", "Example", "Alpha of the points", "none: there is no other item to compare with"):
        assert cell in text
    assert (
        text.count("<td>2.667 (2.") == 2
    )  # of the form and of the item: the mean of 20 times 3.5 points and 10 times 1
    assert "1.000 (1.000 to 1.000)" in text  # ICC(2,1) of two who agree
    assert not re.search(r"\bnan\b", text.lower())


def test_leads_are_for_people_and_say_what_was_compared(eve, signed_in) -> None:
    """Sixty sittings, half of them in German, where the fifth item is harder at equal scores."""
    exam = make.exam()
    said = ("bbbbb", "bbbab", "bbaab", "abbbb", "baaab"), ("bbbba", "bbbaa", "bbaab", "abbba", "baaaa")
    for n, person in enumerate(make.people(60)):
        sitting = make.sat(exam, person, said[n % 2][n // 2 % 5]).sitting
        Entry.objects.filter(pk=sitting.entry_id).update(language="de" if n % 2 else "")
    form = exam.forms.get()
    text = signed_in(eve).get(page(form)).content.decode()
    assert "Leads for people" in text and "Nothing is decided by them." in text
    assert "1770 pairs of sittings compared" in text
    found = form_statistics.analysed(form).leads
    assert found and found.unlike["window"] == ()
    assert {(one.reference, one.focal) for one in found.unlike["language"]} == {("de", "the exam's own")}
    assert [one.item for one in found.unlike["language"]] == ["1", "2", "3", "4", "5"]


def test_below_thirty_the_page_says_that_it_says_nothing(eve, signed_in) -> None:
    form = make_keys.sat_form()
    text = signed_in(eve).get(page(form)).content.decode()
    assert "4 sittings of this form are marked. Below 30 no statistics are shown" in text
    assert ' class="chart" ' not in text
    assert signed_in(eve).get(f"{page(form)}items.csv").content.count(b"\n") == 1


def test_other_houses_and_candidates_see_none_of_it(ada, kai, signed_in) -> None:
    form = make_keys.sat_form()
    for person in (ada, kai):
        for address in ("", "items.csv", "evidence/", "evidence/1.pdf", "evidence.zip"):
            assert signed_in(person).get(page(form) + address).status_code == 403


def test_the_evidence_is_made_by_a_job_kept_and_made_anew_when_the_records_change(
    kai, eve, signed_in
) -> None:
    form = make_keys.sat_form()
    browser, address = signed_in(eve), f"{page(form)}evidence/"
    assert "No pack was made yet." in browser.get(address).content.decode()
    for _ in range(2):
        browser.post(address)
    assert EvidencePack.objects.get().state == "asked"
    assert "Being made" in browser.get(address).content.decode()
    assert browser.get(f"{address}{EvidencePack.objects.get().pk}.pdf").status_code == 404
    worker.run_due()
    packs.make(pack_id=EvidencePack.objects.get().pk)
    made = EvidencePack.objects.get()
    text = browser.get(address).content.decode()
    assert "of the records as they stand now" in text
    assert made.digest in text
    answer = browser.get(f"{address}{made.pk}.pdf")
    said = b"".join(answer.streaming_content)
    assert (hashlib.sha256(said).hexdigest(), len(said)) == (made.digest, made.size)
    assert (said[:4], answer["Content-Type"]) == (b"%PDF", "application/pdf")
    browser.post(address)
    assert EvidencePack.objects.count() == 1
    make.sat(form.exam, kai, "bbbbb")
    assert "The records have changed since the last pack was made." in browser.get(address).content.decode()
    browser.post(address)
    assert list(EvidencePack.objects.order_by("pk").values_list("state", flat=True)) == ["ready", "asked"]
    archive = browser.get(f"{page(form)}evidence.zip")
    assert (archive.content[:2], archive["Content-Type"]) == (b"PK", "application/zip")


def test_all_forms_of_an_exam_are_looked_at_together_over_time(ada, eve, kai, signed_in) -> None:
    form = make_keys.sat_by_thirty()
    exam, browser, page = form.exam, signed_in(eve), f"/examiner/statistics/exams/{form.exam.key}/"
    text = browser.get(f"/examiner/statistics/forms/{form.pk}/").content.decode()
    assert f'href="{page}"' in text

    def cost() -> int:
        with statements() as said:
            assert browser.get(page).status_code == 200
        return len(said)

    few = cost()
    exam.forms.update(state="retired")
    make.another_form(exam)
    make.sat(exam, make.people(1, first=30)[0], "bbbbb")
    assert cost() == few
    text = browser.get(f"{page}?by=year").content.decode()
    assert "31 marked sittings of 31 candidates, released or not." in text
    assert text.count("none: fewer than 30 sittings") == 4  # those of the second form
    assert text.count('<circle class="dot"') == 1
    rows = {
        name: list(csv.DictReader(browser.get(f"{page}{name}.csv").content.decode().splitlines()))
        for name in ("whole", "periods", "forms", "times", "exposure", "results")
    }
    assert [(row["group"], row["sittings"]) for row in rows["forms"]] == [("form 1", "30"), ("form 2", "1")]
    assert [row["group"] for row in rows["times"]] == ["first time"]
    assert rows["exposure"][0]["in sittings"] == "31"
    assert (len(rows["results"]), rows["results"][-1]["points"], rows["results"][-1]["outcome"]) == (
        31,
        "5.0",
        "passed",
    )
    assert browser.get(f"{page}nothing.csv").status_code == 404
    assert browser.get("/examiner/statistics/exams/none/").status_code == 404
    for person in (ada, kai):
        assert {signed_in(person).get(page + one).status_code for one in ("", "results.csv")} == {403}


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
    kept = cost()
    make.sat(form.exam, make.people(1, first=50)[0], "bbbbb")
    few = cost()
    assert few > kept
    for person in make.people(27):
        make.sat(form.exam, person, "bbbba")
    assert cost() == few
    assert cost() == kept  # what is worked out once stays until another sitting is marked
