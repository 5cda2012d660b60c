"""What courses are told of their learners' exams, and what learners see of it."""

from datetime import timedelta

import pytest

from courses.models import CheckAnswer, DomainResult, StudyPlan
from exams.actions import entries, results
from exams.models import Exam
from lms.db import clock
from lms.jobs import worker
from tests.factories import courses as make_courses
from tests.factories import exams as make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def text(response) -> str:
    return " ".join(response.content.decode().split())


def of_course(exam: Exam) -> Exam:
    Exam.objects.filter(pk=exam.pk).update(course_key="small")
    exam.refresh_from_db()
    return exam


@pytest.fixture
def enrolment(ada):
    return make_courses.enrolled(ada, make_courses.small())


def told() -> tuple:
    worker.run_due()
    row = StudyPlan.objects.get()
    return row.exam_on, row.exam_title


def test_the_day_of_an_exam_follows_its_entry(ada, enrolment, signed_in) -> None:
    exam = of_course(make.exam(windowed=True))
    first, second = make.window(exam, opens=48, closes=56), make.window(exam, opens=480, closes=490)
    entry = make.entered(exam, ada, within=first).entry
    assert told() == (first.opens_at.date(), exam.title)
    again = {"entry_uuid": entry.uuid, "person_id": ada.pk}
    entries.reschedule(**again, window_uuid=second.uuid, starts_at=second.opens_at)
    assert told() == (second.opens_at.date(), exam.title)
    browser = signed_in(ada)
    assert exam.title in text(browser.get("/learn/small/plan/"))
    entries.cancel(**again)
    assert told() == (None, "")
    refused = browser.post("/learn/small/plan/", {"own_on": str(clock.today() + timedelta(days=9))})
    assert (refused.status_code, "at least one day" in text(refused)) == (400, True)
    said = {"weekdays": [0, 1, 2, 3, 4, 5, 6], "own_on": str(clock.today() + timedelta(days=9))}
    page = text(browser.post("/learn/small/plan/", said, follow=True))
    assert "<dt>Minutes on each</dt><dd>10</dd>" in page
    assert "10 minutes on each of 9 days of study" in text(browser.get("/learn/small/"))


def test_a_result_says_which_domains_to_study_until_it_is_annulled(ada, eve, enrolment, signed_in) -> None:
    result = make.released(of_course(make.exam(length=12)), ada, right=0)
    worker.run_due()
    kept = DomainResult.objects.order_by("domain").values_list("domain", "items", "numerator", "denominator")
    assert list(kept) == [(1, 5, 0, 1), (2, 7, 0, 1)]
    browser = signed_in(ada)
    page = text(browser.get("/learn/small/plan/"))
    assert page.count("Study this") == 2
    assert "0 to 44 %, from 5 items of exams" in page
    results.annul(result_uuid=result.uuid, examiner_id=eve.pk, reason="The room was not quiet.")
    worker.run_due()
    assert not DomainResult.objects.exists()
    answers = [
        CheckAnswer(
            enrolment=enrolment, lesson_key="l1", check_key=f"c{n}", chosen=[], right=True, tries=1 + n % 2,
            answered_at=clock.now(),
        )
        for n in range(6)
    ]  # fmt: skip
    CheckAnswer.objects.bulk_create(answers)
    assert "18 to 82 %, from 6 checks" in text(browser.get("/learn/small/plan/"))
