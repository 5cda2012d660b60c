"""A whole hall of candidates at once, against the product as it is served; and one sitting from end to end.

On PostgreSQL alone: what is asked is how many can sit at once, and for that SQLite is not meant.
"""

import asyncio
import http.cookies
import io
import json
import os
import re
import statistics
import threading
import time
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

import psycopg
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection
from django.urls import reverse

from exams import access
from exams.actions import endings, marking, results
from exams.models import ResponseEvent, Result, Sitting, SittingChange
from exams.states import SittingState
from lms.db import clock
from lms.wsgi import application
from tests import cast
from tests.bench.measuring import once, table
from tests.bench.ways import Bare
from tests.factories import exams as make
from tests.serving import PUBLIC_HOST, Served, descendants

SECRET = "b" * 32  # of the forms: any will do, as long as cookie and field agree
HALL, DEADLINES, LENGTH = 200, 1000, 80
CONNECTIONS, SECONDS = 32, 5.0
TICKS = os.sysconf("SC_CLK_TCK")


def spent(*pids: int) -> float:
    """Seconds of processor time that these processes have used so far."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / TICKS


def durable() -> str:
    """How the database promises that what is committed stays."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('fsync'), current_setting('synchronous_commit')")
        return "fsync {}, synchronous_commit {}".format(*cursor.fetchone())


# --- a client that costs next to nothing ----------------------------------------------------------------


def request(path: str, body: bytes, **headers: str) -> bytes:
    lines = [
        f"POST {path} HTTP/1.1",
        f"Host: {PUBLIC_HOST}",
        "X-Forwarded-Proto: https",
        f"Content-Length: {len(body)}",
    ]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + body


async def answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    return int(head[9:12]), await reader.readexactly(int(length.group(1)) if length else 0)


async def each(port: int, requests: list[bytes], connections: int) -> list[tuple[float, int]]:
    """Sends every request once, over so many connections; (seconds, status) of each."""
    found: list[tuple[float, int]] = []
    left = iter(requests)

    async def work() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for one in left:
            begun = time.perf_counter()
            writer.write(one)
            status, _ = await answer(reader)
            found.append((time.perf_counter() - begun, status))
        writer.close()

    await asyncio.gather(*(work() for _ in range(connections)))
    return found


# --- the ways ---------------------------------------------------------------------------------------------


def saving(exam: Any, people: list[Any], web: Served) -> None:
    """Saves in a second by the served door, against what the driver alone commits over as many connections."""
    sat = [make.running(exam, person) for person in people[:CONNECTIONS]]
    tokens = [access.token(sitting_uuid=one.uuid, person_id=one.candidate_id, epoch=1) for one in sat]
    found: list[float] = []

    async def candidate(place: int, until: float) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", web.port)
        path, seq = f"/api/v1/sittings/{sat[place].uuid}/responses", 0
        while time.perf_counter() < until:
            seq += 1
            body = b'{"epoch": 1, "events": [{"seq": %d, "position": %d, "value": "a"}]}' % (seq, seq % 5 + 1)
            begun = time.perf_counter()
            writer.write(request(path, body, X_Sitting_Token=tokens[place]))
            status, said = await answer(reader)
            found.append(time.perf_counter() - begun)
            assert status == 200 and b'"accepted"' in said, said
        writer.close()

    async def hall() -> None:
        until = time.perf_counter() + SECONDS
        await asyncio.gather(*(candidate(place, until) for place in range(CONNECTIONS)))

    assert web.process is not None
    workers = descendants(web.process.pid)
    before, begun = spent(*workers), time.perf_counter()
    asyncio.run(hall())
    rate = len(found) / (time.perf_counter() - begun)
    cost = (spent(*workers) - before) / len(found)
    late = statistics.quantiles(found, n=100)[98]
    floor = by_driver(make.running(exam, people[CONNECTIONS]))
    print(f"\nSaves over {CONNECTIONS} connections, each waiting for its acknowledgement ({durable()})")
    print(f"  the driver alone, over 8 connections        {floor:8.0f} a second")
    print(
        f"  POST /api/v1/sittings/…/responses           {rate:8.0f} a second   {rate / floor:.2f} × the driver"
    )
    print(f"  99 of 100 answered within                   {late * 1000:8.0f} ms")
    print(f"  processor time of the web server, each      {cost * 1000:8.2f} ms")


