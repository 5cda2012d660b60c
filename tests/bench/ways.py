"""The ways that are measured, each through the code that serves it in earnest."""

import hashlib
import io
import json
import sqlite3
from collections.abc import Callable
from itertools import count
from typing import Any
from wsgiref.util import setup_testing_defaults

import psycopg
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection

from certificates.actions import documents
from certificates.documents import certificate
from certificates.models import Credential
from exams import access
from exams.actions import responses
from exams.models import ResponseEvent, Sitting
from exams.rules.acceptance import Event
from lms.accounts.hashers import Argon2id
from lms.db import clock
from lms.kit import rosette
from lms.web import pdf, qr
from lms.wsgi import application
from tests.bench.measuring import costs, of_process, once, parts, table
from tests.counting import statements

HOLDERS = 300


def asked(path: str, *, query: str = "", body: bytes = b"", **headers: str) -> bytes:
    """One request through the application as the web server calls it."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST" if body else "GET",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/json",
        "wsgi.input": io.BytesIO(body),
        "HTTP_HOST": "localhost",
    }
    environ |= {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    setup_testing_defaults(environ)
    status: list[str] = []
    answer = application(environ, lambda said, _headers, *_: status.append(said))
    content = b"".join(answer)
    getattr(answer, "close", lambda: None)()
    if not status[0].startswith("200"):
        raise RuntimeError(f"{path} answered {status[0]}: {content[:300]!r}")
    return content


class Bare:
    """The database's driver alone, with the settings of the product's own connection."""

    def __init__(self) -> None:
        name = connection.settings_dict["NAME"]
        self.mark = "%s"
        if connection.vendor == "postgresql":
            known = connection.get_connection_params()
            self.begin = "BEGIN"
            self.session: Any = psycopg.connect(
                **{key: known[key] for key in ("dbname", "user", "password", "host", "port") if key in known},
                autocommit=True,
            )
            return
        self.mark, self.begin = "?", "BEGIN IMMEDIATE"
        self.session = sqlite3.connect(name, isolation_level=None, timeout=20)
        self.session.executescript(connection.settings_dict["OPTIONS"]["init_command"])

    def write(self, statement: str, *values: object) -> None:
        self.session.execute(self.begin)
        self.session.execute(statement.replace("?", self.mark), values)
        self.session.execute("COMMIT")

    def read(self, statement: str, *values: object) -> list[Any]:
        return list(self.session.execute(statement.replace("?", self.mark), values).fetchall())


def saving(sitting: Sitting, beside: Sitting, bare: Bare) -> None:
    """One answer, acknowledged: by the JSON door, by the action alone, and as a bare insert (into `beside`)."""
    numbers = count(1)
    person_id = sitting.candidate_id
    token = access.token(sitting_uuid=sitting.uuid, person_id=person_id, epoch=1)
    insert = (
        f"INSERT INTO {ResponseEvent._meta.db_table} (sitting_id, number, epoch, seq, position, value, at, digest) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
    )
    moment, link = connection.ops.adapt_datetimefield_value(clock.now()), b"0" * 32

    def by_door() -> None:
        event = {"seq": next(numbers), "position": 1, "value": "a"}
        said = json.loads(
            asked(
                f"/api/v1/sittings/{sitting.uuid}/responses",
                body=json.dumps({"epoch": 1, "events": [event]}).encode(),
                x_sitting_token=token,
            )
        )
        assert said["verdicts"][0]["verdict"] == "accepted"

    def by_action() -> None:
        responses.save(
            sitting_uuid=sitting.uuid, person_id=person_id, epoch=1, events=[Event(1, next(numbers), 1, "a")]
        )

    def by_driver() -> None:
        number = next(numbers)
        bare.write(insert, beside.pk, number, 1, number, 1, '"a"', moment, link)

    for warm in (by_door, by_action, by_driver):
        warm()
    with statements() as said:
        by_door()
    found = costs({"driver": by_driver, "action": by_action, "door": by_door}, times=40)
    table(
        "An answer saved and acknowledged",
        [
            ("bare insert by the driver, committed", found["driver"], ""),
            ("the action", found["action"], ""),
            ("POST /api/v1/sittings/…/responses", found["door"], f"{len(said)} statements"),
        ],
        base="bare insert by the driver, committed",
    )


def verifying(credential: Credential, bare: Bare) -> None:
    """What an employer's scan costs, the first time in a process and afterwards."""
    page, machine = f"/v/{credential.number}/", "/api/v1/verify"
    key, number = f"k={credential.share_key}", f"number={credential.number}"
    select = f"SELECT * FROM {Credential._meta.db_table} WHERE folded = ?"
    cold = once(lambda: asked(page, query=key))
    said: dict[str, int] = {}
    for path, query in ((page, key), (machine, number)):
        with statements() as heard:
            asked(path, query=query)
        said[path] = len(heard)
    found = costs(
        {
            "driver": lambda: bare.read(select, credential.folded),
            "machine": lambda: asked(machine, query=number),
            "page": lambda: asked(page, query=key),
        },
        times=20,
    )
    table(
        f"A certificate verified, in a register of {HOLDERS + 1}",
        [
            ("bare select of its row by the driver", found["driver"], ""),
            ("GET /api/v1/verify", found["machine"], f"{said[machine]} statements"),
            ("GET /v/…/, warm", found["page"], f"{said[page]} statements"),
            ("GET /v/…/, first in its process", cold, "templates and imports included"),
        ],
        base="bare select of its row by the driver",
    )


def certifying(credential: Credential) -> None:
    """The document of a certificate, by its parts."""
    printing = documents.printing_of(credential.editions.get())
    first = once(lambda: certificate.render(printing))
    names = {
        "rosette": (rosette, "rosette"),
        "code (QR)": (qr, "data_uri"),
        "sizes of name and level": (certificate.fitting, "size"),
        "template": (certificate, "render_to_string"),
        "typesetting and PDF": (pdf, "make"),
    }
    times, made = 10, b""
    with parts(*((*place, name) for name, place in names.items())) as spent:
        total = once(lambda: [certificate.render(printing) for _ in range(times)]) / times
    made = certificate.render(printing)
    digest = costs({"digest": lambda: hashlib.sha256(made).hexdigest()}, times=20)["digest"]
    table(
        f"A certificate made ({len(made) / 1000:.0f} kB)",
        [
            ("all of it", total, f"{1 / total:.0f} a second and processor"),
            *((f"  {name}", cost / times, "") for name, cost in spent.items()),
            ("  digest of the file", digest, "besides"),
            ("the first in its process", first, "WeasyPrint, fonts and border included"),
        ],
        base="all of it",
    )


def starting_and_entering() -> None:
    """What a process costs before it can answer, and what a login's password costs."""
    bare = of_process("pass")
    whole = of_process("import lms.wsgi, lms.urls")
    table(
        "A process that can answer",
        [("Python alone", bare, ""), ("with the product loaded", whole, "once for each process")],
        base="Python alone",
    )
    ours, djangos = Argon2id(), PBKDF2PasswordHasher()
    works: dict[str, Callable[[], object]] = {
        "ours": lambda: ours.encode("a-verdigris-rosette", ours.salt()),
    }
    own = costs(works, times=2)["ours"]
    default = once(lambda: djangos.encode("a-verdigris-rosette", djangos.salt()))
    table(
        "A password hashed",
        [("Argon2id, as OWASP advises", own, ""), ("PBKDF2, Django's default", default, "not used")],
        base="Argon2id, as OWASP advises",
    )
