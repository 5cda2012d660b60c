"""Search in one's own courses: in the edition and in the language in which a learner reads."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from courses.actions import editions, study
from courses.models import CoursePage, Enrolment, KeptEdition, LessonPage
from courses.queries import searching
from lms.jobs import worker
from tests.counting import statements
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def enrolment(ada) -> Enrolment:
    first, second = make.german(make.lesson("l1")), make.lesson("l2")
    make.load(make.course("small", [make.module(1, [first, second])]))
    get_user_model().objects.filter(pk=ada.pk).update(language="de")
    return make.enrolled(ada, CoursePage.objects.originals().get())


@pytest.fixture
def browser(ada, enrolment, signed_in) -> Client:
    return signed_in(ada)


def publish(page: LessonPage, said: str) -> None:
    page.body = [("text", f"<p>{said}</p>")]
    page.save_revision().publish()
    worker.run_due()


def original(key: str) -> LessonPage:
    return LessonPage.objects.originals().get(key=key)


def german(key: str) -> LessonPage:
    return LessonPage.objects.translations().get(translation_key=original(key).translation_key)


def found(enrolment: Enrolment, words: str) -> list[tuple[str, str]]:
    return [(one.entry.title, one.language) for one in searching.search(enrolment.person_id, words)]


def test_who_reads_german_finds_the_german_text_and_the_original_of_the_rest(browser, enrolment) -> None:
    publish(german("l1"), "Von der Sorgfaltspflicht der Leitung.")
    publish(original("l1"), "On the stewardship of top management.")
    publish(original("l2"), "On the stewardship of data.")
    assert found(enrolment, "Sorgfaltspflicht") == [("Lektion l1", "de")]
    assert found(enrolment, "stewardship") == [("Lesson l2", "")]
    page = " ".join(browser.get("/learn/?q=Sorgfaltspflicht").content.decode().split())
    assert 'href="/learn/small/l1/">1.1 <span lang="de">Lektion l1</span></a>' in page
    assert '<p lang="de">Von der <mark>Sorgfaltspflicht</mark> der Leitung.</p>' in page
    assert "Sorgfaltspflicht" in browser.get("/learn/small/l1/").content.decode()
    study.read_in(enrolment_id=enrolment.pk, language="")
    assert found(enrolment, "Sorgfaltspflicht") == []
    assert sorted(found(enrolment, "stewardship")) == [("Lesson l1", ""), ("Lesson l2", "")]


@pytest.mark.parametrize("language", ["", "de"])
def test_a_learner_finds_the_edition_that_they_began_until_they_move_on(browser, enrolment, language) -> None:
    study.read_in(enrolment_id=enrolment.pk, language=language)
    page = german("l1") if language else original("l1")
    title = page.title
    publish(page, "Stewardship as it was.")
    browser.get("/learn/small/l1/")
    publish(page, "Husbandry as it is.")
    assert found(enrolment, "stewardship") == [(title, language)]
    assert found(enrolment, "husbandry") == []
    assert "Stewardship as it was." in browser.get("/learn/small/l1/").content.decode()
    browser.post("/learn/small/l1/newer/")
    assert found(enrolment, "stewardship") == []
    assert found(enrolment, "husbandry") == [(title, language)]


def test_an_edition_is_kept_once_for_all_and_only_where_it_is_read(browser, enrolment) -> None:
    publish(original("l2"), "Nobody has begun it.")
    assert not KeptEdition.objects.exists()
    browser.get("/learn/small/l2/")
    page = original("l2")
    page.body = [("text", "<p>Another.</p>")]
    page.save_revision().publish()
    assert editions.keep_for_search() == 1
    with statements() as said:
        assert editions.keep_for_search() == 0
    assert len(said) == 1
    assert KeptEdition.objects.get().text == "Nobody has begun it."
    worker.run_due()
    assert KeptEdition.objects.count() == 1


def test_a_search_costs_the_same_at_two_lessons_and_at_many(browser, enrolment) -> None:
    counts = []
    for more in (0, 8):
        if more:
            make.grow(enrolment.course, lessons=more)
        browser.get("/learn/small/l1/")
        publish(german("l1"), "Sorgfaltspflicht, aufs Neue.")
        with statements() as said:
            searching.search(enrolment.person_id, "Sorgfaltspflicht")
        counts.append(len(said))
    assert counts[0] == counts[1]
    assert max(counts) <= 8