def by_driver(sitting: Sitting) -> float:
    """Commits in a second of the same insert by psycopg, from eight threads."""
    insert = (
        f"INSERT INTO {ResponseEvent._meta.db_table} (sitting_id, number, epoch, seq, position, value, at, digest)"
        " VALUES (%s, %s, 1, %s, 1, '\"a\"', now(), %s)"
    )
    known = connection.get_connection_params()
    done = [0] * 8
    until = time.perf_counter() + SECONDS / 2

    def work(place: int) -> None:
        wanted = {key: known[key] for key in ("dbname", "user", "password", "host", "port") if key in known}
        with psycopg.connect(**wanted) as session:
            while time.perf_counter() < until:
                number = done[place] * 8 + place + 1
                session.execute(insert, (sitting.pk, number, number, b"0" * 32))
                session.commit()
                done[place] += 1

    threads = [threading.Thread(target=work, args=(place,)) for place in range(8)]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (time.perf_counter() - begun)


def crowding(exam: Any, people: list[Any], web: Served) -> None:
    """So many who start, and hand in, at the same moment."""
    entered = [make.entered(exam, person) for person in people]
    cookies = [_cookies(person) for person in people]
    form = urlencode({"csrfmiddlewaretoken": SECRET}).encode()

    def together(name: str, paths: list[str]) -> None:
        requests = [
            request(
                path, form, Cookie=cookie, Content_Type="application/x-www-form-urlencoded",
                Origin=f"https://{PUBLIC_HOST}", Referer=f"https://{PUBLIC_HOST}/",
            )
            for path, cookie in zip(paths, cookies, strict=True)
        ]  # fmt: skip
        begun = time.perf_counter()
        found = asyncio.run(each(web.port, requests, len(requests)))
        whole = time.perf_counter() - begun
        wrong = sum(status != 302 for _, status in found)
        alone = statistics.median(seconds for seconds, _ in asyncio.run(each(web.port, requests[:8], 1)))
        print(f"  {len(paths)} {name:<38}{whole:8.2f} s   {whole / alone:.0f} × one alone, {wrong} errors")

    print(f"\n{len(people)} at the same moment, until all are done")
    together("starts", [reverse("exams:entry", args=[one.entry.uuid]) for one in entered])
    together("hand-ins", [reverse("exams:submit", args=[one.uuid]) for one in entered])


def _cookies(person: Any) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.create()
    return f"__Host-session={session.session_key}; __Host-csrf={SECRET}"


