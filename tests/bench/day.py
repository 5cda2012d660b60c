"""An exam day from the logins to the certificates: `make bench PART=day`; sizes by SIZES="--candidates 40 --saves 20 --seconds 30".

A PostgreSQL of its own, every process of the institution in production mode, and candidates who do not wait for one another
(tests/bench/candidates.py). Afterwards every acknowledged answer is looked for in the database, and every chain verified.
"""

import argparse
import http.client
import json
import math
import os
import statistics
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db import connection, transaction

from certificates.actions import applications, evidence, keys
from certificates.models import Credential, Document
from exams.actions import archives, batches
from exams.models import Form, ResponseEvent, Result, ScoreRun, Sitting
from exams.queries import verification
from exams.rules.key_validation import Decision, Verdict
from exams.states import ResultState, SittingState
from lms.accounts.actions import people
from lms.db import clock
from lms.jobs.models import Job
from lms.privacy.actions import legal
from lms.privacy.queries.legal import OF_ACCOUNTS
from tests import cast
from tests.bench import recording
from tests.factories import certificates, exams
from tests.mode import ROOT
from tests.processes import GROUPS, Institution, Reading, institution
from tests.serving import PUBLIC_HOST, django_on

LENGTH = 80
PYTHON = ROOT / ".local" / "bench" / "bin" / "python"
TABLES = (
    "exams_responseevent",
    "exams_sitting",
    "exams_sittingchange",
    "exams_scorerun",
    "exams_result",
    "exams_entry",
    "audit_entry",
)
STEPS = ("login page", "login", "start", "paper", "lease", "save", "page", "hand in", "receipt")
OF_STEP = {
    "login": ("login page", "login"),
    "start": ("start", "paper", "lease"),
    "sit": ("save", "page"),
    "hand_in": ("hand in", "receipt"),
}


@dataclass(frozen=True)
class Sizes:
    candidates: int
    saves: int
    pages: int
    seconds: int
    herd: int

    @property
    def minutes(self) -> int:
        """Of the exam: those who do not hand in are closed by the clock when it is over."""
        return math.ceil((self.seconds + 2 * self.herd + 8) / 60)

    @property
    def at(self) -> dict[str, float]:
        """When each phase begins, in seconds after the first login is due."""
        start = 4 + self.candidates * 0.15
        sit = start + self.herd + 5
        hand_in = sit + self.seconds
        return {"login": 2, "start": start, "sit": sit, "hand_in": hand_in, "end": hand_in + self.herd + 4}


def sizes(words: Sequence[str]) -> Sizes:
    parser = argparse.ArgumentParser(prog="make bench PART=day", description=__doc__)
    parser.add_argument("--candidates", type=int, default=100)
    parser.add_argument("--saves", type=int, default=80, help="of each candidate")
    parser.add_argument("--pages", type=int, default=10, help="opened by each candidate")
    parser.add_argument("--seconds", type=int, default=40, help="in which they are saved")
    parser.add_argument("--herd", type=int, default=5, help="seconds within which all start, and hand in")
    return Sizes(**vars(parser.parse_args(words)))


def day(words: Sequence[str] = ()) -> None:
    size = sizes(words)
    if connection.vendor != "postgresql":
        raise SystemExit("The exam day is measured on PostgreSQL: DATABASE_URL=postgres://…")
    if not PYTHON.exists():
        raise SystemExit("make bench PART=day makes .local/bench, where locust is; type that.")
    known = connection.settings_dict
    connection.close()
    secret = f":{known['PASSWORD']}" if known["PASSWORD"] else ""
    origin = f"postgres://{known['USER']}{secret}@{known['HOST'] or '127.0.0.1'}:{known['PORT'] or 5432}/{known['NAME']}"
    with (
        tempfile.TemporaryDirectory() as folder,
        institution(origin, Path(folder)) as made,
        django_on(made.cluster.url("day")),
    ):
        Day(size, made, Path(folder)).run()


