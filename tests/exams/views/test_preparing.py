from datetime import datetime

import pytest

from lms.db import clock
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db


def test_what_a_device_needs_is_a_list_for_everybody_also_without_scripts(client) -> None:
    make.exam("trial", kind="practice")
    text = client.get("/system-check/").content.decode()
    for said in ("<noscript>", "Cookies of this site", "IndexedDB", "/system-check/time/", "Exam trial"):
        assert said in text


def test_the_server_tells_its_time_and_asks_nothing_of_the_database(client) -> None:
    before = clock.now()
    with statements() as said:
        answer = client.get("/system-check/time/")
    assert said == []
    assert before <= datetime.fromisoformat(answer.json()["server_time"]) <= clock.now()
    assert "no-store" in answer["Cache-Control"]
    assert client.post("/system-check/time/").status_code == 405


def test_the_screen_is_explained_in_words_and_a_practice_exam_is_the_place_to_try(client) -> None:
    assert "No practice exam is open" in client.get("/tutorial/").content.decode()
    make.exam("trial", kind="practice")
    text = client.get("/tutorial/").content.decode()
    assert "/exams/trial/" in text
    assert "Review all items" in text
