"""Pictures, films, downloads and shared passages: in files, in pages, and back."""

from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file_jpeg

from courses.actions import loading, passages
from courses.documents import exchange, library
from courses.models import CoursePage, LessonPage, Passage
from courses.queries import lessons
from courses.rules.library import shelves
from courses.rules.library.texts import LibraryText
from lms.jobs.models import Job
from lms.jobs.queue import TASKS
from lms.kit.content import Problems
from tests.factories import courses as make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def media(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "kept"


def read(folder: Path) -> LibraryText:
    problems = Problems()
    found = shelves.read([folder], problems)
    assert [str(one) for one in problems] == []
    return found


def document(name: str, data: bytes) -> int:
    row = get_document_model()(title=name, file=ContentFile(data, name=name))
    row.save()
    return row.pk


@pytest.fixture
def page(institute) -> LessonPage:
    make.load(make.course("one", [make.module(1, [make.lesson("l1"), make.lesson("l2")])]))
    found = LessonPage.objects.get(key="l1")
    image = get_image_model()(title="A queue", file=get_test_image_file_jpeg(filename="queue.jpg"))
    image.save()
    found.body.extend(
        [
            ("figure", {"image": image, "alternative": "The queue grows", "caption": "In May"}),
            (
                "video",
                {
                    "title": "A walk",
                    "video": get_document_model().objects.get(pk=document("walk.mp4", b"film")),
                    "captions": get_document_model().objects.get(pk=document("walk.vtt", b"WEBVTT")),
                    "transcript": "<p>She says <b>hello</b>.</p><p>He nods.</p>",
                },
            ),
            (
                "download",
                {
                    "title": "Register (spreadsheet)",
                    "document": get_document_model().objects.get(pk=document("register.xlsx", b"sheet")),
                },
            ),
        ]
    )
    found.save_revision().publish()
    return LessonPage.objects.get(key="l1")


def test_a_lesson_with_files_returns_whole_and_is_written_once(page, tmp_path) -> None:
    folder = tmp_path / "library"
    count = library.write(folder, None)
    assert [note for note in count.notes if "l1" in note] == []
    home = folder / "courses/one/01-module-1"
    assert sorted(path.suffix for path in (home / "media").iterdir()) == [".jpg", ".mp4", ".vtt", ".xlsx"]
    said = (home / "01-l1.md").read_text()
    for line in ("::: figure The queue grows", "caption: In May", "::: video A walk", "She says **hello**."):
        assert line in said
    assert library.write(folder, None).written == 0


def test_its_files_load_to_the_page_that_there_was(page, tmp_path) -> None:
    folder = tmp_path / "library"
    library.write(folder, None)
    pictures, files = get_image_model().objects.count(), get_document_model().objects.count()
    count = loading.load(read(folder))
    assert (count.created, count.kept) == (0, 0)
    assert loading.load(read(folder)).changed == 0
    assert (get_image_model().objects.count(), get_document_model().objects.count()) == (pictures, files)


# Wagtail leaves the file in which it makes a rendition to be collected.
@pytest.mark.filterwarnings("ignore:.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning")
def test_from_nothing_but_files_the_same_lesson_is_made(page, tmp_path) -> None:
    folder = tmp_path / "library"
    library.write(folder, None)
    before = [(part.kind, part.title, part.html) for part in lessons.reading(page).parts]
    page.delete()
    get_image_model().objects.all().delete()
    get_document_model().objects.all().delete()
    loading.load(read(folder))
    made = LessonPage.objects.get(key="l1")
    assert [(part.kind, part.title, part.html) for part in lessons.reading(made).parts] == before
    video = next(block.value for block in made.body if block.block_type == "video")
    with video["video"].file.open("rb") as film:
        assert (film.read(), video["captions"].filename[-4:]) == (b"film", ".vtt")
    assert library.write(folder, None).written == 0


def test_a_file_that_is_renamed_changes_nothing_and_one_that_is_gone_is_named(page, tmp_path) -> None:
    folder = tmp_path / "library"
    library.write(folder, None)
    loading.load(read(folder))
    home = folder / "courses/one/01-module-1"
    film = next((home / "media").glob("*.mp4"))
    film.rename(home / "media" / "walk.mp4")
    text = home / "01-l1.md"
    text.write_text(text.read_text().replace(film.name, "walk.mp4"))
    assert loading.load(read(folder)).changed == 0
    (home / "media" / "walk.mp4").unlink()
    problems = Problems()
    shelves.read([folder], problems)
    assert ["there is no file 'media/walk.mp4' beside it" in str(one) for one in problems] == [True]


@pytest.fixture
def passage(institute) -> Passage:
    make.load(
        make.course("one", [make.module(1, [make.lesson("l1")])]),
        make.course("two", [make.module(1, [make.lesson("t1")])]),
    )
    row = Passage(key="who-decides", title="Who decides", text="<p>The owner.</p>")
    row.save()
    row.save_revision().publish()
    for key in ("l1", "t1"):
        page = LessonPage.objects.get(key=key)
        page.body.append(("passage", {"passage": row, "text": ""}))
        page.body = page.body.stream_block.clean(page.body)
        page.save_revision().publish()
    return row


def shown(key: str) -> str:
    return lessons.reading(LessonPage.objects.get(key=key)).parts[-1].html


def test_a_passage_stands_in_the_lessons_of_two_courses_and_its_change_is_a_new_edition(
    passage, ada, signed_in
) -> None:
    assert shown("l1") == shown("t1") == "<p>The owner.</p>"
    enrolment = make.enrolled(ada, CoursePage.objects.get(key="one"))
    browser = signed_in(ada)
    browser.get("/learn/one/l1/")
    passage.text = "<p>The owner, named.</p>"
    passage.save()
    passage.save_revision().publish()
    assert passages.take_into_lessons(passage_id=passage.pk) == 2
    assert passages.take_into_lessons(passage_id=passage.pk) == 0
    assert shown("l1") == shown("t1") == "<p>The owner, named.</p>"
    said = browser.get("/learn/one/l1/").content.decode()
    assert "A newer edition of this lesson" in said and "The owner, named." not in said
    assert lessons.editions(LessonPage.objects.get(key="l1").pk, enrolment.pk).newer is not None


def test_a_draft_that_waits_stays_the_newest_draft(passage, finn) -> None:
    page = LessonPage.objects.get(key="l1")
    draft = page.get_latest_revision_as_object()
    draft.title = "Finn’s title"
    draft.save_revision(user=finn)
    passage.text = "<p>The owner, named.</p>"
    passage.save()
    passage.save_revision().publish()
    passages.take_into_lessons(passage_id=passage.pk)
    page = LessonPage.objects.get(key="l1")
    assert (page.title, shown("l1")) == ("Lesson l1", "<p>The owner, named.</p>")
    waiting = page.get_latest_revision()
    assert (waiting.as_object().title, waiting.user) == ("Finn’s title", finn)


def test_passages_return_to_files_and_leave_for_other_programs_as_text(passage, tmp_path) -> None:
    folder = tmp_path / "library"
    library.write(folder, None)
    assert (folder / "passages/who-decides.md").read_text().endswith("The owner.\n")
    assert "::: passage who-decides\n:::" in (folder / "courses/one/01-module-1/01-l1.md").read_text()
    assert library.write(folder, None).written == 0
    loading.load(read(folder))
    assert loading.load(read(folder)).changed == 0
    text, _ = exchange.whole(CoursePage.objects.get(key="one"))
    assert text.modules[0].lessons[0].body[-1]["value"] == "<p>The owner.</p>"
    (folder / "passages/who-decides.md").unlink()
    problems = Problems()
    shelves.read([folder], problems)
    assert any("there is no passage 'who-decides'" in str(one) for one in problems)


def test_a_changed_file_of_a_passage_changes_the_lessons_that_show_it(passage, tmp_path) -> None:
    folder = tmp_path / "library"
    library.write(folder, None)
    loading.load(read(folder))
    path = folder / "passages/who-decides.md"
    path.write_text(path.read_text().replace("The owner.", "The owner, named."))
    count = loading.load(read(folder))
    assert count.kept == 0
    assert shown("l1") == shown("t1") == "<p>The owner, named.</p>"
    assert loading.load(read(folder)).changed == 0


def test_authors_write_the_passages_of_their_own_organisation(passage, finn, signed_in, institute) -> None:
    browser = signed_in(finn)
    listing = "/admin/snippets/courses/passage/"
    made = browser.post(
        f"{listing}add/",
        {
            "title": "Three words",
            "key": "three-words",
            "text": '{"blocks":[{"key":"a","text":"Ask.","type":"unstyled","depth":0,"inlineStyleRanges":[],"entityRanges":[]}],"entityMap":{}}',
        },
    )
    row = Passage.objects.get(key="three-words")
    assert (made.status_code, row.live, row.organisation_id) == (302, False, institute.id)
    assert "Three words" in browser.get(listing).content.decode()
    from_elsewhere = Passage(key="x", title="Of others", text="<p>No.</p>")
    from_elsewhere.organisation_id = make.memberships.found(slug="elsewhere", name="Elsewhere")
    from_elsewhere.save()
    assert "Of others" not in browser.get(listing).content.decode()
    assert browser.get("/admin/localize/api/snippets/courses/passage/").status_code == 404
    assert browser.get(f"{listing}edit/{from_elsewhere.pk}/").status_code in (302, 403, 404)
    browser.post(
        f"{listing}edit/{row.pk}/",
        {"title": "Three", "key": "three-words", "text": "null", "action-publish": "1"},
    )
    row.refresh_from_db()
    assert not row.live


def test_a_term_set_apart_says_what_the_glossary_says_and_returns_to_its_file(
    passage, tmp_path, client
) -> None:
    make.glossary(make.term("risk-owner", "Risk owner"))
    page = LessonPage.objects.get(key="l1")
    page.sample = True
    page.body.append(("term", {"term": "risk-owner"}))
    page.body = page.body.stream_block.clean(page.body)
    page.save_revision().publish()
    said = " ".join(client.get("/courses/one/sample/").content.decode().split())
    assert '<a href="/glossary/risk-owner/">Risk owner</a></h3><p>About risk owner.</p>' in said
    folder = tmp_path / "library"
    library.write(folder, None)
    assert "::: term risk-owner\n:::" in (folder / "courses/one/01-module-1/01-l1.md").read_text()
    loading.load(read(folder))
    assert loading.load(read(folder)).changed == 0
    text, _ = exchange.whole(CoursePage.objects.get(key="one"))
    assert text.modules[0].lessons[0].body[-1]["value"] == "<p><b>Risk owner</b>: About risk owner.</p>"


# Wagtail 8.0 still sends its notices by a call that Django 6.1 deprecates.
@pytest.mark.filterwarnings("ignore:get_connection")
def test_a_passage_goes_by_the_same_review_as_a_lesson(passage, institute, finn, ivo, jun, gro) -> None:
    passage.organisation_id = institute.id
    passage.save()
    passage.text = "<p>The owner, named.</p>"
    passage.save_revision(user=finn)
    passage.get_workflow().start(passage, finn)
    for reviewer in (ivo, jun, gro):
        passage.refresh_from_db()
        task = passage.current_workflow_task.specific
        assert task.get_actions(passage, finn) == []
        assert "approve" in [name for name, *_ in task.get_actions(passage, reviewer)]
        task.on_action(passage.current_workflow_state.current_task_state, reviewer, "approve")
    passage.refresh_from_db()
    assert passage.text == "<p>The owner, named.</p>"
    waiting = Job.objects.filter(kind="courses.take_passage").order_by("pk").last()
    assert waiting.payload == {"passage_id": passage.pk}
    TASKS[waiting.kind].run(**waiting.payload)
    assert shown("l1") == "<p>The owner, named.</p>"


TYPED = (
    '{"blocks":[{"key":"a","text":"The owner, named.","type":"unstyled","depth":0,"inlineStyleRanges":[],'
    '"entityRanges":[]}],"entityMap":{}}'
)


@pytest.mark.once
@pytest.mark.filterwarnings("ignore:get_connection")
def test_who_reviews_a_passage_is_led_to_it_and_approves_it_there(
    passage, institute, finn, ivo, jun, gro, hana, signed_in
) -> None:
    passage.organisation_id = institute.id
    passage.text = '<p data-block-key="a">The owner.</p>'
    passage.save()
    passage.text = '<p data-block-key="a">The owner, named.</p>'
    passage.save_revision(user=finn)
    passage.get_workflow().start(passage, finn)
    address = f"/admin/snippets/courses/passage/edit/{passage.pk}/"
    approves = {
        "title": passage.title, "key": passage.key, "text": TYPED,
        "action-workflow-action": "true", "workflow-action-name": "approve",
    }  # fmt: skip
    for reviewer in (ivo, jun, gro):
        browser = signed_in(reviewer)
        assert f'href="{address}"' in browser.get("/admin/").content.decode()
        assert "Approve" in browser.get(address).content.decode()
        due = passage.current_workflow_state.current_task_state
        for stranger in {finn, ivo, jun, gro, hana} - {reviewer}:  # whose step it is not, or never
            signed_in(stranger).post(address, approves)
        due.refresh_from_db()
        assert (due.status, due.finished_by) == ("in_progress", None)
        assert browser.post(address, approves).url == "/admin/"
        passage.refresh_from_db()
    assert (passage.text, passage.current_workflow_state) == (
        '<p data-block-key="a">The owner, named.</p>',
        None,
    )
    assert not passage.revisions.exclude(user=finn).exclude(user=None).exists()
