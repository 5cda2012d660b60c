import pytest

from exams.models import Agreement, Entry, Exam, Form, Item
from lms.billing.actions import entitlements, products
from lms.db import clock
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


def agreement_form(**more: object) -> dict:
    return {"agreement": Agreement.objects.latest("number").pk, "accepted": "on"} | more


def test_everybody_may_read_what_an_exam_is_before_paying(client) -> None:
    exam = make.exam()
    answer = client.get(f"/exams/{exam.key}/")
    text = answer.content.decode()
    assert answer.status_code == 200
    for said in (
        "4 of 5 points",
        "15 days after the first",
        "Your notes.",
        "The outcome.",
        "10 minutes",
        "1 Principles",
    ):
        assert said in text
    assert not any(item.code in text for item in Item.objects.all())


def test_an_exam_that_is_not_there_or_not_offered_is_not_found(client) -> None:
    make.exam(offered=False)
    assert client.get("/exams/small/").status_code == 404
    assert client.get("/exams/none/").status_code == 404


def test_an_exam_without_a_form_says_so(client) -> None:
    make.exam(forms=0)
    assert "No form of this exam is open yet" in client.get("/exams/small/").content.decode()


def test_entering_asks_for_the_agreement(ada, signed_in) -> None:
    exam, browser = make.exam(), signed_in(ada)
    assert "<strong>Alone.</strong>" in browser.get("/exams/small/enter/").content.decode()
    refused = browser.post("/exams/small/enter/", {"agreement": "1"})
    assert "Tick the box" in refused.content.decode()
    for wrong in ("", "x", "999", "9" * 50):
        assert browser.post("/exams/small/enter/", {"agreement": wrong, "accepted": "on"}).status_code == 200
    assert Entry.objects.count() == 0
    answer = browser.post("/exams/small/enter/", agreement_form())
    entry = Entry.objects.get()
    assert answer.url == f"/entries/{entry.uuid}/"
    assert (entry.exam, entry.candidate) == (exam, ada)


def test_a_second_post_leads_to_the_entry_that_is_there(ada, signed_in) -> None:
    make.exam()
    browser = signed_in(ada)
    browser.post("/exams/small/enter/", agreement_form())
    answer = browser.post("/exams/small/enter/", agreement_form())
    assert "You are entered already" in answer.content.decode()
    assert Entry.objects.count() == 1


def test_the_page_before_the_start_shows_no_item_and_its_button_starts(ada, signed_in) -> None:
    sitting = make.entered(make.exam(), ada)
    browser, url = signed_in(ada), f"/entries/{sitting.entry.uuid}/"
    answer = browser.get(url)
    assert "no-store" in answer["Cache-Control"]
    assert "Answer 1 to" not in answer.content.decode()
    assert browser.post(url).url == f"/sittings/{sitting.uuid}/"
    assert browser.get(url).url == f"/sittings/{sitting.uuid}/"
    with clock.shifted(minutes=11):
        browser.get(f"/sittings/{sitting.uuid}/")
        assert browser.get(url).url == f"/sittings/{sitting.uuid}/receipt/"
        assert browser.post(url).url == f"/sittings/{sitting.uuid}/receipt/"


def test_an_exam_whose_forms_were_retired_keeps_the_entry(ada, signed_in) -> None:
    sitting = make.entered(make.exam(), ada)
    Form.objects.update(state="retired")
    answer = signed_in(ada).post(f"/entries/{sitting.entry.uuid}/")
    assert "Your entry is kept" in answer.content.decode()


def test_a_stranger_finds_no_entry_and_a_visitor_is_asked_to_log_in(ada, dag, signed_in, client) -> None:
    sitting = make.entered(make.exam(), ada)
    url = f"/entries/{sitting.entry.uuid}/"
    assert signed_in(dag).get(url).status_code == 404
    assert signed_in(dag).post(url).status_code == 404
    assert client.get(url).url.startswith("/accounts/login/")
    assert client.get("/exams/small/enter/").url.startswith("/accounts/login/")
    assert client.get("/exams/").url.startswith("/accounts/login/")


def test_an_exam_with_a_price_asks_for_an_entitlement(ada, signed_in) -> None:
    products.offer(key="p", kind="exam", title="P", amount_minor=39000, currency="EUR")
    make.exam(product_key="p")
    browser = signed_in(ada)
    assert "An entry costs" in browser.get("/exams/small/enter/").content.decode()
    assert "still unused" in browser.post("/exams/small/enter/", agreement_form()).content.decode()
    assert Entry.objects.count() == 0
    entitlements.grant(product_key="p", person_id=ada.pk, source_key="t")
    assert browser.post("/exams/small/enter/", agreement_form()).status_code == 302


def test_an_exam_that_costs_nothing_is_claimed_on_the_way(ada, signed_in) -> None:
    products.offer(key="p", kind="exam", title="P", amount_minor=0, currency="EUR")
    make.exam(product_key="p")
    assert signed_in(ada).post("/exams/small/enter/", agreement_form()).status_code == 302


def test_who_failed_reads_when_to_come_back(ada, signed_in) -> None:
    result = make.released(make.exam(), ada, right=0)
    browser = signed_in(ada)
    day = result.sitting.submitted_at.date().replace()
    text = browser.get("/exams/small/enter/").content.decode()
    assert "You may sit again from" in text
    assert str(day.year) in text


def test_my_exams_list_each_in_its_state_with_the_same_number_of_statements(ada, signed_in) -> None:
    browser = signed_in(ada)
    assert "No exam yet" in browser.get("/exams/").content.decode()
    make.released(make.exam("one"), ada)
    make.marked(make.exam("two"), ada)
    with statements() as few:
        browser.get("/exams/")
    make.running(make.exam("three"), ada)
    make.entered(make.exam("four"), ada)
    make.exam("five")
    with statements() as many:
        text = browser.get("/exams/").content.decode()
    assert len(few) == len(many)
    for said in ("Passed", "waits for release", "Running until", "Prepare and start", "Exam five"):
        assert said in text
    assert Exam.objects.count() == 5
