import pytest
from django.urls import reverse

from exams.actions import studies
from exams.models import CutRating, CutStudy, Form, FormCut
from tests import cast
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def form() -> Form:
    return make.exam().forms.get()


def url(name: str, pk: int) -> str:
    return reverse(f"exams_bank:{name}", args=[pk])


def said(browser, form: Form) -> str:
    return browser.get(url("cut", form.pk)).content.decode()


def all_of(percent: int) -> dict[str, str]:
    return {f"rating-{position}": str(percent) for position in range(1, 6)}


def test_from_two_judges_over_two_rounds_to_a_cut_by_two_persons(form, eve, ivo, jun, signed_in) -> None:
    examiner, judge, second = signed_in(eve), signed_in(ivo), signed_in(jun)
    assert "4 of 5 points, 70.00 %: that of the exam" in said(examiner, form)
    examiner.post(url("open_study", form.pk))
    study = CutStudy.objects.get()
    page = judge.get(url("rate", study.pk)).content.decode()
    assert page.count("Of a hundred, item") == 5
    assert "The other judges" not in page
    judge.post(url("rate", study.pk), all_of(60) | {"rating-1": " 80 %"})
    examiner.post(url("go_on", study.pk))
    assert "Not yet. A round needs at least two judges" in said(examiner, form)
    second.post(url("rate", study.pk), {"rating-1": "50"})
    assert "4 still to be rated" in said(second, form)
    examiner.post(url("go_on", study.pk))
    assert f"{jun.display_name} on item 2, " in said(examiner, form)
    second.post(url("rate", study.pk), all_of(50))
    page = said(second, form)
    assert "That is all of them." in page
    assert "ICC" not in page  # each rates alone as long as the first round runs
    examiner.post(url("go_on", study.pk))
    page = judge.get(url("rate", study.pk)).content.decode()
    assert 'value="80"' in page
    assert "The other judges: 50." in page
    for browser, percent in ((judge, 60), (second, 56)):
        browser.post(url("rate", study.pk), all_of(percent))
    examiner.post(url("close_study", study.pk))
    page = said(examiner, form)
    assert "2.90 of 5 points, 58.00 %" in page
    assert "none: everybody has the same, so there is nothing to compare" in page
    assert "with these judges the cut lies at 2.900 (1.629 to 4.171)" in page
    examiner.post(url("propose_cut", study.pk), {"reason": "As judged."})
    cut = FormCut.objects.get()
    examiner.post(url("approve_cut", cut.pk))
    assert "Another examiner must approve it" in said(examiner, form)
    second.post(url("approve_cut", cut.pk))
    page = said(second, form)
    assert "3 of 5 points, 58.00 %: the form's own" in page.replace("&#x27;", "'")
    assert "Open a study" not in page
    page = second.get(f"/exams/{form.exam.key}/").content.decode()
    assert "You pass with 3 of 5 points. The cut of a form is set by how hard its items are." in page


def test_a_judge_sees_in_the_second_round_how_far_the_mean_of_the_others_may_lie_from_it(
    form, eve, ivo, jun, signed_in
) -> None:
    signed_in(eve).post(url("open_study", form.pk))
    study = CutStudy.objects.get()
    for judge, percent in ((eve, 52), (ivo, 70), (jun, 48)):
        signed_in(judge).post(url("rate", study.pk), all_of(percent))
    signed_in(eve).post(url("go_on", study.pk))
    page = signed_in(ivo).get(url("rate", study.pk)).content.decode()
    # t of one degree of freedom is 12.706; the mean of 52 and 48 has a standard error of 2.
    assert page.count("The other judges: 50.0 (24.6 to 75.4).") == 5


@pytest.mark.parametrize("wrong", ["101", "-1", "1.5", "x", "٣", "1" * 400])
def test_a_rating_that_is_none_is_shown_and_nothing_is_saved(form, eve, ivo, signed_in, wrong) -> None:
    study = studies.open_study(form_id=form.pk, by_id=eve.pk)
    answer = signed_in(ivo).post(url("rate", study.pk), all_of(60) | {"rating-2": wrong})
    assert answer.status_code == 400
    assert '<a href="#rating-2">item 2</a>.' in answer.content.decode()
    assert not CutRating.objects.exists()


def test_a_cut_is_proposed_and_declined_with_a_reason(form, eve, jun, signed_in) -> None:
    cut = make.proposed_cut(form)
    second = signed_in(jun)
    for reason in ("", "x" * 1001):
        second.post(url("decline_cut", cut.pk), {"reason": reason})
        assert "Say why you decline it" in said(second, form)
    second.post(url("decline_cut", cut.pk), {"reason": "One judge was tired."})
    assert "One judge was tired." in said(second, form)
    second.post(url("propose_cut", cut.study.pk), {"reason": " "})
    assert "Say why this is the cut" in said(second, form)
    second.post(url("approve_cut", cut.pk))
    assert "That is not open as it stands now." in said(second, form)
    assert FormCut.objects.get().state == "declined"


def test_each_does_what_their_office_allows_and_strangers_see_nothing(form, signed_in) -> None:
    cut = make.proposed_cut(form)
    study = cut.study
    posts = [url("open_study", form.pk), url("go_on", study.pk), url("close_study", study.pk)]
    posts += [url("propose_cut", study.pk), url("approve_cut", cut.pk), url("decline_cut", cut.pk)]
    for name, rates in (("hana", 302), ("ivo", 200), ("eve", 200)):
        browser = signed_in(cast.person(name))
        assert browser.get(url("cut", form.pk)).status_code == 200
        assert browser.get(url("rate", study.pk)).status_code == rates
        # The administration answers who may not with its own front page.
        went = {browser.post(path)["Location"] for path in posts}
        assert went == ({url("cut", form.pk)} if name == "eve" else {"/admin/"})
    for name in ("dag", "ada", "kai"):
        browser = signed_in(cast.person(name))
        for path in (url("cut", form.pk), url("rate", study.pk)):
            assert browser.get(path).status_code in {302, 403, 404}
        assert {browser.post(path).status_code for path in posts} <= {302, 403, 404}
    assert FormCut.objects.get().state == "proposed"
    assert CutStudy.objects.count() == 1
    assert all(signed_in(cast.person("eve")).get(path).status_code == 405 for path in posts)
    for name in ("cut", "rate"):
        assert signed_in(cast.person("eve")).get(url(name, 99999)).status_code == 404
