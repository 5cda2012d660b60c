import pytest

from exams.actions import marking, sittings
from exams.models import KeyValidation, KeyVersion, LostPass, Result
from lms.jobs import worker
from tests.counting import statements
from tests.factories import exams as make
from tests.factories import keys as make_keys

pytestmark = pytest.mark.django_db

SAID = {
    "decision_5": "rekey",
    "key_5_": ["a"],
    "reason_5": "Option a is right.",
    "reason": "The last item has a wrong key.",
}


@pytest.fixture
def form(db):
    return make_keys.sat_form()


def page(form) -> str:
    return f"/examiner/keys/forms/{form.pk}/"


def test_the_list_leads_to_the_form_and_says_below_thirty_that_nothing_is_said(form, eve, signed_in) -> None:
    browser = signed_in(eve)
    assert page(form) in browser.get("/examiner/keys/").content.decode()
    text = browser.get(page(form)).content.decode()
    assert "4 sittings of this form are marked. Below 30 nothing is reckoned" in text
    assert "How long a candidate looked at one item is not recorded." in text


def test_a_preview_changes_nothing_and_names_whose_outcome_flips(form, eve, signed_in) -> None:
    answer = signed_in(eve).post(page(form), SAID | {"event": "preview"})
    text = answer.content.decode()
    assert answer.status_code == 200
    assert "1 fail would become a pass, and 1 pass a fail; 1 other result would have other points." in text
    assert all(name in text for name in ("Ada Kamau", "Ben Okoro"))
    assert "Dag " not in text.partition('id="preview"')[2].partition("</section>")[0]
    assert not KeyValidation.objects.exists()


def test_one_examiner_proposes_and_another_approves(form, eve, jun, signed_in) -> None:
    browser = signed_in(eve)
    url = browser.post(page(form), SAID | {"event": "propose"}).url
    text = browser.get(url).content.decode()
    assert "You proposed this." in text
    assert "Approve as the second examiner" not in text
    assert "Re-key to A" in text
    browser.post(url, {"event": "approve", "reason": "I agree with myself."})
    assert not KeyVersion.objects.exists()
    second = signed_in(jun)
    assert "Ada Kamau" in second.get(url).content.decode()
    assert second.post(url, {"event": "approve", "reason": "Option a it is."}).status_code == 302
    assert KeyVersion.objects.get().decided_by == jun
    assert "made key version 2" in second.get(page(form)).content.decode()
    assert "Approve as" not in second.get(url).content.decode()


def test_what_is_sent_back_can_be_proposed_anew(form, eve, jun, signed_in) -> None:
    url = signed_in(eve).post(page(form), SAID | {"event": "propose"}).url
    assert "Another can be made when it is decided" in signed_in(jun).get(page(form)).content.decode()
    signed_in(jun).post(url, {"event": "return", "reason": "Option a is wrong too."})
    assert KeyValidation.objects.get().state == "returned"
    assert (
        signed_in(jun).post(page(form), {"event": "propose", "reason": "The key is right."}).status_code
        == 302
    )


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"reason": ""}, "This field is required."),
        ({"reason_5": ""}, "Say why."),
        ({"key_5_": []}, "Not possible: exactly one option is right, and 0 are marked so."),
        ({"key_5_": ["b"]}, "Not possible: this is the key that it has."),
        ({"key_5_": ["z"]}, "Select a valid choice."),
        ({"decision_5": "burn"}, "Select a valid choice."),
        (
            {f"decision_{n}": "drop" for n in range(1, 6)} | {f"reason_{n}": "Leaked." for n in range(1, 6)},
            "Not possible: no item would be left that tells one candidate from another.",
        ),
    ],
)
def test_what_can_not_be_is_said_beside_the_field(form, eve, signed_in, said, fault) -> None:
    for event in ("preview", "propose"):
        answer = signed_in(eve).post(page(form), SAID | said | {"event": event})
        assert (answer.status_code, fault in answer.content.decode()) == (400, True)
    assert not KeyValidation.objects.exists()


def test_flagged_items_need_a_decision_and_show_who_chose_what(eve, signed_in) -> None:
    form = make_keys.sat_by_thirty()
    browser = signed_in(eve)
    text = browser.get(page(form)).content.decode()
    assert "weak: point-biserial below .05; option A correlates above the key" in text
    answer = browser.post(page(form), {"event": "propose", "reason": "All is well here."})
    assert answer.status_code == 400
    assert "This item is flagged, so it needs a decision." in answer.content.decode()
    assert browser.post(page(form), SAID | {"event": "propose"}).status_code == 302


