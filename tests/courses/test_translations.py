"""Lessons in other languages: loaded, read, gone stale, written back; and translated in the page editor."""

from dataclasses import replace

import pytest
from django.contrib.auth import get_user_model
from wagtail.models import Locale
from wagtail_localize.models import String, StringTranslation, Translation, TranslationSource

from courses.actions import loading, study, translating
from courses.contributions import ageing
from courses.documents import library
from courses.models import CoursePage, Enrolment, LessonPage, LessonRecord
from courses.queries import lessons, outlines
from courses.rules.library import shelves
from lms.accounts.actions import people
from lms.db import clock
from lms.kit.content import Problems
from lms.organisations.actions import memberships
from tests.counting import statements
from tests.factories import courses as make

pytestmark = pytest.mark.django_db

TABLE = {
    "type": "table",
    "value": {
        "title": "Who decides",
        "table": {
            "columns": [{"type": "text", "heading": "Role"}],
            "rows": [{"values": ["<p>The <b>owner</b></p>"]}],
            "caption": "",
        },
    },
    "id": "8b4fbdcc-0a55-5f1a-9c3e-0f6a3b1c2d01",
}
REFS = {
    "type": "clauses",
    "value": {
        "refs": [{"type": "item", "value": "4.1", "id": "8b4fbdcc-0a55-5f1a-9c3e-0f6a3b1c2d02"}],
        "text": "<p>Here.</p>",
    },
    "id": "8b4fbdcc-0a55-5f1a-9c3e-0f6a3b1c2d03",
}


def library_of(first, *, shared: str = ""):
    """A course of two lessons, the first as given."""
    return make.course("small", [make.module(1, [first, make.lesson("l2")], shared=shared)])


def in_german(key: str = "l1") -> LessonPage:
    return LessonPage.objects.translations().get(translation_key=of(key).translation_key)


def of(key: str) -> LessonPage:
    return LessonPage.objects.originals().get(key=key)


@pytest.fixture
def course(institute) -> CoursePage:
    make.load(library_of(make.german(make.lesson("l1"))))
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


def test_a_translation_is_a_page_of_its_own_and_nowhere_a_lesson_more(course, client) -> None:
    page = in_german()
    assert (page.title, page.live, page.locale.language_code) == ("Lektion l1", True, "de")
    assert [entry.title for entry in outlines.outline(course)] == ["Lesson l1", "Lesson l2"]
    assert [entry.title for entry in outlines.outline(course, "de")] == ["Lektion l1", "Lesson l2"]
    assert client.get("/courses/").content.decode().count("Course small") == client.get(
        "/courses/"
    ).content.decode().count("Course small")
    assert [one.title for one in CoursePage.objects.originals()] == ["Course small"]
    assert page.address() == "/learn/small/l1/"


def test_a_second_load_changes_nothing(course) -> None:
    with statements() as said:
        count = make.load(library_of(make.german(make.lesson("l1"))))
    assert (count.created, count.changed, count.kept, count.notes) == (0, 0, 0, ())
    assert not [sql for sql in said if sql.startswith(("INSERT", "UPDATE", "DELETE"))]


def test_a_learner_reads_in_the_language_of_their_letters_what_is_translated(browser, enrolment) -> None:
    assert enrolment.language == "de"
    page = text(browser.get("/learn/small/l1/"))
    assert '<span lang="de">Lektion l1</span>' in page
    assert 'data-lesson-text lang="de"' in page
    for said in ("Auf Deutsch.", "Was davon?", ">Antworten</button>", ">4.1</a> The organisation"):
        assert said in page
    assert "not translated yet" not in page
    other = text(browser.get("/learn/small/l2/"))
    assert "This lesson is not translated yet." in other
    assert "data-lesson-text>" in other
    assert ">Answer</button>" in other


def test_what_was_done_in_one_language_is_done_in_all_and_counts_once(browser, enrolment) -> None:
    browser.get("/learn/small/l1/")
    browser.post("/learn/small/l1/check/c1/", {"option": make.option("l1", "c1", make.RIGHT)})
    browser.post("/learn/small/l1/done/")
    said = browser.post("/learn/small/language/", {"language": "", "lesson": "l1"})
    assert said.headers["Location"] == "/learn/small/l1/"
    page = text(browser.get("/learn/small/l1/"))
    assert "You have done this lesson." in page
    assert "Your answer, and right." in page
    make.done(enrolment, "l2")
    enrolment.refresh_from_db()
    assert (enrolment.state, LessonRecord.objects.count()) == ("completed", 2)


def test_a_translated_lesson_costs_at_most_twelve_statements(browser) -> None:
    counts = []
    for _ in range(2):
        with statements() as said:
            browser.get("/learn/small/l1/")
        counts.append(len(said))
    assert max(counts) <= 12, counts


