"""Notes, bookmarks, search, checks asked again and newer editions, as a learner's browser sees them."""

from uuid import uuid4

import pytest
from django.test import Client

from courses.models import LessonPage, LessonRecord, Note, Repetition
from lms.db import clock
from tests.counting import statements
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(ada):
    return make.enrolled(ada, make.small())


@pytest.fixture
def browser(ada, enrolment, signed_in) -> Client:
    return signed_in(ada)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_note_is_written_found_changed_taken_along_and_deleted(browser, eve, enrolment, signed_in) -> None:
    browser.get("/learn/small/l1/")
    sent = {
        "uuid": str(uuid4()),
        "place": "about-l1",
        "quote": "A passage",
        "text": "=Mine & yours\nover lines",
    }
    for _ in range(2):
        kept = browser.post("/learn/small/l1/note/", sent, follow=True)
    assert kept.redirect_chain[-1][0] == "/learn/small/l1/#notes"
    assert "Mine &amp; yours<br>over lines" in text(kept)
    assert "A passage" in text(kept)
    note = Note.objects.get()
    assert "No note says that" in text(browser.get("/learn/small/notes/?q=elsewhere"))
    assert "Mine &amp; yours" in text(browser.get("/learn/small/notes/?q=MINE"))
    long = browser.post("/learn/small/l1/note/", sent | {"uuid": str(uuid4()), "text": "x" * 5001})
    assert (long.status_code, "x" * 5001 in text(long), "too long" in text(long)) == (422, True, True)
    address = f"/learn/small/notes/{note.uuid}/"
    browser.post(address, {"text": "Ours"})
    file = browser.get("/learn/small/notes/file/")
    assert "> A passage\n\nOurs" in file.content.decode()
    assert browser.post(address, {"text": "y" * 5001}).status_code == 422
    # The enrolled see their own alone.
    make.enrolled(eve, enrolment.course)
    other = signed_in(eve)
    assert other.get(address).status_code == 404
    assert other.post(address, {"delete": "1"}).status_code == 404
    assert "Ours" not in text(other.get("/learn/small/notes/"))
    browser.post(address, {"delete": "1"})
    assert not Note.objects.exists()
    assert browser.get(address).status_code == 404


def test_a_bookmark_is_put_in_and_taken_out(browser) -> None:
    assert browser.post("/learn/small/l1/bookmark/").status_code == 404  # never opened
    browser.get("/learn/small/l1/")
    assert "Take it out" in text(browser.post("/learn/small/l1/bookmark/", follow=True))
    assert ">bookmark<" in text(browser.get("/learn/small/notes/"))
    browser.post("/learn/small/l1/bookmark/", {"off": "1"})
    assert not LessonRecord.objects.filter(bookmarked_at__isnull=False).exists()


def test_a_newer_edition_is_told_compared_and_moved_to(browser) -> None:
    browser.get("/learn/small/l1/")
    page = LessonPage.objects.get(key="l1")
    said = [("text", "<h2>About l1</h2><p>Text, and more of it.</p>")]
    page.body = said + [(block.block_type, block.value) for block in list(page.body)[1:]]
    page.save_revision().publish()
    with statements() as said:
        mine = text(browser.get("/learn/small/l1/"))
    assert len(said) <= 12
    assert "A newer edition" in mine
    assert "more of it" not in mine
    compared = text(browser.get("/learn/small/l1/newer/"))
    assert "<ins>" in compared
    assert "more" in compared
    moved = text(browser.post("/learn/small/l1/newer/", follow=True))
    assert "Text, and more of it." in moved
    assert "A newer edition" not in moved
    assert browser.get("/learn/small/l1/newer/").status_code == 302
    # Who begins now begins with the newest.
    assert "A newer edition" not in text(browser.get("/learn/small/l2/"))


def test_what_was_missed_is_asked_again_with_its_explanations(browser) -> None:
    assert "Nothing to repeat" in text(browser.get("/learn/small/again/"))
    wrong, right = (make.option("l1", "c1", which) for which in (make.WRONG, make.RIGHT))
    browser.post("/learn/small/l1/check/c1/", {"option": wrong})
    assert "Nothing waits today" in text(browser.get("/learn/small/again/"))
    with clock.shifted(days=1):
        assert "1 today" in text(browser.get("/learn/small/"))
        asked = {"lesson": "l1", "check": "c1"}
        assert "Which, in c1?" in text(browser.get("/learn/small/again/"))
        assert browser.post("/learn/small/again/", asked).status_code == 422
        assert browser.post("/learn/small/again/", {"lesson": "l2", "check": "c1"}).status_code == 404
        answered = text(browser.post("/learn/small/again/", asked | {"option": right}))
        assert "Because of 1." in answered
        assert "Done for today" in answered
        twice = browser.post("/learn/small/again/", asked | {"option": right}, follow=True)
        assert "taken already" in text(twice)
    assert Repetition.objects.get().box == 2


def test_search_finds_in_ones_own_courses_and_marks_the_words(browser, eve, signed_in) -> None:
    page = LessonPage.objects.get(key="l2")
    page.body = [("text", "<p>Of stewardship, and &lt;other&gt; things.</p>")]
    page.save_revision().publish()
    found = text(browser.get("/learn/?q=stewardship"))
    assert "<mark>stewardship</mark>, and &lt;other&gt; things." in found
    assert "/learn/small/l2/" in found
    assert "No lesson says that" in text(browser.get("/learn/?q=stewardship+nowhere"))
    assert browser.get("/learn/?q=%00%22*%27)(").status_code == 200
    assert "stewardship</mark>" not in text(signed_in(eve).get("/learn/?q=stewardship"))


def test_time_told_by_the_page_is_counted(browser) -> None:
    browser.get("/learn/small/l1/")
    with clock.shifted(minutes=5):
        browser.post("/learn/small/l1/place/", {"place": "about-l1", "seconds": "125"})
        browser.post("/learn/small/l1/place/", {"place": "", "seconds": "none"})
    record = LessonRecord.objects.get()
    assert (record.seconds, record.place) == (125, "about-l1")


def test_progress_by_clause_follows_the_lessons_that_are_done(browser, enrolment) -> None:
    before = text(browser.get("/learn/small/plan/"))
    assert "Progress by clause" in before
    assert "0 of " in before
    for key in ("l1", "l2", "l3"):
        make.done(enrolment, key)
    after = text(browser.get("/learn/small/plan/"))
    assert "all done" in after.split("Progress by clause")[1]
