import pytest
from django.test import Client

from courses.models import CoursePage, Enrolment, Requirement
from lms.billing.actions import entitlements
from tests.counting import statements
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_the_catalogue_shows_both_courses_side_by_side(client, library) -> None:
    said = text(client.get("/courses/"))
    assert "ISO/IEC 42001 Lead Implementer" in said
    assert "ISO/IEC 42001 Lead Auditor" in said
    assert "Side by side" in said
    assert "31 CPD hours once every lesson is open and done" in said


def test_an_empty_catalogue_says_what_to_do_instead(client) -> None:
    assert "No course is open at the moment" in text(client.get("/courses/"))


def test_the_catalogue_costs_the_same_at_one_lesson_and_at_many(client) -> None:
    course = make.small()
    client.get("/courses/")
    with statements() as few:
        client.get("/courses/")
    make.grow(course, lessons=30)
    client.get("/courses/")  # the pages have changed, and are read once
    with statements() as many:
        client.get("/courses/")
    assert len(few) == len(many)


def test_a_courses_page_says_what_is_open_and_what_is_not_yet(client) -> None:
    make.small(planned=["A planned lesson"], amount=129000)
    said = text(client.get("/courses/small/"))
    assert "4, of which 3 are open today" in said
    assert "A planned lesson" in said
    assert '€1,290.00 <span class="help">without tax' in said
    assert "7, attested once every lesson is open and done" in said
    assert "This course is not required for it" in said
    assert "1 hour 30 minutes of study" in said


def test_the_hours_of_a_capstone_are_told_before_anyone_enrols(client) -> None:
    course = make.small()
    make.load(make.course("other", [make.module(1, [make.lesson("l9")])]))
    Requirement.objects.create(course=course, key="task", title="A task", path="/task/")
    told = {"course": course, "path": "/capstone/", "needed": False, "hours": 16}
    Requirement.objects.create(key="capstone", title="Capstone: build it", **told)
    said = text(client.get("/courses/small/"))
    assert "Capstone: build it: about 16 hours of work" in said
    assert "the course doesn’t wait for it" in said and "A task" not in said
    said = text(client.get("/courses/"))
    assert "<td>Capstone: build it: about 16 hours, CPD hours of their own when it is passed</td>" in said
    assert "<td>None that gives hours</td>" in said
    Requirement.objects.update(active=False)
    assert "Capstone: build it" not in text(client.get("/courses/small/"))


def test_a_courses_page_says_what_lies_in_its_classroom(client) -> None:
    make.small()
    said = text(client.get("/courses/small/"))
    assert "an exercise with a worksheet to print" in said
    assert "an invented company" not in said
    make.load_case(make.pack(small=False))
    assert "The Company, an invented company to work on" in text(client.get("/courses/small/"))


def test_a_course_that_is_not_there_answers_404(client) -> None:
    course = make.small()
    assert client.get("/courses/other/").status_code == 404
    assert client.get("/courses/other/sample/").status_code == 404
    assert client.post("/courses/other/enrol/").status_code == 404
    course.unpublish()
    assert client.get("/courses/small/").status_code == 404


def test_anyone_reads_the_sample_and_tries_its_checks(client) -> None:
    make.small()
    page = client.get("/courses/small/sample/")
    assert "About l1" in text(page)
    assert "Because of" not in text(page)
    answered = client.get(
        "/courses/small/sample/", {"c1.asked": "1", "c1": make.option("l1", "c1", make.WRONG)}
    )
    assert "Your answer, not right." in text(answered)
    assert "Because of 0." in text(answered)
    assert "Because of 1." in text(answered)


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ([], "Choose an option first"),
        (["nothing"], "has changed since you opened the page"),
        ([make.option("l1", "c1", 0), make.option("l1", "c1", 1)], "One option is right here"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_explained(client, chosen, said) -> None:
    make.small()
    answered = client.get("/courses/small/sample/", {"c1.asked": "1", "c1": chosen})
    assert answered.status_code == 200
    assert said in text(answered)


def test_a_course_without_a_sample_has_no_sample_page(client) -> None:
    make.load(make.course("bare", [make.module(1, [make.lesson("l1")])]))
    assert client.get("/courses/bare/sample/").status_code == 404
    assert "/courses/bare/sample/" not in text(client.get("/courses/bare/"))


def test_ada_enrols_and_stands_in_the_classroom(ada, signed_in) -> None:
    make.small()
    browser = signed_in(ada)
    assert "Enrol</button>" in text(browser.get("/courses/small/"))
    answer = browser.post("/courses/small/enrol/")
    assert answer.headers["Location"] == "/learn/small/"
    assert "Go to the classroom" in text(browser.get("/courses/small/"))
    assert browser.post("/courses/small/enrol/").headers["Location"] == "/learn/small/"
    assert Enrolment.objects.count() == 1


def test_a_visitor_is_asked_to_sign_in_first_and_comes_back_to_the_course(client) -> None:
    make.small()
    answer = client.post("/courses/small/enrol/")
    assert answer.headers["Location"] == "/accounts/login/?next=/courses/small/"
    assert client.get("/courses/small/enrol/").status_code == 405


def test_without_a_place_one_is_told_what_to_do(ada, signed_in) -> None:
    make.small(amount=1000)
    browser = signed_in(ada)
    said = text(browser.post("/courses/small/enrol/", follow=True))
    assert "You hold no place in this course yet" in said
    assert not Enrolment.objects.exists()
    entitlements.grant(product_key="course:small", person_id=ada.pk, source_key="order:1")
    assert browser.post("/courses/small/enrol/").headers["Location"] == "/learn/small/"


def test_a_form_from_elsewhere_is_refused(ada) -> None:
    make.small()
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada)
    assert browser.post("/courses/small/enrol/").status_code == 403
    assert not Enrolment.objects.exists()


def test_a_course_of_the_page_editor_that_is_not_sold_cannot_be_entered(ada, signed_in) -> None:
    course = make.small()
    CoursePage.objects.filter(pk=course.pk).update(product_key="")
    browser = signed_in(ada)
    assert "isn’t on sale yet" in text(browser.get("/courses/small/"))
    assert "You hold no place" in text(browser.post("/courses/small/enrol/", follow=True))


def test_the_page_tree_leads_to_the_addresses_that_people_know(client) -> None:
    make.small()
    assert client.get("/pages/small/").headers["Location"] == "/courses/small/"
    assert client.get("/pages/small/module-1/").headers["Location"] == "/courses/small/#module-1"
    assert client.get("/pages/small/module-1/l2/").headers["Location"] == "/learn/small/l2/"
    assert client.get("/pages/").headers["Location"] == "/courses/"
