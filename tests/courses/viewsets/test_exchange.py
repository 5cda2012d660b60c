"""Importing and exporting in the page editor: a preview first, and only what one's own organisation gives."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from courses.models import CoursePage
from tests.courses.actions.test_importing import standards, zipped  # noqa: F401  a fixture
from tests.factories import packages as make_packages

pytestmark = pytest.mark.django_db
IMPORT, EXPORT = "/admin/courses/import/", "/admin/courses/export/"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.fixture
def author(standards: None, finn: Any, institute: Any) -> Client:  # noqa: F811
    client = Client()
    client.force_login(finn)
    return client


def posted(client: Client, organisation: Any, data: bytes, **more: str) -> Any:
    said = {"organisation": str(organisation.id), "format": "markdown", "profile": "lead", **more}
    return client.post(IMPORT, said | {"file": SimpleUploadedFile("course.zip", data)})


def test_a_file_is_shown_first_and_written_when_it_is_confirmed(
    author: Client, institute: Any, finn: Any
) -> None:
    assert author.get(IMPORT).status_code == 200
    preview = posted(author, institute, zipped())
    assert (preview.status_code, CoursePage.objects.filter(key="whole").exists()) == (200, False)
    shown = preview.content.decode()
    assert "2 modules and 3 lessons" in shown
    ticket = re.search(r'name="ticket" value="([^"]+)"', shown)
    assert ticket
    said = {
        "organisation": str(institute.id),
        "format": "markdown",
        "profile": "lead",
        "ticket": ticket[1],
        "confirm": "yes",
    }
    done = author.post(IMPORT, said)
    course = CoursePage.objects.get(key="whole")
    assert (done.status_code, course.live, course.owner) == (302, False, finn)
    gone = author.post(IMPORT, said)
    assert (gone.status_code, "can&#x27;t be read any more" in gone.content.decode()) == (422, True)


@pytest.mark.parametrize("data", [b"not a zip", b""])
def test_a_file_that_is_none_is_refused_with_a_sentence(author: Client, institute: Any, data: bytes) -> None:
    answer = posted(author, institute, data)
    assert answer.status_code == 422
    assert "othing was imported" in answer.content.decode() or "empty" in answer.content.decode()


def test_a_file_that_is_too_large_is_not_read(author: Client, institute: Any, settings: Any) -> None:
    answer = author.post(
        IMPORT, b"", content_type="multipart/form-data; boundary=x", CONTENT_LENGTH=str(10**9)
    )
    assert answer.status_code == 413
    assert "nothing was imported" in answer.content.decode()


def test_a_foreign_page_can_send_nothing(author: Client, institute: Any, finn: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(finn)
    assert posted(client, institute, zipped()).status_code == 403


def test_for_another_organisation_nobody_imports(author: Client, northmoor: Any) -> None:
    assert posted(author, northmoor, zipped()).status_code == 422
    assert not CoursePage.objects.filter(key="whole").exists()


@pytest.mark.parametrize("name", ["hana", "ada"])
def test_who_writes_no_courses_is_not_let_in(standards: None, name: str, request: Any) -> None:  # noqa: F811
    client = Client()
    client.force_login(request.getfixturevalue(name))
    assert client.get(IMPORT).status_code in (302, 403)
    assert client.get(EXPORT).status_code in (302, 403)


def test_a_course_leaves_after_a_preview(author: Client, institute: Any) -> None:
    make_packages.imported(institute, make_packages.scorm())
    course = make_packages.published("golf")
    said = {"course": str(course.pk), "format": "common-cartridge"}
    shown = author.post(EXPORT, said).content.decode()
    assert "the package that it runs is not exported" in shown
    answer = author.post(EXPORT, said | {"download": "yes"})
    assert answer.content.startswith(b"PK")
    assert answer["Content-Disposition"] == 'attachment; filename="golf-common-cartridge.imscc"'
