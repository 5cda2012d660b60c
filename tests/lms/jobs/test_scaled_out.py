"""Two web machines, workers by queue and two beats on one database: what compose.yaml runs, run by hand."""

import contextlib
import resource
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection

from exams import access
from exams.models import ResponseEvent, Sitting
from exams.queries import verification
from exams.states import SittingState
from lms.db import clock
from lms.jobs import beat
from lms.jobs.models import SweepRun
from tests.factories import exams as make
from tests.lms.jobs.test_brokers import database_url
from tests.processes import Processes, redis
from tests.serving import Client, descendants

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 240.0


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Processes]:
    if connection.vendor != "postgresql":
        pytest.skip("several machines need PostgreSQL")
    made = Processes(tmp_path, lambda _: database_url(), redis(number=7))
    yield made
    made.end()


def until(done: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def holders() -> list[int]:
    """The processes of the database that hold, or wait for, the beats' lock."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_locks JOIN pg_database d ON d.oid = database"
            " WHERE locktype = 'advisory' AND objid = %s AND granted AND datname = current_database()",
            [beat.LOCK],
        )
        return [pid for (pid,) in cursor.fetchall()]


def everybody_is_answered(port: int, browsers: int) -> None:
    """So many browsers keep a connection open, and each is answered on it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(max(soft, browsers + 500), hard), hard))
    with contextlib.ExitStack() as opened:
        for number in range(browsers):
            client = Client(port)
            opened.callback(client.session.close)
            client.session.request("GET", "/health/live", headers=client.headers)
            answer = client.session.getresponse()
            answer.read()
            assert answer.status == 200, f"browser {number} of {browsers}"


def test_two_webs_share_a_sitting_workers_end_and_mark_it_and_one_beat_of_two_rings(house, ada, ben):
    exam = make.exam()
    running, over = make.running(exam, ada), make.running(make.exam("over"), ben)
    make.answer(over, make.right_answers(over))
    due = clock.now() - timedelta(seconds=30)
    Sitting.objects.filter(pk=over.pk).update(started_at=due - timedelta(minutes=10), deadline_at=due)
    connection.close()
    for name in ("beat", "beat again"):
        house.start(name, "beat")
    for name, group in (
        ("one", "web"),
        ("two", "web"),
        ("urgent", "urgent"),
        ("usual", "usual"),
        ("slow", "slow"),
    ):
        house.start(name, group)

    token = access.token(sitting_uuid=running.uuid, person_id=running.candidate_id, epoch=1)
    for name in ("one", "two"):
        house.answers(name)
    clients = [Client(house.ports[name]) for name in ("one", "two")]
    for seq in range(1, 9):
        events = [{"seq": seq, "position": seq % 5 + 1, "value": "a"}]
        path = f"/api/v1/sittings/{running.uuid}/responses"
        status, said = clients[seq % 2].post(
            path, {"epoch": 1, "events": events}, **{"X-Sitting-Token": token}
        )
        assert (status, said["verdicts"][0]["verdict"]) == (200, "accepted")
    for client in clients:
        client.session.close()
    everybody_is_answered(house.ports["one"], 1_200)
    assert ResponseEvent.objects.filter(sitting=running).count() == 8
    assert verification.finding(running.uuid).fault is None

    until(
        lambda: Sitting.objects.get(pk=over.pk).state == SittingState.MARKED,
        "the sitting is closed and marked",
    )

    until(lambda: len(holders()) == 1, "one beat holds the lock")
    # Whichever of the two it is, it is killed; the other takes the lock and rings.
    [before] = holders()
    with connection.cursor() as cursor:
        cursor.execute("SELECT client_port FROM pg_stat_activity WHERE pid = %s", [before])
        [(port,)] = cursor.fetchall()
    holder = next(name for name in ("beat", "beat again") if port in ports_of(house, name))
    house.kill(holder)
    until(lambda: holders() not in ([], [before]), "the other beat takes the lock")
    killed_at = clock.now()
    ringing = SweepRun.objects.filter(name="jobs.ring_again", begun_at__gt=killed_at)
    until(ringing.exists, "it rings")
    assert len(holders()) == 1


def ports_of(house: Processes, name: str) -> set[int]:
    """The ports of this machine from which a process, or one below it, has connections open."""
    inodes = set()
    for pid in (house.running[name].pid, *descendants(house.running[name].pid)):
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                target = str(link.readlink())
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    fields = [line.split() for line in lines]
    return {int(one[1].rpartition(":")[2], 16) for one in fields if one[9] in inodes}
