from datetime import timedelta

import pytest

from courses.models import LessonPage
from exams.models import Bank, Item
from lms.db import clock
from tests.counting import statements
from tests.factories import certificates as make_certificates
from tests.factories import courses as make
from tests.factories import exams as make_exams

pytestmark = pytest.mark.django_db


def text(response) -> str:
    return " ".join(response.content.decode().split())


def dated(key: str, days: int) -> None:
    """The lesson is to be checked again in so many days."""
    today = clock.today()
    LessonPage.objects.filter(key=key).update(
        checked_on=today - timedelta(days=400), review_by=today + timedelta(days=days)
    )


def test_what_is_overdue_comes_first_and_says_so(finn, signed_in) -> None:
    make.small()
    dated("l1", 30)
    dated("l2", -1)
    dated("l3", 200)
    said = text(signed_in(finn).get("/work/ageing/"))
    assert "1 overdue." in said
    assert said.index("Lesson l2") < said.index(">overdue<") < said.index("Lesson l1")
    assert "Lesson l3" not in said
    page = LessonPage.objects.get(key="l2")
    assert f'href="/admin/pages/{page.pk}/edit/"' in said


def test_it_names_the_items_that_ask_about_the_same_clauses(finn, signed_in) -> None:
    make.small()
    dated("l1", -1)
    bank = make_exams.bank()
    Bank.objects.update(profile_key="lead")
    for code, clauses, state in (
        ("X-1", ["4.1"], "draft"),
        ("X-2", ["4"], "live"),
        ("X-3", ["4.1"], "retired"),
    ):
        item = make_exams.live_item(code, in_bank=bank)
        Item.objects.filter(pk=item.pk).update(clauses=clauses, controls=[], state=state)
    said = text(signed_in(finn).get("/work/ageing/"))
    assert "<summary>Items: 1</summary>X-1</details>" in said
    assert "<p>No holders</p>" in said


def test_it_counts_the_holders_whose_exam_asked_about_them_and_names_none(
    finn, ada, eve, signed_in, certification
) -> None:
    make.small()
    dated("l1", -1)
    make_certificates.schemes()
    exam = make_exams.exam("seen", scheme_key=make_certificates.IMPLEMENTER)
    Bank.objects.filter(pk=exam.blueprint.bank_id).update(profile_key="lead")
    Item.objects.filter(bank=exam.blueprint.bank_id).update(clauses=["4.1"], controls=[])
    make_exams.released(exam, ada)
    make_certificates.certified(ada)
    said = text(signed_in(finn).get("/work/ageing/"))
    assert "<p>Holders: 1</p>" in said
    assert ada.display_name not in said


def test_where_nothing_ages_it_says_so_and_others_are_refused(finn, hana, ada, signed_in) -> None:
    assert "Nothing has to be checked yet" in text(signed_in(finn).get("/work/ageing/"))
    for person in (hana, ada):
        assert signed_in(person).get("/work/ageing/").status_code == 403


def test_it_costs_the_same_at_one_lesson_and_at_thirty(finn, signed_in) -> None:
    course, browser = make.small(), signed_in(finn)
    dated("l1", -1)
    browser.get("/work/ageing/")
    with statements() as few:
        browser.get("/work/ageing/")
    make.grow(course, lessons=30)
    for number in range(30):
        dated(f"more-{number}", -1)
    with statements() as many:
        browser.get("/work/ageing/")
    assert len(few) == len(many)
