"""Importing courses: drafts of the organisation's own, once, and nothing that people edited or published."""

import dataclasses
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from wagtail.images import get_image_model
from wagtail.models import Locale

from courses.actions import importing, installing, translating
from courses.documents import exchange as documents
from courses.models import CoursePage, LessonPage, Package, PackageFile, PageWords, Sco
from courses.queries import standing
from courses.rules.exchange import frame, markdown_writer
from lms.audit.models import Entry
from lms.kit.archives import pack
from tests.courses.rules.exchange.test_round_trip import picture, whole
from tests.factories import courses as make
from tests.factories import packages as make_packages

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def standards(db: None) -> None:
    make.load(make.course("small", [make.module(1, [make.lesson("l1")])]))


def zipped() -> bytes:
    return markdown_writer.write(whole(), {"a.png": picture()})


def test_a_course_comes_in_as_drafts_of_its_organisation(standards: None, institute: Any, finn: Any) -> None:
    report = make_packages.imported(institute, zipped(), "markdown", by=finn)
    course = CoursePage.objects.get(key="whole")
    assert (report.modules, report.lessons, report.unchanged, report.refused) == (2, 3, 0, [])
    assert (course.live, course.organisation_id, course.owner) == (False, institute.id, finn)
    lessons = LessonPage.objects.descendant_of(course)
    assert [(one.live, one.home) for one in lessons] == [(False, "whole")] * 3
    figure = next(block for block in lessons.get(key="all").body if block.block_type == "figure")
    assert figure.value["image"].title == "A line that rises"
    assert Entry.objects.get(verb="courses.course.imported").actor_id == finn.pk


def test_the_second_time_changes_nothing(standards: None, institute: Any) -> None:
    make_packages.imported(institute, zipped(), "markdown")
    again = make_packages.imported(institute, zipped(), "markdown")
    assert (again.imported, again.changed, again.kept) == (0, 0, [])
    assert get_image_model().objects.count() == 1
    assert Entry.objects.filter(verb="courses.course.imported").count() == 1


def test_a_dry_run_tells_the_same_and_writes_nothing(standards: None, institute: Any) -> None:
    told = make_packages.imported(institute, zipped(), "markdown", dry_run=True)
    assert not CoursePage.objects.filter(key="whole").exists()
    assert get_image_model().objects.count() == 0
    assert told == make_packages.imported(institute, zipped(), "markdown")
    told = make_packages.imported(institute, make_packages.scorm(), dry_run=True)
    assert (told.packages, Package.objects.exists()) == (1, False)
    assert told == make_packages.imported(institute, make_packages.scorm())


def test_what_is_published_stays_while_a_newer_text_waits(standards: None, institute: Any) -> None:
    make_packages.imported(institute, zipped(), "markdown")
    make_packages.published("whole")
    module = whole().modules[1]
    other = dataclasses.replace(module, lessons=(dataclasses.replace(module.lessons[0], title="Another"),))
    newer = dataclasses.replace(whole(), modules=(whole().modules[0], other))
    report = make_packages.imported(institute, markdown_writer.write(newer, {"a.png": picture()}), "markdown")
    page = LessonPage.objects.get(key="l3", home="whole")
    assert (report.changed, report.imported, report.kept) == (1, 0, [])
    assert (page.title, page.live, page.has_unpublished_changes) == ("Lesson l3", True, True)
    assert page.get_latest_revision_as_object().title == "Another"


def test_what_an_author_edited_is_kept_and_named(standards: None, institute: Any) -> None:
    make_packages.imported(institute, zipped(), "markdown")
    page = LessonPage.objects.get(key="l2", home="whole")
    page.title = "Edited here"
    page.save_revision()
    report = make_packages.imported(institute, zipped(), "markdown")
    assert report.kept == ["The lesson 'l2' was edited here and stays as it is."]


def test_a_course_of_another_organisation_is_not_touched(
    standards: None, institute: Any, northmoor: Any
) -> None:
    make_packages.imported(institute, zipped(), "markdown")
    with pytest.raises(importing.NotYours):
        make_packages.imported(northmoor, zipped(), "markdown")


@pytest.mark.parametrize("format", ["markdown", "common-cartridge"])
def test_what_is_exported_comes_back_the_same(standards: None, institute: Any, format: str) -> None:
    make_packages.imported(institute, zipped(), "markdown")
    first = documents.export(make_packages.published("whole"), format)
    incoming = documents_read(first.data, format)
    importing.import_course(
        organisation_id=institute.id,
        incoming=frame.under_key(incoming, "copy"),
        provenance=installing.Provenance("x", "0" * 64),
    )
    again = documents.export(make_packages.published("copy"), format)
    assert again.digest == first.digest
    assert first.lessons == 3


def documents_read(data: bytes, format: str) -> Any:
    return make_packages.exchange.read(data, format, standing.standing())


def test_a_shipped_course_comes_back_the_same(library: None, institute: Any) -> None:
    made = documents.export(CoursePage.objects.get(key="lead-auditor"), "common-cartridge")
    read = documents_read(made.data, "common-cartridge")
    assert frame.digest(read.course, read.images) == made.digest
    assert (read.refused, made.lessons > 30) == ((), True)


def test_the_files_of_a_package_are_kept_once(standards: None, institute: Any) -> None:
    make_packages.imported(institute, make_packages.scorm(parts=2))
    assert list(PackageFile.objects.values_list("path", flat=True)) == ["imsmanifest.xml", "index.html"]
    assert Sco.objects.count() == 2
    again = make_packages.imported(institute, make_packages.scorm(parts=2))
    assert (again.imported, again.packages, Package.objects.count()) == (0, 0, 1)


