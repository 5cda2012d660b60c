"""What a candidate's ways cost: statements, however many sittings there were, and bytes to the browser."""

import gzip
import random
import re
from typing import Any

import pytest
from django.contrib.staticfiles import finders
from django.db import connection
from django.urls import reverse

from exams.actions import responses, sittings
from exams.models import Entry, ResponseEvent, Sitting
from exams.rules.acceptance import Event
from exams.states import ClosedBy, SittingState
from lms.db import clock
from lms.web.storage import lean
from tests.counting import statements
from tests.factories import exams as make

pytestmark = pytest.mark.django_db

MODULES = ("words", "state", "clock", "store", "sync", "paper", "keys", "main")
LOGIN = ("django_session", "accounts_person")  # who is asking: what every page of the house asks first


def crowd(exam: Any, person: Any, number: int) -> None:
    """So many sittings that have ended, each with three answers, straight into the tables."""
    at = clock.now()
    model = make.running(exam, person)
    made = Entry.objects.bulk_create(
        Entry(candidate=person, exam=exam, agreement=model.entry.agreement, agreed_at=at, entered_at=at)
        for _ in range(number)
    )
    Sitting.objects.bulk_create(
        Sitting(
            entry=entry, candidate=person, exam=exam, form_id=model.form_id, state=SittingState.SUBMITTED,
            started_at=model.started_at, deadline_at=model.deadline_at, time_allowed=model.time_allowed,
            submitted_at=model.deadline_at, closed_by=ClosedBy.CLOCK, epoch=1, answered=3, chain_length=3,
        )
        for entry in made
    )  # fmt: skip
    events = ResponseEvent._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {events} (sitting_id, number, epoch, seq, position, value, at, digest)"
            " SELECT s.id, n.n, 1, n.n, n.n, '\"a\"', s.started_at, %s FROM exams_sitting s"
            " CROSS JOIN (SELECT 1 AS n UNION SELECT 2 UNION SELECT 3) n WHERE s.state = 'submitted'",
            [b"0" * 32],
        )
        cursor.execute("ANALYZE")


def counted(work: Any) -> tuple[int, int]:
    """Statements of the work itself, and those that asked who is asking."""
    with statements() as said:
        work()
    asking = [one for one in said if any(f'FROM "{table}"' in one for table in LOGIN)]
    return len(said) - len(asking), len(asking)


@pytest.mark.parametrize("number", [10, 10_000])
def test_the_ways_cost_the_same_number_of_statements_whatever_there_was(number, ada, ben, signed_in) -> None:
    exam = make.exam(forms=3)
    crowd(exam, ben, number)
    entered = make.entered(exam, ada)
    browser = signed_in(ada)
    start = lambda: browser.post(reverse("exams:entry", args=[entered.entry.uuid]))  # noqa: E731
    paper = lambda: browser.get(reverse("exams:paper", args=[entered.uuid]))  # noqa: E731
    submit = lambda: browser.post(reverse("exams:submit", args=[entered.uuid]))  # noqa: E731
    event = Event(1, 1, 1, "a")
    save = lambda: responses.save(  # noqa: E731
        sitting_uuid=entered.uuid, person_id=ada.pk, epoch=1, events=[event]
    )
    assert counted(start) == (7, 2)
    assert counted(paper) == (3, 2)
    assert counted(save) == (2, 0)
    assert counted(submit) == (8, 2)


def test_the_actions_keep_within_what_was_set(ada) -> None:
    """Start 8, save 2, hand in 6: without the page that a browser sees before and after."""
    entered = make.entered(make.exam(forms=3), ada)
    assert counted(lambda: sittings.start(entry_uuid=entered.entry.uuid, person_id=ada.pk))[0] <= 8
    assert counted(lambda: sittings.submit(sitting_uuid=entered.uuid, person_id=ada.pk))[0] <= 6


