import pytest
from django.urls import reverse

from exams.models import CutStudy, Exam, FormCut
from lms.jobs import worker
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def exam() -> Exam:
    """Two forms, each sat by thirty with 2 or 4 points."""
    made = make.exam()
    for number in range(2):
        if number:
            made.forms.update(state="retired")
            make.another_form(made)
        for n, person in enumerate(make.people(30, first=30 * number)):
            make.marked(made, person, right=2 if n < 10 + 10 * number else 4)
    return made


def url(name: str, pk: int) -> str:
    return reverse(f"exams_bank:{name}", args=[pk])


def test_a_cut_is_carried_over_by_two_on_a_page_that_shows_all_of_it(exam, eve, jun, ivo, signed_in) -> None:
    reference, form = exam.forms.order_by("number")
    examiner, second = signed_in(eve), signed_in(jun)
    assert url("equate", form.pk) in examiner.get(url("cut", form.pk)).content.decode()
    asked = f"{url('equate', form.pk)}?reference={reference.pk}&method="
    page = examiner.get(f"{asked}linear").content.decode()
    assert "The cut of form 1, 3.5 points, is worth <strong>2.83 of 5 points</strong> here" in page
    assert "20 fails would become" not in page
    assert "30 results of this form wait to be released" in page
    assert page.count('<figure class="picture">') == 1
    with statements() as said:
        examiner.get(f"{asked}mean")
    few = len(said)
    looked_at = page.split('name="looked_at" value="')[1][:64]
    values = {"reference": reference.pk, "method": "linear", "looked_at": looked_at}
    examiner.post(url("propose_equated", form.pk), values)
    assert "Say why this is the cut" in examiner.get(url("cut", form.pk)).content.decode()
    examiner.post(url("propose_equated", form.pk), values | {"reason": "Harder.", "looked_at": "0" * 64})
    assert "has changed since you looked" in examiner.get(url("cut", form.pk)).content.decode()
    examiner.post(url("propose_equated", form.pk), values | {"reason": "Harder."})
    page = second.get(url("cut", form.pk)).content.decode()
    assert "Equated to another form, form 1." in page
    assert "30 results of this form wait" in page
    second.post(url("approve_cut", FormCut.objects.get().pk))
    worker.run_due()
    assert "3 of 5 points, 56.60 %: the form" in second.get(url("cut", form.pk)).content.decode()
    for wrong in ("reference=x&method=linear", f"reference={reference.pk}&method=x", f"reference={form.pk}"):
        assert examiner.get(f"{url('equate', form.pk)}?{wrong}").status_code == 200
    for person in make.people(5, first=100):
        make.marked(exam, person, right=3)
    with statements() as said:
        examiner.get(f"{asked}mean")
    assert len(said) == few
    # Who reviews items has no part in it.
    assert signed_in(ivo).get(asked).status_code == 302


def test_a_panel_says_what_it_wants_alone_and_sees_where_that_meets_the_candidates(
    exam, eve, ivo, jun, ada, signed_in
) -> None:
    form = exam.forms.order_by("number").last()
    examiner, judges = signed_in(eve), (signed_in(ivo), signed_in(jun))
    examiner.post(url("open_study", form.pk), {"method": "hofstee"})
    study = CutStudy.objects.get()
    page, end = url("panel", study.pk), url("end_study", study.pk)
    assert judges[0].post(page, {"cut": 3, "most_cut": 2, "share": 10, "most_share": "x"}).status_code == 400
    values = {"cut": 2, "most_cut": 4, "share": 10, "most_share": 50}
    judges[0].post(page, values)
    examiner.post(end)
    text = examiner.get(page).content.decode()
    assert "A round needs at least two judges" in text
    assert "1 judge has said what they want." in text
    assert 'class="chart"' not in text
    judges[1].post(page, values | {"share": 20})
    examiner.post(end)
    text = examiner.get(page).content.decode()
    # Nobody is below 2 points, two thirds below 3: from (2, 50 %) to (4, 15 %).
    assert "At <strong>2.59 of 5 points</strong>, where 60.4 % of 30 candidates pass." in text
    assert "With other judges like these the cut lies between " in text
    assert text.count('<circle class="dot"') == 4
    assert "That is not open as it stands now." in judges[0].post(page, values).content.decode()
    looked_at = text.split('name="looked_at" value="')[1][:64]
    examiner.post(url("propose_cut", study.pk), {"reason": "Agreed.", "looked_at": looked_at})
    judges[1].post(url("approve_cut", FormCut.objects.get().pk))
    cut = FormCut.objects.get()
    assert cut.state == "approved"
    low, high = (float(cut.basis["came"][end]) for end in ("low", "high"))
    assert 0 <= low < 2.59 < high <= 5
    assert "Propose this cut" not in examiner.get(page).content.decode()
    assert signed_in(ada).get(page).status_code in {302, 403, 404}
    assert examiner.get(url("rate", study.pk)).status_code == 404
