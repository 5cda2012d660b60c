import pytest

from exams.models import Batch, Result
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def form(ada, ben):
    exam = make.exam(release="in-batches")
    make.marked(exam, ada)
    make.marked(exam, ben, right=0)
    return exam.forms.get()


def test_two_examiners_release_a_batch_when_the_key_is_validated(form, eve, jun, signed_in) -> None:
    first, second, url = signed_in(eve), signed_in(jun), f"/examiner/batches/forms/{form.pk}/"
    listed = first.get("/examiner/results/").content.decode()
    assert url in listed
    assert "Ada Kamau" not in listed
    assert "The key was not validated yet" in first.get(url).content.decode()
    result = Result.objects.first()
    assert "It is released in a batch" in first.get(f"/examiner/results/{result.uuid}/").content.decode()
    make.validated(form)
    chosen = {"results": [str(one.uuid) for one in Result.objects.all()], "reason": "All of the first day."}
    assert first.post(url, chosen | {"reason": ""}).status_code == 400
    assert first.post(url, chosen | {"results": []}).status_code == 400
    there = first.post(url, chosen).url
    assert "Release all" not in first.get(there).content.decode()
    assert there in second.get("/examiner/results/").content.decode()
    assert "Ben Okoro" in second.get(there).content.decode()
    assert second.post(there, {"event": "release", "reason": "short"}).status_code == 400
    second.post(there, {"event": "release", "reason": "I looked at it too."})
    assert Batch.objects.get().decided_by == jun
    assert set(Result.objects.values_list("state", flat=True)) == {"released"}


def test_a_batch_that_can_not_be_released_says_why(form, eve, jun, signed_in) -> None:
    make.validated(form)
    chosen = {"results": [str(one.uuid) for one in Result.objects.all()], "reason": "All of the first day."}
    there = signed_in(eve).post(f"/examiner/batches/forms/{form.pk}/", chosen).url
    answer = signed_in(eve).post(there, {"event": "release", "reason": "I release it alone."}, follow=True)
    assert "a second person must decide" in answer.content.decode()
    signed_in(jun).post(there, {"event": "return", "reason": "An incident is open."})
    answer = signed_in(jun).post(there, {"event": "release", "reason": "All the same."}, follow=True)
    assert "was decided on meanwhile" in answer.content.decode()
    assert set(Result.objects.values_list("state", flat=True)) == {"marked"}


def test_what_came_later_is_said(form, cleo, eve, signed_in) -> None:
    make.validated(form)
    make.marked(form.exam, cleo)
    assert "1 result came later" in signed_in(eve).get(f"/examiner/batches/forms/{form.pk}/").content.decode()


def test_a_form_that_is_released_singly_has_no_batches(ada, eve, signed_in) -> None:
    form = make.marked(make.exam(), ada).sitting.form
    assert signed_in(eve).get(f"/examiner/batches/forms/{form.pk}/").status_code == 404


def test_pages_cost_the_same_for_many_results_as_for_one(form, eve, signed_in) -> None:
    def cost() -> list[int]:
        found = []
        for url in ("/examiner/results/", f"/examiner/batches/forms/{form.pk}/"):
            with statements() as said:
                assert browser.get(url).status_code == 200
            found.append(len(said))
        return found

    browser = signed_in(eve)
    make.validated(form)
    cost()  # the first request fills what is kept
    few = cost()
    for person in make.people(5):
        make.marked(form.exam, person)
    make.validated(form)
    assert cost() == few