class Day:
    def __init__(self, size: Sizes, made: Institution, folder: Path) -> None:
        self.size, self.made, self.folder = size, made, folder
        self.readings: list[tuple[str, Reading]] = []

    def run(self) -> None:
        self.conditions = recording.conditions(f"PostgreSQL {self._server()}, fsync on, Redis as broker")
        self.load = round(os.getloadavg()[0], 1)
        print("Entering the candidates.", flush=True)
        self._enter()
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
            cursor.execute("CHECKPOINT")
        bytes_before = self._bytes()
        connection.close()
        print("Beginning the processes.", flush=True)
        self.made.begin()
        self._say_what_is_not_ready()
        self._warm()
        self.failed = self._sit()
        self._until(self._all_marked, "marking")
        self.note("release")
        self.after = self._compare()
        self.bytes = {
            name: (size - bytes_before[name]) / self.size.candidates for name, size in self._bytes().items()
        }
        self._release()
        self._until(self._all_done, "release")
        self.note("documents")
        self.documents = self._certify()
        self._until(self._all_done, "documents")
        self.note("end")
        self.made_documents = Document.objects.filter(kind="certificate").count()
        self.archived = self._archive()
        self._tell()

    # --- what happens ---------------------------------------------------------------------------------

    def _enter(self) -> None:
        keys.ensure(at=clock.now())
        certificates.schemes()
        exam = exams.exam(
            "day", forms=1, minutes=self.size.minutes, scheme_key=certificates.IMPLEMENTER,
            # Whoever knows and answers less than the whole passes all the same.
            cut_numerator=max(1, 70 * min(self.size.saves, LENGTH) // LENGTH),
        )  # fmt: skip
        form = exams.long_form(exam, LENGTH)
        self.right = [form.keys[str(position)]["right"][0] for position in range(1, LENGTH + 1)]
        self.examiner = cast.person("eve").pk
        self.people, rows = [], get_user_model().objects
        for number in range(self.size.candidates):
            email = f"candidate{number}@example.org"
            with transaction.atomic():
                person_id = people.register(email=email, display_name=f"Candidate {number}", password=None)
                legal.accept(person_id=person_id, kinds=OF_ACCOUNTS, context="bench")
                sitting = exams.entered(exam, rows.get(pk=person_id))
            self.people.append(
                {"email": email, "entry": str(sitting.entry.uuid), "sitting": str(sitting.uuid),
                 "passes": number % 2 == 0, "hands_in": number % 4 < 2}
            )  # fmt: skip
        rows.filter(email__startswith="candidate").update(password=cast._encoded())

    def _say_what_is_not_ready(self) -> None:
        asked = http.client.HTTPConnection("127.0.0.1", self.made.processes.ports["web"], timeout=30)
        asked.request("GET", "/health/ready", headers={"Host": PUBLIC_HOST})
        for name, said in json.loads(asked.getresponse().read())["checks"].items():
            if said != "ok":
                print(f"  not ready: {name}: {said}", flush=True)
        asked.close()

    def _warm(self) -> None:
        """Lets every process of the web load what its first page needs: that is the price of a start, and not of a login."""
        headers = {"Host": PUBLIC_HOST, "X-Forwarded-Proto": "https"}
        for _ in range(12):
            asked = http.client.HTTPConnection("127.0.0.1", self.made.processes.ports["web"], timeout=60)
            asked.request("GET", "/accounts/login/", headers=headers)
            asked.getresponse().read()
            asked.close()

    def _sit(self) -> list[str]:
        plan, journal = self.folder / "plan.json", self.folder / "journal.jsonl"
        plan.write_text(
            json.dumps(
                {
                    "host": f"http://127.0.0.1:{self.made.processes.ports['web']}", "public_host": PUBLIC_HOST, "at": self.size.at,
                    "candidates": self.size.candidates, "saves": self.size.saves, "pages": self.size.pages,
                    "herd_seconds": self.size.herd, "length": LENGTH, "password": cast.PASSWORD, "people": self.people,
                    "right": self.right,
                }
            )
        )  # fmt: skip
        command = [str(PYTHON), str(ROOT / "tests" / "bench" / "candidates.py"), str(plan), str(journal)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=self.folder) as generator:
            assert generator.stdout is not None
            self.made.processes.running["generator"] = generator  # type: ignore[assignment]  # read like the others, and ends by itself
            for line in generator.stdout:
                self.note({"end": "deadline"}.get(line.strip(), line.strip()))
        del self.made.processes.running["generator"]
        *requests, last = map(json.loads, journal.read_text().splitlines())
        self.requests: list[list[Any]] = requests
        self.acknowledged: dict[str, dict[str, list[Any]]] = last["acknowledged"]
        return last["failed"]

    def note(self, phase: str) -> None:
        self.readings.append((phase, self.made.read()))
        print(f"· {phase}", flush=True)

    def _until(self, done: Callable[[], bool], what: str, seconds: float = 300) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                raise SystemExit(
                    f"The {what} was not done after {seconds} s: {list(Job.objects.exclude(state='done').values()[:3])}"
                )
            time.sleep(0.5)

    def _all_marked(self) -> bool:
        started = Sitting.objects.exclude(started_at=None)
        return not started.exclude(state=SittingState.MARKED).exists()

    def _all_done(self) -> bool:
        # Mail goes nowhere here, by intent: its jobs are not waited for.
        return (
            not Job.objects.filter(state__in=["pending", "running"]).exclude(kind__contains="notif").exists()
        )

    def _release(self) -> None:
        """By two persons, after they have validated the key; in lots, as a page offers them."""
        form = Form.objects.get(pk=Result.objects.values_list("sitting__form", flat=True)[0])
        exams.validated(
            form, *(Verdict(place, Decision.ACCEPT, "As it was meant.") for place in range(1, LENGTH + 1))
        )
        marked = Result.objects.filter(state=ResultState.MARKED).order_by("pk")
        while uuids := list(marked.values_list("uuid", flat=True)[:200]):
            batch = batches.propose(
                form_id=form.pk, by_id=self.examiner, result_uuids=uuids, reason="The day is over."
            )
            batches.release(batch_uuid=batch.uuid, by_id=cast.person("jun").pk, reason="I agree.")

    def _certify(self) -> int:
        passed = Result.objects.filter(outcome="passed").values_list("sitting__candidate", flat=True)
        for person_id in passed:
            evidence.sign_code(person_id=person_id, scheme_key=certificates.IMPLEMENTER)
            applications.apply(
                person_id=person_id, scheme_key=certificates.IMPLEMENTER, level_key="provisional"
            )
        return Credential.objects.count()

    def _archive(self) -> archives.Made:
        """The day's sittings as they lie in an archive: what the storage would hold of them in a year."""
        made, _ = archives.archive(before=clock.today() + timedelta(days=1), most=self.size.candidates)
        return made

    # --- what came of it --------------------------------------------------------------------------------

    def _compare(self) -> str:
        """The generator's journal against the database, answer by answer; and the chains."""
        missing = extra = events = 0
        for uuid, said in self.acknowledged.items():
            rows = ResponseEvent.objects.filter(sitting__uuid=uuid).values_list(
                "seq", "epoch", "position", "value"
            )
            stored = {seq: [epoch, position, value] for seq, epoch, position, value in rows}
            events += len(stored)
            missing += sum(stored.get(int(seq)) != event for seq, event in said.items())
            extra += len(stored.keys() - {int(seq) for seq in said})
        faults = [found.fault for found in verification.findings() if found.fault]
        acknowledged = sum(map(len, self.acknowledged.values()))
        return (
            f"Of {acknowledged} acknowledged answers {missing} are missing or other than acknowledged; {extra} are stored that were "
            f"never acknowledged. {len(self.acknowledged)} chains verified, {len(faults)} do not hold. "
            f"{ScoreRun.objects.count()} score runs."
        )

    def _bytes(self) -> dict[str, int]:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relname = ANY(%s)",
                [list(TABLES)],
            )
            found = dict(cursor.fetchall())
            cursor.execute("SELECT pg_database_size(current_database())")
            return found | {"the whole database": cursor.fetchone()[0]}

    def _server(self) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return str(cursor.fetchone()[0]).split()[0]

    def _tell(self) -> None:
        size = self.size
        first = (
            f"{size.candidates} candidates, {size.saves} saves of one answer and {size.pages} pages each within {size.seconds} s, all starting "
            f"within {size.herd} s; half hand in, half are closed by the clock after {size.minutes} min. An open loop: latency counts from the moment at which a "
            f"request was due. {self.after} {len(self.failed)} candidates gave up{': ' + '; '.join(self.failed[:2]) if self.failed else ''}. "
            f"{self.made_documents} certificates were made and sealed."
        )
        recording.write(
            "day", "An exam day: `make bench PART=day`", self.conditions, first,
            self._latencies(), self._by_phase(), self._by_group(), self._of_data(),
        )  # fmt: skip
        recording.keep("day", self._figures())

    def _figures(self) -> dict[str, Any]:
        """What the plan of docs/scale.md is worked out from: seconds, bytes and statements of one candidate."""
        people, phases = self.size.candidates, {}
        for (phase, before), (_, after) in zip(self.readings, self.readings[1:], strict=False):
            used = {
                name: (after.seconds[name] - before.seconds.get(name, 0)) / people
                for name in (*GROUPS, "database")
            }
            workers = sum(used[name] for name in ("urgent", "usual", "slow", "beat"))
            phases[phase] = {"web": used["web"], "workers": workers, "database": used["database"]}
        read = dict(self.readings)
        said = sum(map(len, self.acknowledged.values()))
        web = read["hand_in"].statements["web"] - read["sit"].statements["web"]
        requests = sum(one[0] in ("save", "page") for one in self.requests)
        archive = self.archived.archive
        return {
            "when": f"{clock.now():%d %B %Y}",
            "candidates": people,
            "load": self.load,
            "saves": self.size.saves,
            "phases": phases,
            "bytes": self.bytes,
            "wal": (read["release"].wal - read["login"].wal) / people,
            "statements": web / max(requests, 1),
            "archived": archive.size / archive.sittings if archive else 0,
            "acknowledged": said,
        }

    def _latencies(self) -> str:
        by_step: dict[str, list[tuple[float, int, int]]] = defaultdict(list)
        for step, _, due, _, ended, status, length in self.requests:
            by_step[step].append(((ended - due) * 1000, status, length))
        rows = []
        for step in STEPS:
            seen = by_step.get(step, [])
            if seen:
                late = sorted(one for one, *_ in seen)
                wrong = sum(not 200 <= status < 400 for _, status, _ in seen)
                p99 = late[min(len(late) - 1, math.ceil(len(late) * 0.99) - 1)]
                bulk = statistics.median(length for *_, length in seen)
                rows.append(
                    (step, len(seen), f"{statistics.median(late):.1f}", f"{p99:.1f}", wrong, f"{bulk:.0f}")
                )
        return recording.table(("step", "requests", "p50, ms", "p99, ms", "errors", "bytes (median)"), rows)

    def _by_phase(self) -> str:
        rows = []
        for (phase, before), (_, after) in zip(self.readings, self.readings[1:], strict=False):
            steps = OF_STEP.get(phase, ())
            requests = sum(one[0] in steps for one in self.requests)
            web = after.statements.get("web", 0) - before.statements.get("web", 0)
            others = sum(after.statements.values()) - sum(before.statements.values()) - web
            seconds = {
                name: after.seconds.get(name, 0) - before.seconds.get(name, 0) for name in ("web", "database")
            }
            rows.append(
                (
                    phase.replace("_", " "), f"{after.at - before.at:.0f} s", requests or "", f"{seconds['web']:.2f}", f"{seconds['database']:.2f}",
                    f"{web / requests:.1f}" if requests else "", others, f"{(after.wal - before.wal) / 1000:.0f}",
                )
            )  # fmt: skip
        head = (
            "phase",
            "length",
            "requests",
            "web, processor s",
            "database, processor s",
            "statements of the web a request",
            "other statements",
            "WAL, kB",
        )
        return recording.table(head, rows)

    def _by_group(self) -> str:
        first, last = self.readings[0][1], self.readings[-1][1]
        people = self.size.candidates
        rows = []
        for name in (*GROUPS, "database"):
            used = last.seconds.get(name, 0) - first.seconds.get(name, 0)
            said = last.statements.get(name, 0) - first.statements.get(name, 0)
            rows.append(
                (name, f"{used:.2f}", f"{used / people * 1000:.1f}", f"{said / people:.1f}" if said else "")
            )
        total = sum(last.seconds.get(name, 0) - first.seconds.get(name, 0) for name in (*GROUPS, "database"))
        rows.append(("**all**", f"{total:.2f}", f"**{total / people * 1000:.1f}**", ""))
        head = ("processes", "processor s", "ms a candidate and exam", "statements a candidate and exam")
        return recording.table(head, rows)

    def _of_data(self) -> str:
        wal = dict(self.readings)
        saves = sum(len(said) for said in self.acknowledged.values())
        of_saves = wal["hand_in"].wal - wal["sit"].wal
        whole = wal["release"].wal - wal["login"].wal
        rows = [(name, f"{size / 1000:.1f} kB") for name, size in self.bytes.items()]
        archive = self.archived.archive
        if archive:
            rows.append(
                ("answers of a sitting in an archive", f"{archive.size / archive.sittings / 1000:.2f} kB")
            )
        rows += [
            ("WAL, login to marking", f"{whole / self.size.candidates / 1000:.1f} kB"),
            (
                "WAL of one save (pages of the table for the first time included)",
                f"{of_saves / max(saves, 1):.0f} bytes",
            ),
        ]
        return recording.table(("what a sitting adds", "a sitting"), rows)
