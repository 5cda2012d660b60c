import pytest

from exams.actions import results
from exams.documents import statement
from exams.models import Item, Result
from exams.queries import results as results_of
from lms.db import clock
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


def test_a_result_is_hidden_until_it_is_released(ada, eve, signed_in) -> None:
    result = make.marked(make.exam(scheme_key="small-scheme"), ada)
    browser, url = signed_in(ada), f"/results/{result.uuid}/"
    assert browser.get(url).status_code == 404
    make.release(result)
    answer = browser.get(url)
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    for said in (
        "Passed",
        "5 of 5 points",
        "4 were needed",
        "1 Principles",
        "2 Requirements",
        "/schemes/small-scheme/",
    ):
        assert said in text
    assert not any(
        item.code in text or item.current.content["stem"] in text
        for item in Item.objects.select_related("current")
    )


def test_who_failed_sees_what_to_study_and_when_to_sit_again(ada, signed_in) -> None:
    result = make.released(make.exam(), ada, right=1)
    text = signed_in(ada).get(f"/results/{result.uuid}/").content.decode()
    for said in ("Not passed", "What to study next", "You may sit again from"):
        assert said in text


def test_who_is_below_the_minimum_of_a_domain_reads_which_one(ada, eve, signed_in) -> None:
    result = make.released(make.exam(minima=[{"domain": 2, "percent": 100}]), ada, right=1)
    text = signed_in(ada).get(f"/results/{result.uuid}/").content.decode()
    assert "<strong>2 Requirements</strong><p>At least 100 % of the points of this domain are needed" in text
    seen = signed_in(eve).get(f"/examiner/results/{result.uuid}/").content.decode()
    assert "below 100 % in 2 Requirements" in seen


def test_with_a_scale_the_cut_reads_the_same_to_candidate_and_examiner(ada, ben, eve, signed_in) -> None:
    exam = make.exam(scale_lowest=200, scale_anchor=500, scale_highest=800)
    passed, failed = make.released(exam, ada, right=4), make.marked(exam, ben, right=3)
    text = signed_in(ada).get(f"/results/{passed.uuid}/").content.decode()
    # The cut is 3.5 of 5: 500 + 300 × .5 ÷ 1.5, and 200 + 300 × 3 ÷ 3.5.
    assert "600 on a scale from 200 to 800; 500 were needed." in text
    assert "4 of 5 (80 %)" in text
    browser = signed_in(eve)
    assert "3 of 5, scaled 457" in browser.get("/examiner/results/").content.decode()
    seen = browser.get(f"/examiner/results/{failed.uuid}/").content.decode()
    assert "457, 500 needed, from 200 to 800" in seen
    assert "200 to 800; 500 passes" in browser.get(f"/exams/{exam.key}/").content.decode()
    plain = make.released(make.exam("plain"), ada)
    assert "Scaled score" not in signed_in(ada).get(f"/results/{plain.uuid}/").content.decode()


def test_an_annulled_result_says_why(ada, eve, signed_in) -> None:
    result = make.released(make.exam(), ada)
    results.annul(result_uuid=result.uuid, examiner_id=eve.pk, reason="Another person sat it.")
    text = signed_in(ada).get(f"/results/{result.uuid}/").content.decode()
    assert "Another person sat it." in text
    assert "5 of 5" not in text


def test_others_find_no_result(ada, dag, eve, signed_in, client) -> None:
    result = make.released(make.exam(), ada)
    for other in (dag, eve):
        assert signed_in(other).get(f"/results/{result.uuid}/").status_code == 404
    assert client.get(f"/results/{result.uuid}/").url.startswith("/accounts/login/")


def test_the_examiner_sees_what_waits_and_releases_what_is_ticked(ada, ben, eve, signed_in) -> None:
    exam = make.exam()
    first, second = make.marked(exam, ada), make.marked(exam, ben, right=0)
    browser = signed_in(eve)
    text = browser.get("/examiner/results/").content.decode()
    assert all(name in text for name in ("Ada Kamau", "Ben Okoro", "Passed", "Failed"))
    assert browser.post("/examiner/results/", {"results": [str(first.uuid)]}).status_code == 302
    assert set(Result.objects.values_list("uuid", "state")) == {
        (first.uuid, "released"),
        (second.uuid, "marked"),
    }
    assert "Ada Kamau" in browser.get("/examiner/results/").content.decode()


