import pytest

from courses.documents import worksheet
from courses.models import CoursePage, LessonPage
from courses.queries import lessons
from courses.rules import worksheets
from tests.factories import courses as make

pytestmark = pytest.mark.django_db

EXERCISE = {
    "type": "exercise",
    "value": {"title": "Draw the limits", "minutes": 20, "text": "<p><i>a</i>; <i>b</i>; <i>c</i></p>"},
    "id": make.id_of("l1", "block 0"),
}


@pytest.fixture
def course():
    texts = [make.lesson("l1", body=(EXERCISE,), sample=True), make.lesson("l2", body=(EXERCISE,))]
    make.load(make.course("small", [make.module(1, texts)]))
    return CoursePage.objects.get(key="small")


def test_an_exercise_has_a_worksheet_for_who_reads_the_lesson(ada, course, signed_in) -> None:
    make.enrolled(ada, course)
    browser = signed_in(ada)
    address = "/learn/small/l2/worksheet/1/"
    assert f'href="{address}"' in browser.get("/learn/small/l2/").content.decode()
    answer = browser.get(address)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="l2-1.pdf"'
    assert answer.content.startswith(b"%PDF-1.7")
    for number in (0, 2):
        assert browser.get(f"/learn/small/l2/worksheet/{number}/").status_code == 404
    assert browser.get("/learn/small/l9/worksheet/1/").status_code == 404


def test_nobody_else_gets_it(dag, course, client, signed_in) -> None:
    address = "/learn/small/l2/worksheet/1/"
    assert client.get(address).headers["Location"].startswith("/accounts/login/")
    assert signed_in(dag).get(address).headers["Location"] == "/courses/small/"


def test_the_worksheet_of_the_sample_is_for_everyone_and_of_no_other_lesson(client, course) -> None:
    assert (
        'href="/courses/small/sample/worksheet/1/"' in client.get("/courses/small/sample/").content.decode()
    )
    answer = client.get("/courses/small/sample/worksheet/1/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="l1-1.pdf"'
    assert client.get("/courses/small/sample/worksheet/2/").status_code == 404
    assert client.get("/courses/none/sample/worksheet/1/").status_code == 404
    for language in ("\0", "xx", "de"):  # PostgreSQL can't be asked for the first
        assert client.get("/courses/small/sample/worksheet/1/", {"in": language}).status_code == 200


def test_the_same_worksheet_is_the_same_file_also_when_made_anew() -> None:
    printing = worksheet.Printing("Course", "Lesson 1.1", "Draw", 20, "<p>Text &amp; more.</p>")
    assert worksheet.render(printing) == worksheet._make(printing)


def test_every_shipped_lesson_has_an_exercise_with_room_to_answer(library) -> None:
    read = [lessons.reading(page).exercises for page in LessonPage.objects.all()]
    assert {len(exercises) for exercises in read} == {1}
    sheets = [worksheets.worksheet(exercise.html) for (exercise,) in read]
    assert sum(bool(sheet.answer) for sheet in sheets) >= len(sheets) - 1
    assert sum(bool(sheet.columns or sheet.boxes) for sheet in sheets) >= 40
