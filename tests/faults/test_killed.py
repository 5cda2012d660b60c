"""`kill -9` of the web server and of PostgreSQL while a hundred candidates sit: nothing acknowledged is missing.

The product is served as in production, on a database of its own: for PostgreSQL a whole cluster of its own, so that
killing it harms nobody. Each candidate saves without a pause and, as the player does, sends again what was not
acknowledged.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from exams.models import Sitting
from tests.factories import exams as make
from tests.faults.hall import Hall, nothing_is_missing
from tests.serving import Cluster, Served, django_on

pytestmark = pytest.mark.django_db(transaction=True)

CANDIDATES = 100
ON_POSTGRESQL = connection.vendor == "postgresql"


def sittings_of(number: int) -> list[Sitting]:
    exam = make.exam()
    return [make.running(exam, person) for person in make.people(number)]


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    if not ON_POSTGRESQL:
        pytest.skip("this run is on SQLite; the one on PostgreSQL kills PostgreSQL")
    if Cluster.programs() is None:
        pytest.fail("initdb is missing: apt-get install postgresql")
    made = Cluster()
    made.make()
    yield made
    made.remove()


def test_nothing_acknowledged_is_missing_after_web_server_and_postgresql_were_killed(
    cluster: Cluster, tmp_path: Path, record_property: Any
) -> None:
    cluster.restore(address_of_this_test(), "hall")
    with django_on(cluster.url("hall")):
        sittings = sittings_of(CANDIDATES)
    web = Served(tmp_path / "web", cluster.url("hall"))
    web.open()
    try:
        with Hall(sittings, web.port) as hall:
            hall.everybody_saves(2)
            before = hall.acknowledged
            web.kill_web()
            hall.everybody_saves(2)
            between = hall.acknowledged
            cluster.kill()
            cluster.start()
            hall.everybody_saves(2)
    finally:
        web.close()
    with django_on(cluster.url("hall")):
        nothing_is_missing(hall)
    record_property(
        "evidence",
        f"killed: {before} answers acknowledged, web server killed, {between}, PostgreSQL killed, "
        f"{hall.acknowledged}; {sum(one.unanswered for one in hall.candidates)} requests unanswered; none missing",
    )


def test_nothing_acknowledged_is_missing_on_sqlite_after_the_web_server_was_killed(
    tmp_path: Path, record_property: Any
) -> None:
    if ON_POSTGRESQL:
        pytest.skip("this run is on PostgreSQL")
    sittings = sittings_of(CANDIDATES)
    url = f"sqlite:///{connection.settings_dict['NAME']}"
    connection.close()
    web = Served(tmp_path / "web", url)
    web.open()
    try:
        with Hall(sittings, web.port) as hall:
            hall.everybody_saves(2)
            before = hall.acknowledged
            web.kill_web()
            hall.everybody_saves(2)
    finally:
        web.close()
    nothing_is_missing(hall)
    record_property(
        "evidence",
        f"killed: {before} answers acknowledged, web server killed, {hall.acknowledged} (SQLite); none missing",
    )


def address_of_this_test() -> str:
    known = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(known._replace(path=f"/{connection.settings_dict['NAME']}"))