def test_a_language_of_no_lesson_is_refused(browser, enrolment) -> None:
    assert browser.post("/learn/small/language/", {"language": "fr"}).status_code == 404
    with pytest.raises(study.UnknownLanguage):
        study.read_in(enrolment_id=enrolment.pk, language="fr")


def test_an_original_that_says_something_else_makes_its_translation_stale(browser, course) -> None:
    assert ageing(clock.today()) == []
    body = (*make.lesson("l1").body, {"type": "text", "value": "<p>More.</p>", "id": "x"})
    changed = replace(make.lesson("l1", body=body), translations=make.german(make.lesson("l1")).translations)
    count = make.load(library_of(changed))
    assert [note.split(" says")[0] for note in count.notes] == ["l1.de.md"]
    assert changed.words in count.notes[0]
    assert "The English original says something else by now." in text(browser.get("/learn/small/l1/"))
    facts = ageing(clock.today())
    assert [(fact.title, fact.refs) for fact in facts] == [("Lektion l1 (Deutsch)", ("4.1", "A.2.2"))]
    make.load(library_of(make.german(changed)))
    assert ageing(clock.today()) == []


def test_other_minutes_or_the_same_text_published_again_make_no_translation_stale(course) -> None:
    of("l1").save_revision().publish()
    assert ageing(clock.today()) == []
    lesson = make.lesson("l1", minutes=50)
    assert lesson.words == make.lesson("l1").words


def test_a_learner_keeps_the_translation_that_they_began_until_they_move_on(browser, enrolment) -> None:
    browser.get("/learn/small/l1/")
    page = in_german()
    page.body[0].value = type(page.body[0].value)("<p>Neu gesagt.</p>")
    page.save_revision().publish()
    said = text(browser.get("/learn/small/l1/"))
    assert "Auf Deutsch." in said and "A newer edition of this lesson" in said
    assert "Neu gesagt." in text(browser.get("/learn/small/l1/newer/"))
    browser.post("/learn/small/l1/newer/")
    said = text(browser.get("/learn/small/l1/"))
    assert "Neu gesagt." in said and "A newer edition" not in said


def test_a_translation_returns_to_its_file_and_loads_to_what_it_was(course, tmp_path) -> None:
    library.write(tmp_path, None)
    folder = tmp_path / "courses/small/01-module-1"
    assert sorted(path.name for path in folder.iterdir()) == ["01-l1.de.md", "01-l1.md", "02-l2.md"]
    again = library.write(tmp_path, None)
    assert again.written == 0
    problems = Problems()
    count = loading.load(shelves.read([tmp_path], problems))
    assert [str(one) for one in problems] == []
    assert count.created == 0
    assert ageing(clock.today()) == []
    page = in_german()
    page.title = "Anders"
    page.save_revision().publish()
    assert library.write(tmp_path, None).written == 1
    assert "title: Anders" in (folder / "01-l1.de.md").read_text()
    assert loading.load(shelves.read([tmp_path], problems)).kept == 0


def test_a_translation_that_says_otherwise_where_it_may_not_is_named(tmp_path, course) -> None:
    library.write(tmp_path, None)
    path = tmp_path / "courses/small/01-module-1/01-l1.de.md"
    path.write_text(path.read_text().replace("    right: true\n", ""))
    problems = Problems()
    shelves.read([tmp_path], problems)
    assert any("'c1' has another number, order or right option" in str(one) for one in problems)


def test_authors_see_the_translations_of_their_own_tree_alone(course, signed_in, finn) -> None:
    elsewhere = memberships.found(slug="elsewhere", name="Elsewhere", provider=True)
    person_id = people.register(email="sam@elsewhere.example", display_name="Sam", password=None)
    memberships.appoint(person_id=person_id, organisation_id=elsewhere, role="author", actor_id=None)
    sam = get_user_model().objects.get(pk=person_id)
    page = in_german()
    assert not page.permissions_for_user(sam).can_edit()
    assert page.permissions_for_user(finn).can_edit()
    assert not page.permissions_for_user(finn).can_publish()
    assert "Lektion l1" not in signed_in(sam).get("/admin/lesson_pages/").content.decode()
    assert signed_in(sam).get(f"/admin/localize/submit/page/{of('l2').pk}/").status_code in (302, 403)


@pytest.fixture
def submitted(institute, finn, signed_in) -> Translation:
    """A lesson with a table and clauses, that Finn submitted for translation into German."""
    base = make.lesson("l1")
    make.load(library_of(make.lesson("l1", body=(*base.body, TABLE, REFS))))
    german = Locale.objects.get(language_code="de")
    page = f"/admin/localize/submit/page/{of('l1').pk}/"
    browser = signed_in(finn)
    assert browser.get(page).status_code == 200
    assert browser.post(page, {"locales": [german.pk]}).status_code == 302
    return Translation.objects.get(target_locale=german)


