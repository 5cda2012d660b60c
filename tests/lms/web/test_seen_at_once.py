"""What is kept in the memory of a process is never older than the database: here, and in a process beside it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page

from certificates.actions import register
from certificates.models import Credential
from courses.models import CoursePage, LessonPage
from courses.queries import catalogue
from tests.counting import statements
from tests.factories import certificates as make
from tests.factories import courses
from tests.lms.jobs.test_brokers import database_url
from tests.mode import ROOT

BESIDE = """
import json, sys
import django
django.setup()
from certificates.queries import schemes, verification
from courses.queries import catalogue
from lms.db import clock
from tests.counting import statements
for line in sys.stdin:
    what, key = json.loads(line)
    with statements() as said:
        if what == "outline":
            answer = [one.title for one in catalogue.course(key).outline.lessons]
        elif what == "standing":
            found = verification.answer(verification.Asked(key), at=clock.now())
            answer = [found.view.standing, found.view.edition.holder_name]
        else:
            answer = schemes.scheme(key=key, on=clock.today()).title
    print(json.dumps([answer, len(said)]), flush=True)
"""
type Asking = Callable[[str, str], list[Any]]


@pytest.fixture
def beside(transactional_db: None) -> Iterator[Asking]:
    """Asks another process: what it is about and the key in, the answer and the number of its statements out."""
    environment = {**os.environ, "DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "lms.settings"}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", BESIDE], cwd=ROOT, env=environment, **pipes
    )

    def ask(what: str, key: str) -> list[Any]:
        process.stdin.write(json.dumps([what, key]) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield ask
    process.stdin.close()
    assert process.wait(timeout=120) == 0
    process.stdout.close()


def suspend(credential: Credential, kai: Any) -> None:
    act = {"number": credential.number, "officer_id": kai.pk, "public_note": ""}
    register.suspend(reason="complaint-open", use_key="s", **act)


def test_a_change_here_is_seen_by_the_process_beside_us_at_once(beside, ada, kai):
    courses.small()
    course = CoursePage.objects.get()
    make.schemes()
    credential = make.certified(ada)
    titles, first = beside("outline", course.slug)
    assert beside("outline", course.slug) == [titles, first - 1]
    lesson = LessonPage.objects.live().first()
    lesson.title = "Another title"
    lesson.save_revision().publish()
    again, _ = beside("outline", course.slug)
    assert again == [one.title for one in catalogue.course(course.slug).outline.lessons]
    assert "Another title" in again and again != titles
    lesson.unpublish()
    assert beside("outline", course.slug)[0] == [one for one in again if one != "Another title"]

    assert beside("standing", credential.number) == [["valid", "Ada Kamau"], 3]
    assert beside("standing", credential.number) == [["valid", "Ada Kamau"], 1]
    suspend(credential, kai)
    assert beside("standing", credential.number)[0] == ["suspended", "Ada Kamau"]
    assert beside("standing", credential.number) == [["suspended", "Ada Kamau"], 1]

    assert beside("scheme", make.IMPLEMENTER)[1] == 3
    assert beside("scheme", make.IMPLEMENTER)[1] == 1


@pytest.mark.django_db
def test_every_way_in_which_pages_change_gives_outlines_a_new_revision():
    courses.small()
    course = CoursePage.objects.get()

    def read() -> tuple[list[str], int]:
        with statements() as said:
            titles = [one.title for one in catalogue.course(course.slug).outline.lessons]
        return titles, len(said)

    def seen(change: Callable[[], object]) -> list[str]:
        read()
        kept, few = read()
        assert read() == (kept, few)
        change()
        titles, many = read()
        assert many == few + 1
        return titles

    first, second, *_ = LessonPage.objects.live().order_by("path")
    assert seen(first.unpublish)[0] != first.title
    assert seen(lambda: first.save_revision().publish())[0] == first.title
    assert seen(lambda: LessonPage.objects.get(pk=second.pk).move(first, pos="left"))[0] == second.title
    assert second.title not in seen(lambda: Page.objects.get(pk=second.pk).delete())


@pytest.mark.django_db
def test_a_certificate_that_was_suspended_a_moment_ago_is_never_told_to_be_valid(schemes_loaded, ada, kai):
    credential = make.certified(ada)

    def told() -> str:
        return Client().get("/api/v1/verify", {"number": credential.number}).json()["standing"]

    assert [told(), told()] == ["valid", "valid"]
    suspend(credential, kai)
    assert told() == "suspended"
    act = {"number": credential.number, "officer_id": kai.pk, "public_note": ""}
    register.reinstate(reason="complaint-closed", use_key="r", **act)
    assert told() == "valid"


@pytest.fixture
def schemes_loaded(db: None) -> None:
    make.schemes()
