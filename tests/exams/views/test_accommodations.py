import pytest

from exams.models import Accommodation, Entry
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

NEEDS = "I read with a magnifier and need more time."
REASON = "The certificate that was shown asks for it."


def ask(browser, exam, text: str = NEEDS):
    return browser.post("/accommodation/", {"organisation": exam.organisation_id, "request": text})


def url_of(found: Accommodation) -> str:
    return f"/examiner/accommodations/{found.uuid}/"


def grant(**more: object) -> dict:
    said = {"event": "grant", "percent_more": "25", "break_minutes": "10", "other": "", "reason": REASON}
    return said | more


def test_a_candidate_asks_once_and_reads_how_it_stands(ada, eve, signed_in) -> None:
    exam, mine, office = make.exam(), signed_in(ada), signed_in(eve)
    assert "Ask for an accommodation" in mine.get("/accommodation/").content.decode()
    assert ask(mine, exam).url == "/accommodation/"
    page = mine.get("/accommodation/").content.decode()
    assert NEEDS in page
    assert "Ask for an accommodation" not in page
    entry = make.entered(exam, ada).entry
    found = Accommodation.objects.get()
    assert "Waits for a decision" in office.get("/examiner/accommodations/").content.decode()
    assert NEEDS in office.get(url_of(found)).content.decode()
    assert office.post(url_of(found), grant()).url == url_of(found)
    page = mine.get("/accommodation/").content.decode()
    assert "25 % more time; breaks of 10 minutes in all" in page
    assert REASON in page
    entry.refresh_from_db()
    before = mine.get(f"/entries/{entry.uuid}/").content.decode()
    assert "12 instead of 10 minutes" in before
    assert NEEDS not in before


def test_the_page_of_entering_says_what_applies(ada, eve, signed_in) -> None:
    exam, browser = make.exam(), signed_in(ada)
    assert "Ask for it" in browser.get("/exams/small/enter/").content.decode()
    ask(browser, exam)
    signed_in(eve).post(url_of(Accommodation.objects.get()), grant(percent_more="50"))
    assert "15 instead of 10 minutes" in browser.get("/exams/small/enter/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [
        {"request": ""},
        {"request": "more"},
        {"request": "x" * 4001},
        {"organisation": "x"},
        {"organisation": ""},
    ],
)
def test_a_request_that_says_nothing_is_not_sent(ada, signed_in, wrong) -> None:
    exam = make.exam()
    said = {"organisation": exam.organisation_id, "request": NEEDS} | wrong
    assert signed_in(ada).post("/accommodation/", said).status_code == 400
    assert Accommodation.objects.count() == 0


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"percent_more": "-5"}, "greater than or equal to 0"),
        ({"percent_more": "401"}, "less than or equal to 400"),
        ({"percent_more": "a lot"}, "whole number"),
        ({"percent_more": "0", "break_minutes": "0"}, "A grant arranges something"),
        ({"reason": ""}, "required"),
        ({"reason": "so"}, "at least 10"),
        ({"other": "x" * 121}, "at most 120"),
    ],
)
def test_a_decision_that_lacks_something_is_none(ada, eve, signed_in, wrong, words) -> None:
    ask(signed_in(ada), make.exam())
    found = Accommodation.objects.get()
    answer = signed_in(eve).post(url_of(found), grant(**wrong))
    assert answer.status_code == 400
    assert words in answer.content.decode()
    found.refresh_from_db()
    assert found.state == "asked"


def test_an_unknown_event_decides_nothing(ada, eve, signed_in) -> None:
    ask(signed_in(ada), make.exam())
    found = Accommodation.objects.get()
    for event in ("", "forget", "end"):
        said = {"event": event, "reason": REASON}
        assert signed_in(eve).post(url_of(found), said).status_code in {302, 400}
    found.refresh_from_db()
    assert found.state == "asked"


def test_a_refusal_is_read_and_one_may_ask_again(ada, eve, signed_in) -> None:
    exam, mine = make.exam(), signed_in(ada)
    ask(mine, exam)
    signed_in(eve).post(url_of(Accommodation.objects.get()), {"event": "decline", "reason": REASON})
    page = mine.get("/accommodation/").content.decode()
    assert REASON in page
    assert "Ask for an accommodation" in page
    ask(mine, exam)
    assert Accommodation.objects.count() == 2


def test_what_was_granted_may_be_ended_and_entries_keep_it(ada, eve, signed_in) -> None:
    exam = make.exam()
    ask(signed_in(ada), exam)
    found, office = Accommodation.objects.get(), signed_in(eve)
    office.post(url_of(found), grant())
    make.entered(exam, ada)
    assert "End it" in office.get(url_of(found)).content.decode()
    office.post(url_of(found), {"event": "end", "reason": REASON})
    assert "Nothing is left to decide" in office.get(url_of(found)).content.decode()
    assert "applies to no new entry" in signed_in(ada).get("/accommodation/").content.decode()
    assert Entry.objects.get().factor > 1


def test_nobody_decides_about_their_own(eve, signed_in) -> None:
    office = signed_in(eve)
    ask(office, make.exam())
    found = Accommodation.objects.get()
    assert "This request is your own" in office.get(url_of(found)).content.decode()
    office.post(url_of(found), grant())
    found.refresh_from_db()
    assert found.state == "asked"


def test_nobody_else_reads_a_request(ada, ben, eve, finn, hana, olga, kai, signed_in, certification) -> None:
    ask(signed_in(ada), make.exam())
    found = Accommodation.objects.get()
    for stranger in (ada, ben, finn, hana, olga, kai):
        assert signed_in(stranger).get(url_of(found)).status_code == 403
        assert signed_in(stranger).get("/examiner/accommodations/").status_code == 403
    assert NEEDS not in signed_in(ben).get("/accommodation/").content.decode()
    Accommodation.objects.update(organisation_id=certification.id)
    assert signed_in(eve).get(url_of(found)).status_code == 404
    assert "Nothing is asked for" in signed_in(eve).get("/examiner/accommodations/").content.decode()


def test_the_lists_have_the_same_number_of_statements_however_long(ada, ben, dag, eve, signed_in) -> None:
    exam, office = make.exam(), signed_in(eve)
    ask(signed_in(ada), exam)
    office.get("/examiner/accommodations/")
    with statements() as few:
        office.get("/examiner/accommodations/")
    for person in (ben, dag):
        ask(signed_in(person), exam)
    office.post(url_of(Accommodation.objects.first()), grant())
    with statements() as many:
        assert office.get("/examiner/accommodations/").content.decode().count("Waits for") == 2
    assert len(few) == len(many)


def test_where_nothing_is_offered_there_is_nobody_to_ask(ada, signed_in) -> None:
    browser = signed_in(ada)
    assert "nobody to ask" in browser.get("/accommodation/").content.decode()
    assert browser.post("/accommodation/", {"organisation": "", "request": NEEDS}).status_code == 400
