import pytest

from exams.actions import windows as actions
from exams.models import Window
from lms.kit import zones
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

ADD = "/examiner/windows/add/"


def said(exam, /, **more: object) -> dict:
    return {
        "exam": exam.pk,
        "opens_at": "2030-11-25T10:00",
        "closes_at": "2030-11-25T18:00",
        "zone": "Europe/Berlin",
        "places": "12",
    } | more


def test_an_examiner_makes_a_window_in_their_zone(eve, signed_in) -> None:
    exam, browser = make.exam(windowed=True), signed_in(eve)
    assert "Make a window" in browser.get("/examiner/windows/").content.decode()
    assert browser.post(ADD, said(exam, ends_sittings="on")).url == "/examiner/windows/"
    window = Window.objects.get()
    assert (window.opens_at.isoformat(), window.places) == ("2030-11-25T09:00:00+00:00", 12)
    assert window.ends_sittings
    text = browser.get("/examiner/windows/").content.decode()
    assert "25 November 2030, 09:00 to 17:00 (UTC)" in text


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"opens_at": ""}, "required"),
        ({"opens_at": "tomorrow"}, "Write a day and a time"),
        ({"opens_at": "0001-01-01T00:00"}, "Write a day and a time"),
        ({"closes_at": "9999-12-31T23:59"}, "Write a day and a time"),
        ({"closes_at": "2030-11-25T09:00"}, "closes after it opens"),
        ({"opens_at": "2020-11-25T10:00", "closes_at": "2020-11-25T18:00"}, "over already"),
        ({"closes_at": "2030-11-25T10:05", "ends_sittings": "on"}, "shorter than the exam"),
        ({"opens_at": "2030-03-31T02:30"}, "does not come that day"),
        ({"opens_at": "2030-10-27T02:30"}, "comes twice that day"),
        ({"zone": "Middle/Earth"}, "not one of the available choices"),
        ({"zone": ""}, "required"),
        ({"places": "0"}, "greater than or equal to 1"),
        ({"places": "many"}, "whole number"),
        ({"exam": "999"}, "not one of the available choices"),
        ({"exam": "x"}, "not one of the available choices"),
    ],
)
def test_what_makes_no_window_is_said(eve, signed_in, more, words) -> None:
    exam = make.exam(windowed=True)
    answer = signed_in(eve).post(ADD, said(exam, **more))
    assert answer.status_code == 400
    assert words in answer.content.decode()
    assert Window.objects.count() == 0


def test_an_exam_sat_at_any_time_is_none_of_the_choices(eve, signed_in) -> None:
    exam = make.exam()
    browser = signed_in(eve)
    assert "No exam is sat in windows" in browser.get("/examiner/windows/").content.decode()
    assert "No exam is sat in windows" in browser.get(ADD).content.decode()
    assert browser.post(ADD, said(exam)).status_code == 400


def test_closing_leaves_the_entries(ada, eve, signed_in) -> None:
    exam, browser = make.exam(windowed=True), signed_in(eve)
    window = make.window(exam, places=3)
    make.entered(exam, ada, within=window)
    url = f"/examiner/windows/{window.uuid}/"
    assert "1 of 3 places" in browser.get(url).content.decode()
    assert browser.post(url).url == url
    text = browser.get(url).content.decode()
    assert "Closed to entries" in text
    assert '<button class="button button-danger">' not in text


def test_windows_of_another_house_are_not_there(ada, eve, finn, signed_in, certification) -> None:
    window = make.window(make.exam(windowed=True, organisation_id=certification.id))
    url = f"/examiner/windows/{window.uuid}/"
    assert signed_in(eve).get(url).status_code == 404
    assert signed_in(eve).post(url).status_code == 404
    for stranger in (ada, finn):
        assert signed_in(stranger).get(url).status_code == 403
        assert signed_in(stranger).get("/examiner/windows/").status_code == 403
    assert Window.objects.get().closed_at is None


def test_the_list_has_the_same_number_of_statements_however_long(eve, ada, ben, signed_in) -> None:
    exam, browser = make.exam(windowed=True), signed_in(eve)
    make.entered(exam, ada, within=make.window(exam))
    browser.get("/examiner/windows/")
    with statements() as few:
        browser.get("/examiner/windows/")
    for day in range(2, 9):
        make.window(exam, opens=24 * day, closes=24 * day + 8)
    make.entered(exam, ben, within=Window.objects.last())
    actions.close(window_uuid=Window.objects.first().uuid, actor_id=eve.pk)
    with statements() as many:
        text = browser.get("/examiner/windows/").content.decode()
    assert len(few) == len(many)
    assert text.count("/examiner/windows/") >= 8


def test_a_candidate_reads_the_windows_before_paying(client, eve) -> None:
    exam = make.exam(windowed=True)
    assert "No window is open to entries now" in client.get("/exams/small/").content.decode()
    window = make.window(exam, places=2, ends_sittings=True)
    text = client.get("/exams/small/").content.decode()
    assert zones.span_words(window.opens_at, window.closes_at, "UTC") in text
    assert "2 places left" in text
    assert "You may change it until 24 h before, and cancel until 72 h before" in text