def translated(row: Translation, by) -> None:
    for segment in row.source.stringsegment_set.all():
        StringTranslation.objects.create(
            translation_of=segment.string,
            locale=row.target_locale,
            context=segment.context,
            data=f"De: {segment.string.data}",
            last_translated_by=by,
        )


def test_what_is_submitted_is_taken_apart_into_sentences_and_nothing_else(submitted) -> None:
    said = list(submitted.source.stringsegment_set.values_list("string__data", flat=True))
    for sentence in (
        "Lesson l1",
        "Explain it",
        "Which, in c1?",
        "Option 0",
        "Role",
        "The <b>owner</b>",
        "Here.",
    ):
        assert sentence in said
    assert not {"4.1", "c1", "single", "True"} & set(said)
    page = in_german()
    assert not page.live
    assert len(submitted.export_po()) == len(said)


# Wagtail 8.0 still sends its notices by a call that Django 6.1 deprecates.
@pytest.mark.filterwarnings("ignore:get_connection")
def test_a_translation_goes_by_its_review_to_its_readers_and_keeps_what_is_fixed(
    submitted, finn, ivo, jun, gro, ada
) -> None:
    with pytest.raises(translating.Incomplete):
        translating.submit(translation_id=submitted.pk, person=finn)
    translated(submitted, by=jun)
    translating.submit(translation_id=submitted.pk, person=finn)
    page = in_german()
    assert not page.live
    with pytest.raises(translating.UnderReview):
        translating.submit(translation_id=submitted.pk, person=finn)
    for reviewer, own in ((ivo, finn), (gro, jun)):
        task = page.current_workflow_task
        assert not task.get_actions(page, own)
        if reviewer is gro:
            break
        page.current_workflow_task.on_action(page.current_workflow_state.current_task_state, ivo, "approve")
        page.refresh_from_db()
    # Jun translated sentences of it: another judges its accessibility.
    page.current_workflow_state.finish(user=gro)
    page.refresh_from_db()
    assert page.live
    enrolment = make.enrolled(ada, CoursePage.objects.originals().get())
    study.read_in(enrolment_id=enrolment.pk, language="de")
    found = lessons.editions(of("l1").pk, enrolment.pk, "de")
    assert (found.language, found.stale, found.mine.title) == ("de", False, "De: Lesson l1")
    here, there = lessons.reading(of("l1")), lessons.reading(found.mine)
    assert [part.block for part in there.parts] == [part.block for part in here.parts]
    assert [
        (check.key, [option.id for option in check.options if option.right]) for check in there.checks
    ] == [(check.key, [option.id for option in check.options if option.right]) for check in here.checks]
    table, refs = there.parts[2], there.parts[3]
    assert (table.headings, table.rows) == (("De: Role",), (("De: The <b>owner</b>",),))
    assert refs.headings == ("4.1",)


@pytest.mark.filterwarnings("ignore:get_connection")
def test_what_was_translated_in_the_editor_returns_to_a_file(submitted, finn, tmp_path) -> None:
    translated(submitted, by=finn)
    submitted.save_target(user=None, publish=False)
    in_german().get_latest_revision().publish()
    library.write(tmp_path, None)
    path = tmp_path / "courses/small/01-module-1/01-l1.de.md"
    assert 'title: "De: Lesson l1"' in path.read_text()
    problems = Problems()
    shelves.read([tmp_path], problems)
    assert [str(one) for one in problems] == []


def test_new_sentences_wait_for_their_translation_and_nothing_is_published_by_it(
    submitted, finn, signed_in
) -> None:
    translated(submitted, by=finn)
    page = of("l1")
    page.title = "Another title"
    page.save_revision().publish()
    source = TranslationSource.objects.get()
    signed_in(finn).post(f"/admin/localize/update/{source.pk}/", {"publish_translations": "on"})
    total, ready = Translation.objects.get().get_progress()
    assert total - ready == 1
    assert String.objects.filter(data="Another title").exists()
    assert not in_german().live


def test_the_page_of_a_translation_offers_its_review_and_no_alias(submitted, finn, signed_in) -> None:
    browser = signed_in(finn)
    page = in_german()
    said = browser.get(f"/admin/pages/{page.pk}/edit/").content.decode()
    assert f"/admin/localize/review/{submitted.pk}/" in said
    answer = browser.post(f"/admin/localize/review/{submitted.pk}/", follow=True).content.decode()
    assert "for a translation. Translate all of it" in answer
    browser.post(f"/admin/localize/page/{page.pk}/convert_to_alias/")
    page.refresh_from_db()
    assert page.alias_of_id is None
    assert "Lesson l1" in browser.get("/admin/localize/reports/translations/").content.decode()
