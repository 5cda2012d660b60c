"""What was made in the page editor returns to files, and the files say what the pages say."""

from pathlib import Path

import pytest
from django.core.management import call_command

from courses.actions import loading
from courses.documents import library
from courses.models import CoursePage, LessonPage, LoadedPage
from courses.rules.library import shelves
from courses.rules.library.texts import LibraryText
from lms.kit.content import Problems
from tests.factories import courses as make

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def read(folder: Path) -> LibraryText:
    problems = Problems()
    text = shelves.read([folder], problems)
    assert [str(problem) for problem in problems] == []
    return text


def files(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): path.read_text() for path in folder.rglob("*.*")}


def make_library() -> None:
    make.load(
        make.course(
            "one",
            [make.module(1, [make.lesson("l1"), make.lesson("l2")]), make.module(2, [], planned=["Later"])],
        ),
        make.course("two", [make.module(1, [make.lesson("s1"), make.lesson("s2")], shared="start")]),
    )


def settled(folder: Path) -> None:
    """A library in files, and loaded from them."""
    make_library()
    library.write(folder, None)
    loading.load(read(folder))


def edit(key: str, **values) -> LessonPage:
    page = LessonPage.objects.get(key=key)
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision().publish()
    return page


def test_what_is_written_loads_to_what_was_there_and_is_written_once(tmp_path, institute) -> None:
    make_library()
    first = library.write(tmp_path, None)
    assert sorted(files(tmp_path)) == [
        "courses/one/01-module-1/01-l1.md",
        "courses/one/01-module-1/02-l2.md",
        "courses/one/course.yaml",
        "courses/two/course.yaml",
        "frameworks/standard.yaml",
        "profiles/lead.yaml",
        "shared/start/01-s1.md",
        "shared/start/02-s2.md",
    ]
    assert (first.written, first.unchanged, first.notes) == (8, 0, ())
    before = files(tmp_path)
    loading.load(read(tmp_path))
    second = library.write(tmp_path, None)
    assert (second.written, second.unchanged) == (0, 8)
    assert files(tmp_path) == before


def test_an_edit_returns_to_its_file_and_the_file_may_change_the_page_again(tmp_path, institute) -> None:
    settled(tmp_path)
    page = edit("l2", title="What it’s for", minutes=20)
    assert library.write(tmp_path, None).written == 1
    path = tmp_path / "courses/one/01-module-1/02-l2.md"
    assert "title: What it's for\nminutes: 20\n" in path.read_text()
    count = loading.load(read(tmp_path))
    assert (count.changed, count.kept) == (0, 0)
    page.refresh_from_db()
    assert LoadedPage.objects.get(page=page).revision_id == page.latest_revision_id
    path.write_text(path.read_text().replace("minutes: 20", "minutes: 25"))
    assert loading.load(read(tmp_path)).changed == 1
    assert LessonPage.objects.get(key="l2").minutes == 25


def test_a_draft_is_neither_written_nor_taken_for_returned(tmp_path, institute) -> None:
    settled(tmp_path)
    page = LessonPage.objects.get(key="l1")
    page.title = "Not yet"
    page.save_revision()
    assert library.write(tmp_path, None).written == 0
    assert loading.load(read(tmp_path)).kept == 1


def test_a_lesson_made_in_the_editor_gets_a_file_and_is_not_loaded_twice(tmp_path, institute) -> None:
    settled(tmp_path)
    first = LessonPage.objects.get(key="l1")
    fresh = LessonPage(title="New", slug="new", body=first.body, outcomes=first.outcomes)
    first.add_sibling("left", instance=fresh)
    fresh.save_revision().publish()
    assert library.write(tmp_path, None).written == 1
    folder = next(path for path in tmp_path.glob("courses/*/*") if path.is_dir())
    assert [path.name for path in sorted(folder.iterdir())] == ["01-new.md", "02-l1.md", "03-l2.md"]
    count = loading.load(read(tmp_path))
    assert (count.created, count.changed, count.kept) == (0, 0, 0)


def test_what_is_unpublished_keeps_its_file_and_is_named(tmp_path, institute) -> None:
    settled(tmp_path)
    LessonPage.objects.get(key="l2").unpublish()
    count = library.write(tmp_path, None)
    assert count.notes == (
        "courses/one/01-module-1/02-l2.md stays as it is: its lesson is not published here.",
    )
    assert (tmp_path / "courses/one/01-module-1/02-l2.md").is_file()


def test_the_layout_of_a_file_that_says_the_same_is_left_alone(tmp_path, institute) -> None:
    settled(tmp_path)
    path = tmp_path / "courses/one/course.yaml"
    path.write_text("# ours\n" + path.read_text().replace("order: 10", "order: 7"))
    lesson = tmp_path / "courses/one/01-module-1/01-l1.md"
    lesson.rename(lesson.with_name("01-a-better-name.md"))
    assert library.write(tmp_path, None).written == 0
    assert path.read_text().startswith("# ours\n")
    assert not lesson.exists()


def test_into_a_folder_beside_another_library_goes_only_what_that_one_lacks(tmp_path, institute) -> None:
    make_library()
    library.write(tmp_path / "shipped", None)
    page = CoursePage.objects.get(key="two")
    page.key = "three"
    page.save_revision().publish()
    library.write(tmp_path / "own", tmp_path / "shipped")
    assert sorted(files(tmp_path / "own")) == ["courses/three/course.yaml"]


def test_the_command_says_what_it_wrote_and_what_keeps_it_from_loading(tmp_path, institute, capsys) -> None:
    make_library()
    call_command("write_library", str(tmp_path))
    assert "courses: 8 files written, 0 as they were" in capsys.readouterr().out