# --- the commands -------------------------------------------------------------------------------------


def test_the_command_imports_a_folder_and_reports(
    standards: None, institute: Any, tmp_path: Path, capsys: Any
) -> None:
    folder, report = tmp_path / "course", tmp_path / "report.json"
    (folder / "one").mkdir(parents=True)
    make_packages.unpacked(zipped(), folder)
    call_command(
        "import_course", str(folder), organisation="institute", format="markdown", report=report, dry_run=True
    )
    assert "A dry run: nothing was written." in capsys.readouterr().out
    call_command("import_course", str(folder), organisation="institute", format="markdown", report=report)
    assert json.loads(report.read_text())["lessons"] == 3
    make_packages.published("whole")
    call_command("export_course", "whole", str(tmp_path / "out.zip"), format="scorm-2004")
    assert (tmp_path / "out.zip").read_bytes().startswith(b"PK")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ({"organisation": "nobody"}, "no organisation 'nobody'"),
        ({"profile": "none"}, "no profile 'none'"),
        ({"format": "scorm"}, "no imsmanifest.xml"),
        ({"key": "Not A Key"}, "is no key"),
    ],
)
def test_the_command_refuses_with_a_sentence(
    standards: None, institute: Any, tmp_path: Path, said: dict[str, str], says: str
) -> None:
    (tmp_path / "x.zip").write_bytes(zipped())
    with pytest.raises(CommandError) as refused:
        call_command(
            "import_course",
            str(tmp_path / "x.zip"),
            **{"organisation": "institute", "format": "markdown"} | said,
        )
    assert says in str(refused.value)
    assert "Nothing was imported." in str(refused.value)


def test_a_file_with_a_faulty_lesson_brings_the_others(
    standards: None, institute: Any, tmp_path: Path
) -> None:
    files = make_packages.files_of(zipped())
    files["01-module-1/02-l2.md"] = b"\xff"
    (tmp_path / "x.zip").write_bytes(pack(files))
    with pytest.raises(SystemExit) as ended:
        call_command("import_course", str(tmp_path / "x.zip"), organisation="institute", format="markdown")
    assert ended.value.code == 3
    assert LessonPage.objects.filter(home="whole").count() == 2


def in_german(institute: Any) -> bytes:
    """A published course with a translation, names in German, and a picture in both texts, as an export writes it."""
    figure = {"image": "media/a.png", "alternative": "A line that rises", "caption": ""}
    make_packages.imported(institute, zipped(), "markdown")
    make_packages.published("whole")
    image = get_image_model().objects.get()
    lesson = make.lesson("l1")
    body = (
        *lesson.body,
        {"type": "figure", "value": figure | {"image": image.pk}, "id": make.id_of("l1", "block 2")},
    )
    page = LessonPage.objects.originals().get(home="small", key="l1")
    page.body = list(body)
    page.save_revision().publish()
    page.refresh_from_db()
    german = translating.empty(page, Locale.objects.get(language_code="de"))
    german.title, german.from_revision = "Lektion l1", page.live_revision_id
    german.save_revision().publish()
    course = CoursePage.objects.originals().get(key="small")
    words = {"language": "de", "translates": "0" * 16, "title": "Kurs small"}
    PageWords.objects.create(page_id=course.pk, **words)
    return documents.export(course, "markdown").data


def brought(institute: Any, data: bytes) -> importing.Report:
    return importing.import_course(
        organisation_id=institute.id,
        incoming=frame.under_key(documents_read(data, "markdown"), "copy"),
        provenance=installing.Provenance("x", "0" * 64),
    )


def test_translations_come_in_as_drafts_and_are_named(standards: None, institute: Any) -> None:
    data = in_german(institute)
    assert {"01-module-1/01-l1.de.md", "course.de.yaml"} <= set(make_packages.files_of(data))
    report = brought(institute, data)
    assert report.translations == ["Names of the course and its modules (Deutsch)", "Lektion l1 (Deutsch)"]
    assert (report.degraded, report.refused) == ([], [])
    page = LessonPage.objects.originals().get(home="copy", key="l1")
    german = LessonPage.objects.translations().get(translation_key=page.translation_key)
    assert (german.live, german.title) == (False, "Lektion l1")
    assert german.from_revision == page.latest_revision_id
    assert [block.block_type for block in german.body] == ["text", "check", "figure"]
    again = brought(institute, data)
    assert (again.imported, again.changed, again.translations) == (0, 0, report.translations)
    course = make_packages.published("copy")
    assert PageWords.objects.get(page_id=course.pk).title == "Kurs small"
    (note,) = brought(institute, data).degraded
    assert note.reason == "the course is published, and keeps the names that it has here"


def test_a_faulty_translation_is_refused_and_its_lesson_comes_in(standards: None, institute: Any) -> None:
    files = make_packages.files_of(in_german(institute))
    name = "01-module-1/01-l1.de.md"
    older = re.sub(rb'translates: "?\w+"?', b'translates: "0000000000000000"', files[name])
    files["01-module-1/01-l1.fr.md"] = files["01-module-1/09-gone.de.md"] = older
    files[name] = files[name].replace(b"    right: true\n", b"")
    report = brought(institute, pack(files))
    assert [one.where.split(":")[0] for one in report.refused][:1] == [name]
    assert report.lessons == 1
    assert report.translations == ["Names of the course and its modules (Deutsch)"]
    assert "01-module-1/09-gone.de.md" in [one.where for one in report.degraded]
    assert any("'fr' is none of the languages here" in one.reason for one in report.degraded)
