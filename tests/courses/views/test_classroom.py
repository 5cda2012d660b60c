import gzip

import pytest
from django.test import Client

from courses.actions import enrolments
from courses.models import CheckAnswer, LessonPage, LessonRecord
from courses.queries import enrolments as reads
from tests.counting import statements
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def course():
    return make.small()


@pytest.fixture
def enrolment(ada, course):
    return make.enrolled(ada, course)


@pytest.fixture
def browser(ada, enrolment, signed_in) -> Client:
    return signed_in(ada)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_classroom_begins_at_the_first_lesson_and_goes_on_where_one_stopped(browser) -> None:
    assert "Begin here" in text(browser.get("/learn/small/"))
    browser.get("/learn/small/l2/")
    browser.post("/learn/small/l2/place/", {"place": "about-l2"})
    said = text(browser.get("/learn/small/"))
    assert "Continue where you stopped" in said
    assert 'href="/learn/small/l2/#about-l2"' in said


def test_a_lesson_is_read_answered_and_done(browser, enrolment) -> None:
    page = text(browser.get("/learn/small/l1/"))
    for said in (
        "Lesson 1.1 · Module 1",
        "Explain it",
        "30 minutes",
        ">4.1</a> The organisation",
        "1 check still",
    ):
        assert said in page
    assert "Because of" not in page
    wrong = browser.post("/learn/small/l1/check/c1/", {"option": make.option("l1", "c1", make.WRONG)})
    assert wrong.headers["Location"] == "/learn/small/l1/#check-c1"
    page = text(browser.get("/learn/small/l1/"))
    for said in (
        "Your answer, not right.",
        "Right, and not chosen.",
        "Because of 0.",
        "Because of 1.",
        "Answer again",
    ):
        assert said in page
    assert 'action="/learn/small/l1/check/c1/"' in text(browser.get("/learn/small/l1/?again=c1"))
    finished = browser.post("/learn/small/l1/done/")
    assert finished.headers["Location"] == "/learn/small/l2/"
    assert "You have done this lesson" in text(browser.get("/learn/small/l1/"))
    assert reads.enrolments_of(enrolment.person_id)[0].progress.percent == 33