def test_a_save_reads_no_table_from_end_to_end(ada, ben) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("it is PostgreSQL that may choose to")
    exam = make.exam()
    crowd(exam, ben, 10_000)
    sitting = make.running(exam, ada)
    saves: list[tuple[str, Any]] = []

    def listen(execute: Any, statement: str, values: Any, many: bool, context: Any) -> Any:
        if ResponseEvent._meta.db_table in statement:
            saves.append((statement, values))
        return execute(statement, values, many, context)

    with connection.execute_wrapper(listen):
        make.answer(sitting, {1: "a", 2: "b"}, epoch=1)
        sittings.take_over(sitting_uuid=sitting.uuid, person_id=ada.pk)
        make.answer(sitting, {1: "c"}, epoch=1, first=3)
    assert len(saves) == 4
    with connection.cursor() as cursor:
        for statement, values in saves:
            cursor.execute("EXPLAIN " + statement, values)
            plan = "\n".join(line for (line,) in cursor.fetchall())
            read = set(re.findall(r"Seq Scan on (\w+)", plan)) - {"exams_form"}  # a handful of rows
            assert read == set(), plan


# --- to the browser -------------------------------------------------------------------------------------


def as_served(name: str) -> bytes:
    """A static file as the browser gets it: compressed once, when files are collected."""
    path = finders.find(name)
    assert path, name
    with open(path, "rb") as file:
        content = file.read()
    return gzip.compress(lean(content) if name.endswith(".js") else content, 9)


def spoken(exam: Any) -> None:
    """Eighty items, each of as many words as a real one, and no two alike."""
    form = make.long_form(exam)
    chance = random.Random(42001)
    words = ["".join(chance.choices("etaoinshrdlu", k=chance.randint(2, 10))) for _ in range(1500)]
    say = lambda number: " ".join(chance.choices(words, k=number))  # noqa: E731
    form.package["items"] = [
        item | {"content": item["content"] | {"stem": say(45), "options": [
            option | {"text": say(14)} for option in item["content"]["options"]
        ]}}
        for item in form.package["items"]
    ]  # fmt: skip
    form.save()


def test_the_exam_page_on_an_empty_cache_is_light(ada, signed_in, record_property) -> None:
    exam = make.exam()
    spoken(exam)
    sitting = make.running(exam, ada)
    page = signed_in(ada).get(
        reverse("exams:paper", args=[sitting.uuid]), headers={"Accept-Encoding": "gzip"}
    )
    assert page["Content-Encoding"] == "gzip"
    text = gzip.decompress(page.content).decode()
    # Not the icon, which a browser asks for once for the whole site.
    names = set(re.findall(r'(?:href|src)="/static/([^"?]+)"', text)) - {"web/mark.svg"}
    own = gzip.decompress(as_served("exams/exam.css")).decode()
    assert re.search(r"\.exam \{ --serif: (?!.*Source Serif)", own), "no font is fetched for this page"
    sizes = {name: len(as_served(name)) for name in names}
    total = len(page.content) + sum(sizes.values())
    record_property(
        "evidence",
        f"exam page of 80 items on an empty cache: {total} bytes in {len(names) + 1} requests "
        f"(page {len(page.content)}, player {sum(size for name, size in sizes.items() if name.endswith('.js'))})",
    )
    assert {f"exams/{name}.js" for name in MODULES} <= names, "every module is preloaded"
    assert len(names) + 1 <= 14
    assert total <= 60_000


def test_a_paper_of_all_kinds_fetches_two_files_more_and_stays_as_light(ada, signed_in) -> None:
    sitting = make.running(make.mixed_exam(), ada)
    page = signed_in(ada).get(
        reverse("exams:paper", args=[sitting.uuid]), headers={"Accept-Encoding": "gzip"}
    )
    text = gzip.decompress(page.content).decode()
    names = set(re.findall(r'(?:href|src)="/static/([^"?]+)"', text)) - {"web/mark.svg"} | {"exams/kinds.js"}
    assert "exams/kinds.css" in names
    assert len(names) + 1 <= 16
    assert len(page.content) + sum(len(as_served(name)) for name in names) <= 60_000
    assert sum(len(as_served(f"exams/{name}.js")) for name in (*MODULES, "kinds")) <= 25_000


def test_the_player_is_light() -> None:
    assert sum(len(as_served(f"exams/{name}.js")) for name in MODULES) <= 25_000
