"""`kill -9` of the web server and of PostgreSQL while a hundred candidates sit: nothing acknowledged is missing.

The product is served as in production, on a database of its own: for PostgreSQL a whole cluster of its own, so that
killing it harms nobody. Each candidate saves without a pause and, as the player does, sends again what was not
acknowledged.
"""

import http.client
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import pytest
from django.db import connection

from exams import access
from exams.models import ResponseEvent, Sitting
from exams.queries import verification
from tests.factories import exams as make
from tests.serving import Client, Cluster, Served, django_on

pytestmark = pytest.mark.django_db(transaction=True)

CANDIDATES = 100
PATIENCE = 90.0
ON_POSTGRESQL = connection.vendor == "postgresql"


@dataclass
class Candidate:
    """Saves batch after batch, and keeps what was acknowledged."""

    sitting: Sitting
    port: int
    acknowledged: dict[int, tuple[int, str]] = field(default_factory=dict)  # by seq: position and value
    refused: list[Any] = field(default_factory=list)
    unanswered: int = 0
    rounds: int = 0

    def sit(self, stop: threading.Event) -> None:
        client = Client(self.port)
        path = f"/api/v1/sittings/{self.sitting.uuid}/responses"
        token = access.token(sitting_uuid=self.sitting.uuid, person_id=self.sitting.candidate_id, epoch=1)
        while not stop.is_set():
            first = len(self.acknowledged) + 1
            events = [
                {"seq": seq, "position": seq % 5 + 1, "value": "abc"[seq % 3]} for seq in (first, first + 1)
            ]
            try:
                status, said = client.post(path, {"epoch": 1, "events": events}, **{"X-Sitting-Token": token})
            except (OSError, http.client.HTTPException):
                status, said = 0, {}
            if status != 200:
                self.unanswered += 1
                if status not in (0, 500, 502, 503):
                    self.refused.append((status, said))
                time.sleep(0.2)
                continue
            for event, one in zip(events, said["verdicts"], strict=True):
                if one["verdict"] in ("accepted", "duplicate"):
                    self.acknowledged[event["seq"]] = (event["position"], event["value"])
                else:
                    self.refused.append(one)
            self.rounds += 1
            time.sleep(0.05)
        client.session.close()


class Hall:
    """All the candidates at once."""

    def __init__(self, sittings: list[Sitting], port: int) -> None:
        self.candidates = [Candidate(sitting, port) for sitting in sittings]
        self.stop = threading.Event()
        self.threads = [
            threading.Thread(target=candidate.sit, args=(self.stop,)) for candidate in self.candidates
        ]

    def __enter__(self) -> "Hall":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def everybody_saves(self, times: int) -> None:
        """Waits until each has been acknowledged so many batches more."""
        aim = [candidate.rounds + times for candidate in self.candidates]
        deadline = time.monotonic() + PATIENCE
        while any(one.rounds < due for one, due in zip(self.candidates, aim, strict=True)):
            assert time.monotonic() < deadline, "everybody is served again"
            time.sleep(0.05)

    @property
    def acknowledged(self) -> int:
        return sum(len(candidate.acknowledged) for candidate in self.candidates)


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


def nothing_is_missing(hall: Hall) -> None:
    for candidate in hall.candidates:
        assert not candidate.refused
        rows = ResponseEvent.objects.filter(sitting=candidate.sitting).values_list("seq", "position", "value")
        stored = {seq: (position, value) for seq, position, value in rows}
        assert {seq: stored.get(seq) for seq in candidate.acknowledged} == candidate.acknowledged
        # What was stored and never acknowledged is at most the batch that was on its way.
        assert len(stored) - len(candidate.acknowledged) <= 2
        assert verification.finding(candidate.sitting.uuid).fault is None


def address_of_this_test() -> str:
    known = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(known._replace(path=f"/{connection.settings_dict['NAME']}"))