def test_two_examiners_decide_about_a_pass_in_doubt(form, ben, eve, jun, signed_in) -> None:
    lost = make_keys.lost_pass(make_keys.released(form))
    url, first, second = f"/examiner/lost-passes/{lost.uuid}/", signed_in(eve), signed_in(jun)
    assert url in first.get("/examiner/keys/").content.decode()
    assert "Ben Okoro was told of a pass." in first.get(url).content.decode()
    assert first.post(url, {"event": "propose", "reason": "short"}).status_code == 400
    first.post(url, {"event": "propose", "reason": "The item was about safety."})
    assert "as the second examiner" not in first.get(url).content.decode()
    first.post(url, {"event": "revise", "reason": "I agree with myself."})
    assert LostPass.objects.get().state == "proposed"
    second.post(url, {"event": "revise", "reason": "I agree with that."})
    assert Result.objects.get(sitting__candidate=ben).outcome == "failed"
    assert (
        "The item was about safety." in signed_in(ben).get(f"/results/{lost.result.uuid}/").content.decode()
    )
    assert url not in first.get("/examiner/keys/").content.decode()


def test_an_examiner_of_another_house_finds_none_of_it(form, kai, signed_in) -> None:
    lost = make_keys.lost_pass(make_keys.released(form))
    for url in ("/examiner/keys/", page(form), f"/examiner/lost-passes/{lost.uuid}/"):
        assert signed_in(kai).get(url).status_code == 403


def test_pages_cost_the_same_for_many_as_for_one(form, eve, signed_in) -> None:
    browser = signed_in(eve)
    urls = ("/examiner/keys/", page(form))

    def cost() -> list[int]:
        found = []
        for url in urls:
            with statements() as said:
                assert browser.get(url).status_code == 200
            found.append(len(said))
        return found

    cost()  # the first request fills what is kept
    few = cost()
    for person in make.people(6):
        make.sat(form.exam, person, "bbbba")
    assert cost() == few


def test_a_form_that_is_not_there_is_not_found(form, eve, signed_in) -> None:
    browser = signed_in(eve)
    for pk in (0, form.pk + 1, 10**30):
        assert browser.get(f"/examiner/keys/forms/{pk}/").status_code == 404
    for path in ("keys", "lost-passes", "batches"):
        assert browser.get(f"/examiner/{path}/00000000-0000-0000-0000-000000000000/").status_code == 404


def test_a_matching_and_a_number_are_re_keyed_by_the_controls_of_their_kinds(
    ada, eve, jun, signed_in
) -> None:
    exam = make.mixed_exam()
    sitting = make.running(exam, ada)
    places = {kind: make.position_of(sitting, kind) for kind in ("matching", "numeric")}
    make.answer(sitting, {places["matching"]: "ca", places["numeric"]: "14"})
    sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    marking.mark(sitting_id=sitting.pk)
    form = exam.forms.get()
    browser = signed_in(eve)
    assert "Another key for item" in browser.get(page(form)).content.decode()
    said: dict[str, str] = {"event": "propose", "reason": "Both keys were wrong."}
    for kind, members in (
        ("matching", {"1": "c", "2": "a"}),
        ("numeric", {"value": "13,9", "tolerance": "0.1"}),
    ):
        at = places[kind]
        said |= {f"decision_{at}": "rekey", f"reason_{at}": "Looked up."}
        said |= {f"key_{at}_{part}": value for part, value in members.items()}
    assert (
        "No outcome flips. 1 result would have other points."
        in browser.post(page(form), said | {"event": "preview"}).content.decode()
    )
    url = browser.post(page(form), said).url
    text = signed_in(jun).get(url).content.decode()
    assert "<li>Moon: Noon</li>" in text
    assert "<li>13.9 kg: within 0.1 (nominal)</li>" in text
    signed_in(jun).post(url, {"event": "approve", "reason": "So it is, both of them."})
    worker.run_due()
    result = Result.objects.select_related("run").get()
    assert (result.run.number, result.run.raw) == (2, 2)
