"""What courses, modules and terms are called in other languages: loaded, shown to who reads them, written back."""

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model

from courses.actions import loading, study
from courses.documents import library
from courses.models import CoursePage, Enrolment, PageWords, TermWords
from courses.rules.library import shelves
from courses.rules.library.texts import CourseText
from lms.kit.content import Problems
from tests.counting import statements
from tests.factories import courses as make

pytestmark = pytest.mark.django_db


def small() -> CourseText:
    first = make.german(make.lesson("l1", sample=True))
    return make.course("small", [make.module(1, [first]), make.module(2, [make.lesson("l2")])])


@pytest.fixture
def course(institute) -> CoursePage:
    make.load(make.german_names(small()))
    return CoursePage.objects.originals().get()


@pytest.fixture
def enrolment(ada, course) -> Enrolment:
    get_user_model().objects.filter(pk=ada.pk).update(language="de")
    return make.enrolled(ada, course)


@pytest.fixture
def browser(ada, enrolment, signed_in):
    return signed_in(ada)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_a_learner_meets_the_names_in_the_language_in_which_they_read(browser, enrolment) -> None:
    for page in ("/courses/", "/courses/small/", "/learn/small/", "/learn/small/l1/", "/learn/small/l2/"):
        said = text(browser.get(page))
        assert 'lang="de">Kurs small<' in said, page
        assert "Course small<" not in said, page
    said = text(browser.get("/courses/small/"))
    for words in (
        'lang="de">Ein Satz.<',
        'lang="de">Zwei Sätze.<',
        'lang="de">Modul 2<',
        'lang="de">Wovon es handelt.<',
    ):
        assert words in said
    said = text(browser.get("/learn/small/"))
    assert 'lang="de">Modul 1<' in said and 'lang="de">Wovon es handelt.<' in said
    said = text(browser.get("/learn/small/l2/"))
    assert 'Lesson 2.1 · <span lang="de">Modul 2</span>' in said
    study.read_in(enrolment_id=enrolment.pk, language="")
    for page in ("/courses/small/", "/learn/small/", "/learn/small/l1/"):
        said = text(browser.get(page))
        assert "Course small" in said and "Kurs small" not in said, page


def test_a_visitor_chooses_by_the_address(client, course) -> None:
    said = text(client.get("/courses/small/"))
    assert "Kurs small" not in said
    assert '<a href="?in=de" lang="de">Deutsch</a>' in said
    said = text(client.get("/courses/small/?in=de"))
    assert 'lang="de">Kurs small<' in said and '<a href="?in=en" lang="en">English</a>' in said
    assert 'href="/courses/small/sample/?in=de" lang="de">Lektion l1</a>' in said
    assert 'lang="de">Kurs small<' in text(client.get("/courses/?in=de"))
    assert "Kurs small" not in text(client.get("/courses/?in=xx"))


def test_what_is_not_translated_stays_in_the_original_and_is_not_marked(browser, course) -> None:
    make.load(make.german_names(small(), modules=(), summary=""))
    said = text(browser.get("/courses/small/"))
    assert "<span>Module 1</span>" in said and "Modul 1" not in said
    assert "Two sentences." in said


