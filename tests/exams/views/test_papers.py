import re

import pytest

from exams.models import Form, LateResponse, ResponseEvent, Sitting
from exams.queries import sittings as queries
from exams.rules import responses as rules
from lms.db import clock
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(ada) -> Sitting:
    return make.running(make.exam(), ada)


@pytest.fixture
def browser(ada, signed_in):
    return signed_in(ada)


def url(sitting: Sitting, rest: object = "") -> str:
    return f"/sittings/{sitting.uuid}/{rest}/" if rest else f"/sittings/{sitting.uuid}/"


def current(sitting: Sitting) -> dict:
    return rules.current(queries.events(sitting.pk))


def test_the_paper_shows_items_without_keys_codes_or_rationales(browser, sitting) -> None:
    for path in (url(sitting), url(sitting, 1), url(sitting, "review"), url(sitting, "submit")):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]
        text = answer.content.decode()
        assert "Because of" not in text
        assert "all-or-nothing" not in text
        assert not re.search(r"\bversion\b.*small-1", text)


def test_a_form_page_saves_and_goes_on(browser, sitting) -> None:
    answer = browser.post(url(sitting, 1), {"answer-1": "b", "was-1": "", "go": "next"})
    assert (answer.status_code, answer.url) == (302, url(sitting, 2))
    assert current(sitting) == {1: "b"}
    assert "checked" in browser.get(url(sitting, 1)).content.decode()


@pytest.mark.parametrize(
    ("at", "go", "leads_to"),
    [
        (1, "next", 2),
        (5, "next", "review"),
        (2, "previous", 1),
        (1, "previous", "review"),
        (1, "save", 1),
        (1, "4", 4),
        (1, "99", 1),
        (1, "review", "review"),
        (1, "nonsense", 1),
        (1, "²", 1),
        (1, "", 1),
    ],
)
def test_each_button_leads_where_it_says(browser, sitting, at, go, leads_to) -> None:
    assert browser.post(url(sitting, at), {"go": go}).url == url(sitting, leads_to)


def test_an_old_page_never_puts_old_answers_back(browser, sitting) -> None:
    make.answer(sitting, {1: "a"})
    make.answer(sitting, {1: "b"}, first=2)
    browser.post(url(sitting, 1), {"answer-1": "a", "was-1": "a", "go": "next"})
    assert current(sitting) == {1: "b"}


def test_an_answer_can_be_cleared(browser, sitting) -> None:
    make.answer(sitting, {1: "a"})
    browser.post(url(sitting, 1), {"answer-1": "a", "was-1": "a", "clear-1": "1", "go": "save"})
    assert current(sitting) == {}


@pytest.mark.parametrize("value", ["z", "ab", "<script>", "x" * 5000])
def test_a_value_that_is_no_answer_changes_nothing(browser, sitting, value) -> None:
    posted = {"answer-1": value, "was-1": "", "go": "next"}
    answer = browser.post(url(sitting, 1), posted, follow=True)
    assert "An answer was not understood and not saved" in answer.content.decode()
    assert ResponseEvent.objects.count() == 0


def test_a_late_form_is_told_so_and_kept(browser, sitting) -> None:
    make.answer(sitting, {1: "a"})
    with clock.shifted(minutes=11):
        answer = browser.post(url(sitting, 2), {"answer-2": "b", "was-2": "", "go": "next"})
        assert answer.status_code == 409
        assert list(LateResponse.objects.values_list("position", "value")) == [(2, "b")]
        assert browser.get(url(sitting)).url == url(sitting, "receipt")
    assert current(sitting) == {1: "a"}


def test_handing_in_leads_to_a_receipt_with_counts_and_digest(browser, sitting) -> None:
    make.answer(sitting, {1: "a", 2: "b"})
    assert browser.post(url(sitting, "submit")).url == url(sitting, "receipt")
    sitting.refresh_from_db()
    text = browser.get(url(sitting, "receipt")).content.decode()
    assert sitting.responses_digest in text
    assert browser.post(url(sitting, "submit")).url == url(sitting, "receipt")
    for path in (url(sitting), url(sitting, 1), url(sitting, "review"), url(sitting, "submit")):
        assert browser.get(path).url == url(sitting, "receipt")


def test_time_that_ran_out_is_closed_by_looking(browser, sitting) -> None:
    with clock.shifted(minutes=11):
        assert browser.get(url(sitting, 3)).url == url(sitting, "receipt")
    sitting.refresh_from_db()
    assert (sitting.state, sitting.closed_by) == ("submitted", "clock")


def test_before_the_start_every_page_leads_to_the_entry(ada, browser) -> None:
    sitting = make.entered(make.exam(), ada)
    for rest in ("", 1, "review", "submit", "receipt"):
        assert browser.get(url(sitting, rest)).url == f"/entries/{sitting.entry.uuid}/"
    assert browser.post(url(sitting, "submit")).url == f"/entries/{sitting.entry.uuid}/"
    assert browser.post(url(sitting, 1), {"answer-1": "a"}).url == f"/entries/{sitting.entry.uuid}/"


def test_a_stranger_finds_nothing_and_a_visitor_is_asked_to_log_in(sitting, dag, signed_in, client) -> None:
    stranger = signed_in(dag)
    for rest in ("", 1, "review", "submit", "receipt"):
        assert stranger.get(url(sitting, rest)).status_code == 404
        assert client.get(url(sitting, rest)).url.startswith("/accounts/login/")
    assert stranger.post(url(sitting, 1), {"answer-1": "a"}).status_code == 404
    assert stranger.post(url(sitting, "submit")).status_code == 404


def test_positions_that_are_not_there_are_not_found(browser, sitting) -> None:
    for position in ("0", 6, 10**9, 10**30):
        assert browser.get(url(sitting, position)).status_code == 404


@pytest.mark.parametrize("rows", [3, 300])
def test_a_page_costs_few_statements_whatever_is_stored(browser, sitting, rows) -> None:
    make.stored(sitting, rows, first=100)
    with statements() as said:
        assert browser.get(url(sitting, 1)).status_code == 200
    assert len(said) == 5  # session, person, sitting, package, responses


def test_a_form_that_has_a_scenario_shows_its_items_on_one_page(browser, sitting) -> None:
    form = Form.objects.get(pk=sitting.form_id)
    form.package["parts"] = [
        {"title": "", "text": "", "positions": [1, 2]},
        {"title": "The bank", "text": "A situation.", "positions": [3, 4, 5]},
    ]
    form.save()
    text = browser.get(url(sitting, 4)).content.decode()
    assert "A situation." in text
    assert all(f'name="answer-{position}"' in text for position in (3, 4, 5))
    browser.post(url(sitting, 4), {"answer-3": "a", "answer-5": "c", "was-3": "", "was-4": "", "was-5": ""})
    assert current(sitting) == {3: "a", 5: "c"}