@pytest.mark.parametrize("given", [[], ["x"], ["00000000-0000-0000-0000-000000000000"]])
def test_a_choice_of_nothing_or_of_what_does_not_wait_releases_nothing(ada, eve, signed_in, given) -> None:
    make.marked(make.exam(), ada)
    answer = signed_in(eve).post("/examiner/results/", {"results": given})
    assert answer.status_code == 400
    assert Result.objects.get().state == "marked"


def test_nobody_releases_their_own_result(eve, signed_in) -> None:
    result = make.marked(make.exam(), eve)
    browser = signed_in(eve)
    browser.post("/examiner/results/", {"results": [str(result.uuid)]})
    assert "is your own" in browser.get("/examiner/results/").content.decode()
    assert Result.objects.get().state == "marked"


def test_only_examiners_of_the_organisation_see_the_list(
    ada, kai, olga, hana, signed_in, client, eve
) -> None:
    result = make.marked(make.exam(), ada)
    for path in ("/examiner/results/", f"/examiner/results/{result.uuid}/"):
        for other in (ada, kai, olga, hana):
            assert signed_in(other).get(path).status_code == 403
        assert client.get(path).url.startswith("/accounts/login/")
        assert signed_in(eve).get(path).status_code == 200
    eve.memberships.all().delete()
    assert signed_in(eve).get("/examiner/results/").status_code == 403


def test_the_examiner_annuls_with_a_reason(ada, eve, signed_in) -> None:
    result = make.released(make.exam(), ada)
    browser, url = signed_in(eve), f"/examiner/results/{result.uuid}/"
    assert browser.post(url, {"reason": "short"}).status_code == 400
    assert browser.post(url, {"reason": "Another person sat this exam."}).status_code == 302
    assert Result.objects.get().state == "annulled"
    browser.post(url, {"reason": "Another person sat this exam."})
    assert "Nothing was changed" in browser.get(url).content.decode()


def test_a_result_that_is_not_there_is_not_found(eve, signed_in) -> None:
    make.exam()
    assert signed_in(eve).get("/examiner/results/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_the_list_costs_the_same_at_one_and_at_many(ada, ben, cleo, dag, eve, signed_in) -> None:
    exam, browser = make.exam(), signed_in(eve)
    make.marked(exam, ada)
    browser.get("/examiner/results/")
    with statements() as few:
        browser.get("/examiner/results/")
    for person in (ben, cleo, dag):
        make.marked(exam, person)
    with statements() as many:
        browser.get("/examiner/results/")
    assert len(few) == len(many)


def test_a_second_failure_shows_the_longer_wait(ada, eve, signed_in) -> None:
    exam = make.exam(forms=2)
    make.released(exam, ada, right=0)
    with clock.shifted(days=16):
        second = make.released(exam, ada, right=0)
        context = signed_in(ada).get(f"/results/{second.uuid}/").context
    assert (context["retake_on"] - second.sitting.submitted_at.date()).days in range(89, 93)


def test_a_released_result_has_a_statement_that_says_how_it_stands(ada, eve, signed_in) -> None:
    result = make.released(make.exam(), ada)
    report = results_of.report(results_of.released(result.uuid, person_id=ada.pk))
    said = statement.letter(report, name="Ada Kamau", stands_since=result.released_at)
    assert ("has passed it" in said.sentence) is report.passed
    assert said.table[2] == tuple(
        (line.label, str(line.band.items), f"{line.band.percent} %") for line in report.domains
    )
    client = signed_in(ada)
    assert client.get(f"/results/{result.uuid}/statement.pdf").content.startswith(b"%PDF")
    results.annul(result_uuid=result.uuid, examiner_id=eve.pk, reason="x")
    assert client.get(f"/results/{result.uuid}/statement.pdf").status_code == 404