def test_a_second_load_changes_nothing_and_a_newer_file_does(course) -> None:
    with statements() as said:
        count = make.load(make.german_names(small()))
    assert (count.created, count.changed, count.kept, count.notes) == (0, 0, 0, ())
    assert not [sql for sql in said if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    count = make.load(make.german_names(small(), title="Anders"))
    assert (count.created, count.changed) == (0, 1)
    assert make.load(small()).changed == 3
    assert not PageWords.objects.exists()


def test_newer_names_of_the_original_are_told_to_who_translates(course) -> None:
    newer = replace(small(), summary="Three sentences.")
    count = make.load(replace(newer, translations=make.german_names(small()).translations))
    (note,) = count.notes
    assert note.startswith("course.de.yaml of 'small' says an older text than course.yaml.")
    assert newer.words in note


def test_a_language_that_nobody_has_here_is_not_loaded(institute) -> None:
    named = make.german_names(small())
    foreign = replace(named, translations=(replace(named.translations[0], language="fr"),))
    (note,) = make.load(foreign).notes
    assert "'fr' is none of the languages here" in note
    assert not PageWords.objects.exists()


def test_a_marked_term_is_explained_in_the_language_of_the_lesson(browser, course) -> None:
    mark = '<p>The <a href="/glossary/owner/">owner</a> and the <a href="/glossary/scope/">scope</a>.</p>'
    body = ({"type": "text", "value": mark, "id": make.id_of("l1", "block 0")}, make.check("l1"))
    lesson = make.lesson("l1", body=body)
    kept = replace(make.german(lesson).translations[0], body=body)
    make.glossary(make.term("owner", "Owner"), make.term("scope", "Scope"))
    make.german_terms(make.term("owner", "Owner"))
    make.glossary(make.term("owner", "Owner"), make.term("scope", "Scope"))
    make.load(make.course("small", [make.module(1, [replace(lesson, translations=(kept,))])]))
    said = text(browser.get("/learn/small/l1/"))
    assert 'id="term_owner" lang="en" popover><p><strong>Owner</strong></p>' in said
    make.german_terms(make.term("owner", "Owner"))
    make.load(make.course("small", [make.module(1, [replace(lesson, translations=(kept,))])]))
    said = text(browser.get("/learn/small/l1/"))
    assert 'id="term_owner" popover><p><strong>Owner (de)</strong></p><p>Deutsch.</p>' in said


def test_terms_load_once_and_go_with_their_files(client, db) -> None:
    owner = make.term("owner", "Owner")
    assert make.german_terms(owner).created >= 2
    with statements() as said:
        count = make.german_terms(owner)
    assert (count.created, count.changed, count.notes) == (0, 0, ())
    assert not [sql for sql in said if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    page = text(client.get("/glossary/owner/"))
    assert '<section class="part stack measure" lang="de"' in page and "Owner (de)" in page
    (note,) = make.german_terms(owner, translates="0" * 16).notes
    assert note.startswith("words.de.yaml says an older text of 'owner'.") and owner.words in note
    make.glossary(owner)
    assert not TermWords.objects.exists()


def test_names_return_to_files_and_load_to_what_they_were(course, tmp_path) -> None:
    make.german_terms(make.term("owner", "Owner"))
    library.write(tmp_path, None)
    assert "title: Kurs small" in (tmp_path / "courses/small/course.de.yaml").read_text()
    assert "term: Owner (de)" in (tmp_path / "glossary/words.de.yaml").read_text()
    assert library.write(tmp_path, None).written == 0
    problems = Problems()
    read = shelves.read([tmp_path], problems)
    assert [str(one) for one in problems] == []
    before = [*PageWords.objects.values(), *TermWords.objects.values()]
    count = loading.load(read)
    assert (count.created, count.notes) == (0, ())
    assert [*PageWords.objects.values(), *TermWords.objects.values()] == before
    elsewhere = tmp_path / "elsewhere"
    assert library.write(elsewhere, tmp_path).written == 0


def test_what_names_something_that_is_not_there_is_a_fault(course, tmp_path) -> None:
    make.german_terms(make.term("owner", "Owner"))
    library.write(tmp_path, None)
    for name, one, other in (
        ("courses/small/course.de.yaml", "key: module-2", "key: module-9"),
        ("courses/small/course.de.yaml", "key: small", "key: large"),
        ("glossary/words.de.yaml", "- key: owner", "- key: nobody"),
    ):
        path = tmp_path / name
        path.write_text(path.read_text().replace(one, other, 1))
    problems = Problems()
    shelves.read([tmp_path], problems)
    said = [one.message for one in problems]
    assert said == [
        "the file beside it has the key 'small'",
        "the course has no module 'module-9', or it stands here twice",
        "the glossary has no term 'nobody', or it stands here twice",
    ]