def closing(exam: Any, people: list[Any], bare: Bare) -> None:
    """A thousand deadlines in one second, each sitting with five answers."""
    for person in people:
        sitting = make.running(exam, person)
        make.answer(sitting, {1: "a", 2: "b", 3: "c", 4: "a", 5: "b"})
    due = clock.now() - timedelta(seconds=11)
    mine = Sitting.objects.filter(state=SittingState.RUNNING, candidate__in=people)
    mine.update(started_at=due - timedelta(minutes=10), deadline_at=due)
    note = f"INSERT INTO {SittingChange._meta.db_table} (sitting_id, event, from_state, to_state, epoch, note, at)"
    begun = time.perf_counter()
    for _ in range(DEADLINES // 5):
        bare.write(f"{note} VALUES (?, 'noted', '', '', 1, '', ?)", sitting.pk, due)
    floor = (time.perf_counter() - begun) / (DEADLINES // 5)
    begun, used = time.perf_counter(), time.process_time()
    closed = endings.close_overdue()
    whole, cost = time.perf_counter() - begun, time.process_time() - used
    print(f"\n{closed} deadlines in one second, closed by one worker")
    ratio = whole / closed / floor
    print(
        f"  until the last is closed                    {whole:8.2f} s   {ratio:.1f} × as many bare inserts by the driver"
    )
    print(f"  processor time of the worker, each          {cost / closed * 1000:8.2f} ms")


class Browser:
    """One candidate's browser, without the network: each request through the application as a server calls it."""

    def __init__(self) -> None:
        self.jar: http.cookies.SimpleCookie = http.cookies.SimpleCookie()

    def ask(
        self, path: str, body: bytes = b"", kind: str = "application/json", **headers: str
    ) -> tuple[int, bytes]:
        cookie = "; ".join(f"{name}={one.value}" for name, one in self.jar.items())
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST" if body else "GET",
            "PATH_INFO": path,
            "CONTENT_LENGTH": str(len(body)),
            "CONTENT_TYPE": kind,
            "wsgi.input": io.BytesIO(body),
            "HTTP_HOST": "localhost",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_COOKIE": cookie,
            "HTTP_ACCEPT_ENCODING": "gzip",
        }
        environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
        setup_testing_defaults(environ)
        status: list[str] = []

        def begin(said: str, fields: list[tuple[str, str]], *_: Any) -> None:
            status.append(said)
            for name, value in fields:
                if name == "Set-Cookie":
                    self.jar.load(value)

        given = application(environ, begin)
        content = b"".join(given)
        given.close()
        code = int(status[0][:3])
        assert code in (200, 302), f"{path} answered {status[0]}: {content[:200]!r}"
        return code, content

    def post(self, path: str, **fields: str) -> None:
        token = self.jar["csrftoken"].value
        body = urlencode(fields | {"csrfmiddlewaretoken": token}).encode()
        code, _ = self.ask(path, body, "application/x-www-form-urlencoded")
        assert code == 302, f"{path} did not lead on"


class Way:
    """The way of one candidate through a sitting, in the parts that are measured."""

    def __init__(self, exam: Any, person: Any) -> None:
        self.sitting, self.person = make.entered(exam, person), person
        self.browser = Browser()
        self.examiner_id = cast.person("eve").pk

    def login(self) -> None:
        self.browser.ask(reverse("account_login"))
        self.browser.post(reverse("account_login"), login=self.person.email, password=cast.PASSWORD)

    def start(self) -> None:
        self.browser.ask(reverse("exams:entry", args=[self.sitting.entry.uuid]))
        self.browser.post(reverse("exams:entry", args=[self.sitting.entry.uuid]))

    def paper(self) -> None:
        self.browser.ask(reverse("exams:paper", args=[self.sitting.uuid]))

    def save(self) -> None:
        doors = f"/api/v1/sittings/{self.sitting.uuid}"
        token = access.token(sitting_uuid=self.sitting.uuid, person_id=self.person.pk, epoch=1)
        lent = json.loads(self.browser.ask(f"{doors}/lease", b"{}", X_SITTING_TOKEN=token)[1])
        for seq in range(1, LENGTH + 1):
            event = {"seq": seq, "position": seq, "value": "a"}
            body = json.dumps({"epoch": lent["epoch"], "events": [event]}).encode()
            self.browser.ask(f"{doors}/responses", body, X_SITTING_TOKEN=lent["token"])

    def hand_in(self) -> None:
        self.browser.post(reverse("exams:submit", args=[self.sitting.uuid]))
        self.browser.ask(reverse("exams:receipt", args=[self.sitting.uuid]))

    def mark(self) -> None:
        marking.mark(sitting_id=self.sitting.pk)
        result = Result.objects.get(sitting=self.sitting)
        results.release(result_uuid=result.uuid, examiner_id=self.examiner_id)

    def result(self) -> None:
        uuid = Result.objects.values_list("uuid", flat=True).get(sitting=self.sitting)
        self.browser.ask(reverse("exams:result", args=[uuid]))


def sitting_through(exam: Any) -> None:
    """One sitting of eighty items, from the login to the result, by its parts."""
    first = Way(exam, cast.person("ada"))  # loads templates and parts of the product
    way = Way(exam, cast.person("ben"))
    names = {
        "login": "login",
        "start": "start",
        "paper": "the paper, with all its items",
        "save": "lease, and a save for each answer",
        "hand_in": "hand in, and receipt",
        "mark": "marking and release",
        "result": "result",
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        backend = cursor.fetchone()[0]
    for name in names:
        getattr(first, name)()
    before = spent(backend)
    parts = {said: once(getattr(way, name)) for name, said in names.items()}
    database = spent(backend) - before
    whole = sum(parts.values())
    table(
        f"A whole sitting of {LENGTH} items (a tuned Moodle 4.5 takes 0.99 s on two cores)",
        [
            ("all of it", whole, f"{whole / 0.99:.2f} of that"),
            *((f"  {name}", cost, "") for name, cost in parts.items()),
            ("the database's process, besides", database, "in ticks of 10 ms"),
        ],
        base="all of it",
    )


def hall(folder: Path, bare: Bare) -> None:
    """All of these ways, one after the other."""
    if connection.vendor != "postgresql":
        print("\nThe hall is left out: it is measured on PostgreSQL (DATABASE_URL=postgres://…).")
        return
    exam = make.exam("hall", forms=1)
    long = make.exam("long", forms=1)
    make.long_form(long, LENGTH)
    sitting_through(long)
    people = make.people(DEADLINES)
    known = connection.settings_dict
    host = f"{known['HOST'] or '127.0.0.1'}:{known['PORT'] or 5432}"
    secret = f":{known['PASSWORD']}" if known["PASSWORD"] else ""
    web = Served(folder / "web", f"postgres://{known['USER']}{secret}@{host}/{known['NAME']}")
    web.open()
    try:
        saving(exam, people, web)
        crowding(make.exam("crowd", forms=2), people[:HALL], web)
    finally:
        web.close()
    closing(make.exam("deadlines"), people, bare)