def test_a_lesson_with_open_checks_is_not_done_and_says_so(browser) -> None:
    answer = browser.post("/learn/small/l1/done/")
    assert answer.status_code == 422
    assert "One check is not answered yet" in text(answer)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ([], "Choose an option first"),
        (["x" * 5000], "has changed since you opened the page"),
        ([make.option("l2", "c1", 0)], "has changed since you opened the page"),
        ([make.option("l1", "c1", 0), make.option("l1", "c1", 1)], "One option is right here"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_explained_beside_its_check(browser, chosen, said) -> None:
    answer = browser.post("/learn/small/l1/check/c1/", {"option": chosen})
    assert answer.status_code == 422
    assert said in text(answer)
    assert not CheckAnswer.objects.exists()


def test_the_address_of_a_check_leads_back_to_it(browser) -> None:
    assert browser.get("/learn/small/l1/check/c1/").headers["Location"] == "/learn/small/l1/#check-c1"


@pytest.mark.parametrize("path", ["gone/", "l1/check/c9/", "gone/check/c1/", "gone/done/"])
def test_what_is_not_there_answers_404(browser, path) -> None:
    send = browser.get if path == "gone/" else browser.post
    assert send(f"/learn/small/{path}", {"option": "x"}).status_code == 404


def test_a_place_that_no_anchor_has_is_not_kept_and_nobody_is_troubled(browser) -> None:
    browser.get("/learn/small/l1/")
    for place in ("", "x" * 3000, "<b>"):
        assert browser.post("/learn/small/l1/place/", {"place": place}).status_code == 204
    assert LessonRecord.objects.get().place == ""


def test_a_completed_course_has_an_attestation_and_none_before(browser, enrolment) -> None:
    make.done(enrolment, "l1", "l2")
    assert browser.get("/learn/small/attestation.pdf").status_code == 404
    make.done(enrolment, "l3")
    enrolments.complete(enrolment_id=enrolment.pk)
    answer = browser.get("/learn/small/attestation.pdf")
    assert answer.content.startswith(b"%PDF")
    assert answer["Cache-Control"] == "private, no-store"


def test_the_last_lesson_completes_the_course(browser, enrolment) -> None:
    make.done(enrolment, "l1", "l2")
    make.answer(enrolment, "l3")
    assert browser.post("/learn/small/l3/done/").headers["Location"] == "/learn/small/"
    said = text(browser.get("/learn/small/"))
    assert "You have completed this course" in said
    assert "7 hours, completed on" in said
    assert "there is nothing to leave" in text(browser.post("/learn/small/leave/", follow=True))


def test_all_that_is_open_being_done_is_not_the_end(ada, signed_in) -> None:
    enrolment = make.enrolled(ada, make.small("open", lessons=1, planned=["Later"]))
    make.done(enrolment, "l1")
    said = text(signed_in(ada).get("/learn/open/"))
    assert "You have done all that is open" in said
    assert "1 lesson of this course is still in preparation" in said


def test_a_learner_leaves_and_comes_back(browser, enrolment) -> None:
    make.done(enrolment, "l1")
    assert "What you did is kept" in text(browser.post("/learn/small/leave/", follow=True))
    assert "Come back to the course" in text(browser.get("/courses/small/"))
    assert browser.get("/learn/small/").headers["Location"] == "/courses/small/"
    browser.post("/courses/small/enrol/")
    assert "1 of 3 lessons done" in text(browser.get("/learn/small/"))


# Who may come in


def test_a_stranger_is_led_to_the_courses_page_with_a_sentence(dag, enrolment, signed_in) -> None:
    for path in ("", "l1/"):
        answer = signed_in(dag).get(f"/learn/small/{path}", follow=True)
        assert answer.redirect_chain == [("/courses/small/", 302)]
        assert "You are not enrolled in Course small" in text(answer)


@pytest.mark.parametrize("path", ["l1/check/c1/", "l1/done/", "l1/place/", "leave/"])
def test_what_a_stranger_sends_is_answered_404(dag, enrolment, signed_in, path) -> None:
    assert signed_in(dag).post(f"/learn/small/{path}", {"option": "x"}).status_code == 404
    assert reads.records(enrolment.pk) == {}


def test_a_visitor_is_asked_to_sign_in(client, course) -> None:
    for path in ("", "l1/"):
        assert (
            client.get(f"/learn/small/{path}").headers["Location"]
            == f"/accounts/login/?next=/learn/small/{path}"
        )


def test_the_classroom_of_no_course_answers_404(browser) -> None:
    assert browser.get("/learn/other/").status_code == 404
    assert browser.get("/learn/other/l1/").status_code == 404


def test_an_unpublished_course_is_closed_to_its_learners_too(browser, course) -> None:
    course.unpublish()
    assert browser.get("/learn/small/l1/").status_code == 404


def test_forms_from_elsewhere_are_refused(ada, enrolment) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    for path in ("l1/check/c1/", "l1/done/", "l1/place/", "leave/"):
        assert browser.post(f"/learn/small/{path}").status_code == 403


# What it costs


def visits(browser: Client, key: str) -> list[str]:
    with statements() as said:
        assert browser.get(f"/learn/small/{key}/").status_code == 200
    return said


def test_a_lesson_costs_at_most_twelve_statements_at_3_and_at_300_lessons(browser, course) -> None:
    counts = []
    for _ in range(2):
        LessonRecord.objects.all().delete()
        first_ever = visits(browser, "l1")
        another = visits(browser, "l2")
        back = visits(browser, "l1")
        again = visits(browser, "l1")
        counts.append([len(said) for said in (first_ever, another, back, again)])
        if len(counts) == 1:
            make.grow(course, lessons=297)
            assert LessonPage.objects.live().count() == 300
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12, counts


def test_the_classroom_costs_the_same_at_3_and_at_30_lessons(browser, course) -> None:
    with statements() as few:
        browser.get("/learn/small/")
    make.grow(course, lessons=27)
    with statements() as many:
        browser.get("/learn/small/")
    assert len(few) == len(many) <= 13


def test_every_shipped_lesson_weighs_at_most_14_kilobytes(ada, library, signed_in) -> None:
    browser = signed_in(ada)
    for slug in ("lead-implementer", "lead-auditor"):
        browser.post(f"/courses/{slug}/enrol/")
        enrolment = reads.enrolment(ada.pk, slug)
        if enrolment is None:  # it has a price outside the demonstration
            enrolments.entitlements.grant(product_key=f"course:{slug}", person_id=ada.pk, source_key=slug)
            browser.post(f"/courses/{slug}/enrol/")
        for lesson in reads.enrolments_of(ada.pk)[0].outline:
            page = browser.get(f"/learn/{slug}/{lesson.key}/")
            assert len(gzip.compress(page.content, 6)) <= 14 * 1024, lesson.key
