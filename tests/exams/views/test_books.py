"""The open book: the lessons of the exam's course, while the sitting runs, and for its candidate alone."""

import pytest
from django.urls import reverse

from exams.actions import sittings
from exams.models import Exam, Sitting
from tests.counting import statements
from tests.factories import courses
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def sitting(ada) -> Sitting:
    courses.small("small", lessons=3)
    exam = make.exam()
    Exam.objects.filter(pk=exam.pk).update(course_key="small", open_book=True)
    return make.running(exam, ada)


def book(sitting: Sitting, lesson: str = "") -> str:
    return reverse(
        "exams:book_lesson" if lesson else "exams:book", args=[sitting.uuid, *filter(None, [lesson])]
    )


def test_the_book_lists_the_lessons_and_shows_one_without_its_checks(signed_in, ada, sitting) -> None:
    browser = signed_in(ada)
    listed = browser.get(book(sitting))
    assert "no-store" in listed["Cache-Control"]
    assert [book(sitting, f"l{n}") in listed.content.decode() for n in (1, 2, 3)] == [True, True, True]
    shown = browser.get(book(sitting, "l1"), {"part": ""})
    assert shown.status_code == 200
    assert "<html" not in shown.text
    assert "<form" not in shown.text


def test_the_paper_links_to_it_only_where_the_exam_allows_it(signed_in, ada, sitting) -> None:
    browser = signed_in(ada)
    paper = reverse("exams:paper", args=[sitting.uuid])
    assert book(sitting) in browser.get(paper).text
    Exam.objects.update(open_book=False)
    assert book(sitting) not in browser.get(paper).text
    assert browser.get(book(sitting)).status_code == 404


def test_there_is_no_other_lesson_in_it(signed_in, ada, sitting) -> None:
    assert signed_in(ada).get(book(sitting, "l9")).status_code == 404


def test_it_is_closed_with_the_sitting_and_to_everybody_else(signed_in, ada, dag, sitting) -> None:
    assert signed_in(dag).get(book(sitting)).status_code == 404
    sittings.submit(sitting_uuid=sitting.uuid, person_id=ada.pk)
    assert signed_in(ada).get(book(sitting)).status_code == 302


@pytest.mark.parametrize("more", [0, 30])
def test_it_costs_few_statements_whatever_the_size_of_the_course(signed_in, ada, sitting, more) -> None:
    browser = signed_in(ada)
    page = courses.CoursePage.objects.get(key="small")
    courses.grow(page, lessons=more)
    browser.get(book(sitting))  # what is cached for a process is read once
    with statements() as said:
        browser.get(book(sitting), {"part": ""})
    assert len(said) <= 7, said
    with statements() as said:
        browser.get(book(sitting, "l1"), {"part": ""})
    assert len(said) <= 8, said
