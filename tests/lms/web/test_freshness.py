"""What visitors have already is not sent again, and what is for one person is kept by nobody else."""

import pytest
from django.conf import settings
from django.urls import reverse

from courses.models import CoursePage, LessonPage
from lms.db import kept
from tests.counting import statements
from tests.factories import certificates, courses

pytestmark = pytest.mark.django_db
OPEN = ("/", "/courses/", "/glossary/", "/schemes/", "/verify/", "/about/")


@pytest.fixture
def course() -> CoursePage:
    certificates.schemes()
    return courses.small()


def test_a_visitor_s_page_may_be_kept_is_asked_for_each_time_and_not_sent_twice(client, course):
    for path in (*OPEN, reverse("courses:course", args=[course.slug]), "/schemes/aims-lead-implementer/"):
        first = client.get(path, headers={"Accept-Encoding": "gzip"})
        assert (first.status_code, first["Cache-Control"]) == (200, "public, no-cache"), path
        assert "Cookie" in first["Vary"] and not first.cookies, path
        again = client.get(path, headers={"Accept-Encoding": "gzip", "If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path
        assert again["ETag"].removeprefix("W/") == first["ETag"].removeprefix("W/"), path
        assert again["Cache-Control"] == "public, no-cache" and "Cookie" in again["Vary"], path


def test_what_was_changed_is_sent_at_once_to_who_had_it(client, course):
    path = reverse("courses:course", args=[course.slug])
    had = client.get(path)["ETag"]
    lesson = LessonPage.objects.live().first()
    lesson.title = "Quite another title"
    lesson.save_revision().publish()
    answer = client.get(path, headers={"If-None-Match": had})
    assert answer.status_code == 200
    assert b"Quite another title" in answer.content
    assert answer["ETag"] != had


def test_a_page_for_somebody_who_is_signed_in_is_theirs_alone(ada, signed_in, course):
    browser = signed_in(ada)
    for path in (*OPEN, "/desk/"):
        answer = browser.get(path)
        assert answer["Cache-Control"] in (
            "private, no-cache",
            "max-age=0, no-cache, no-store, must-revalidate, private",
        ), path
        assert "ETag" not in answer, path


def test_a_page_with_a_form_s_token_belongs_to_who_asked(client):
    for _ in range(2):  # without the cookie, and with it
        answer = client.get(reverse("account_login"))
        assert answer.cookies and "ETag" not in answer
        assert "private" in answer["Cache-Control"]


def test_what_is_not_there_and_what_leads_elsewhere_is_kept_by_nobody_else(client):
    assert client.get("/courses/none-such/")["Cache-Control"] == "private, no-cache"
    assert client.get("/desk/")["Cache-Control"] == "private, no-cache"


def test_freshness_stands_within_what_packs():
    names = settings.MIDDLEWARE
    assert names.index("django.middleware.gzip.GZipMiddleware") < names.index(
        "lms.web.freshness.FreshnessMiddleware"
    )
    assert names.index("lms.web.freshness.FreshnessMiddleware") < names.index(
        "django.contrib.sessions.middleware.SessionMiddleware"
    )


def test_repeated_reads_are_asked_of_the_database_once_for_each_revision(client, course):
    def asked(path: str) -> list[str]:
        with statements() as said:
            assert client.get(path).status_code == 200
        return said

    def cost(path: str) -> int:
        return len(asked(path))

    page = reverse("courses:course", args=[course.slug])
    assert [sum("courses_lessonpage" in one for one in asked(page)) for _ in range(3)] == [1, 0, 0]
    kept.clear()
    assert [cost("/schemes/aims-lead-implementer/") for _ in range(2)] == [3, 1]
    assert [cost("/schemes/") for _ in range(2)] == [3, 1]
