import pytest

from exams.actions import appeals, results
from exams.models import Appeal, Result
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

REASONS = "Item 5 has two right answers: both a and b are asked for in 6.1.2."
WHY = "The candidate is right about item 5."


@pytest.fixture
def result(ada, eve, ivo, jun) -> Result:
    result = make.sat(make.exam(), ada, "bbbaa")
    return results.release(result_uuid=result.uuid, examiner_id=eve.pk)


def test_a_candidate_appeals_and_two_decide(result, ada, ivo, jun, signed_in) -> None:
    candidate, url = signed_in(ada), f"/results/{result.uuid}/appeal/"
    assert url in candidate.get(f"/results/{result.uuid}/").content.decode()
    assert "Lodge an appeal" in candidate.get(url).content.decode()
    assert candidate.post(url, {"event": "lodge", "reasons": "unfair"}).status_code == 400
    candidate.post(url, {"event": "lodge", "reasons": REASONS})
    text = candidate.get(url).content.decode()
    assert "Withdraw the appeal" in text
    assert "Lodge an appeal" not in text
    there = f"/appeals/{Appeal.objects.get().uuid}/"
    first, second = signed_in(ivo), signed_in(jun)
    assert there in first.get("/appeals/").content.decode()
    seen = first.get(there).content.decode()
    for said in (REASONS, "Nobody has voted yet", "(key)", "(answered)", "Points: 0 of 1."):
        assert said in seen
    assert first.post(there, {"reason": WHY}).status_code == 400
    assert first.post(there, {"finding": "burn", "reason": WHY}).status_code == 400
    first.post(there, {"finding": "rekey", "reason": WHY})
    hidden = second.get(there).content.decode()
    assert "1 has voted; you see how when you have." in hidden
    assert WHY not in hidden
    second.post(there, {"finding": "rekey", "reason": "The second option is right as well."})
    assert WHY in second.get(there).content.decode()
    told = candidate.get(url).content.decode()
    for said in ("Upheld", "Examiners decide about the key of your form", WHY):
        assert said in told
    assert "Ivo" not in told
    assert "Appeals that were upheld" in second.get("/examiner/keys/").content.decode()


def test_an_appeal_is_withdrawn_once(result, ada, signed_in) -> None:
    candidate, url = signed_in(ada), f"/results/{result.uuid}/appeal/"
    candidate.post(url, {"event": "lodge", "reasons": REASONS})
    candidate.post(url, {"event": "withdraw"})
    assert Appeal.objects.get().state == "withdrawn"
    answer = candidate.post(url, {"event": "withdraw"}, follow=True)
    assert "decided or withdrawn meanwhile" in answer.content.decode()


def test_who_had_a_part_is_told_so_and_sees_nothing_of_it(result, ada, eve, signed_in) -> None:
    signed_in(ada).post(f"/results/{result.uuid}/appeal/", {"event": "lodge", "reasons": REASONS})
    browser, there = signed_in(eve), f"/appeals/{Appeal.objects.get().uuid}/"
    text = browser.get(there).content.decode()
    assert "You are not of this panel" in text
    assert REASONS not in text
    answer = browser.post(
        there, {"finding": "dismiss", "reason": "I released it with good reason."}, follow=True
    )
    assert "You had a part in what is decided about here" in answer.content.decode()
    assert Appeal.objects.get().state == "lodged"


def test_a_second_vote_and_a_late_vote_are_refused_in_words(result, ada, ivo, jun, signed_in) -> None:
    signed_in(ada).post(f"/results/{result.uuid}/appeal/", {"event": "lodge", "reasons": REASONS})
    first, there = signed_in(ivo), f"/appeals/{Appeal.objects.get().uuid}/"
    said = {"finding": "dismiss", "reason": "The key is right as it is."}
    first.post(there, said)
    assert "You have voted on this appeal already" in first.post(there, said, follow=True).content.decode()
    signed_in(jun).post(there, said)
    assert "decided or withdrawn meanwhile" in first.post(there, said, follow=True).content.decode()


def test_there_is_no_appeal_where_there_is_nothing_to_appeal_against(ada, dag, result, signed_in) -> None:
    assert signed_in(dag).get(f"/results/{result.uuid}/appeal/").status_code == 404
    practice = make.marked(make.exam("p", kind="practice", scheme_key=""), ada)
    assert signed_in(ada).get(f"/results/{practice.uuid}/appeal/").status_code == 404


def test_an_exam_without_appeals_says_so(ada, signed_in) -> None:
    result = make.released(make.exam(appeal_days=0), ada)
    browser, url = signed_in(ada), f"/results/{result.uuid}/appeal/"
    assert url not in browser.get(f"/results/{result.uuid}/").content.decode()
    assert "This exam knows no appeals" in browser.get(url).content.decode()
    assert (
        "knows no appeals"
        in browser.post(url, {"event": "lodge", "reasons": REASONS}, follow=True).content.decode()
    )


def test_the_list_costs_the_same_for_many_as_for_one(result, ada, ben, cleo, ivo, signed_in) -> None:
    def cost() -> int:
        with statements() as said:
            assert browser.get("/appeals/").status_code == 200
        return len(said)

    browser = signed_in(ivo)
    appeals.lodge(result_uuid=result.uuid, person_id=ada.pk, reasons=REASONS)
    cost()  # the first request fills what is kept
    one = cost()
    for person in (ben, cleo):
        other = make.released(result.sitting.exam, person)
        appeals.lodge(result_uuid=other.uuid, person_id=person.pk, reasons=REASONS)
    assert cost() == one
