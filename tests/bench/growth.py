"""The same operation at 1, 10, 100 and 1,000 times the data; the slope is the figure: `make bench PART=growth`."""

import argparse
import math
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

from django.core.cache import cache
from django.db import connection

from certificates.actions import checkpoints
from exams.actions import responses
from exams.models import Sitting
from exams.rules.acceptance import Event
from tests import cast
from tests.bench import recording
from tests.bench.anchors import database
from tests.bench.measuring import once
from tests.bench.registers import copy, grow
from tests.bench.ways import asked
from tests.counting import statements
from tests.factories import certificates, exams

STEPS = (1, 10, 100, 1000)
FIRST_ID = 50_000_000


def growth(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="make bench PART=growth", description=__doc__)
    parser.add_argument(
        "--base", type=int, default=100, help="sittings, and credentials, at one time the data"
    )
    parser.add_argument("--times", type=int, default=40, help="of each operation at each size")
    size = parser.parse_args(words)
    conditions = recording.conditions(database())
    certificates.schemes()
    credential = certificates.certified(cast.person("ada"))
    checkpoints.make()
    exam = exams.exam("growth", forms=1)
    over = exams.released(exam, cast.person("ben")).sitting
    spare = iter(exams.people(len(STEPS) * (2 * size.times + 4)))
    works = _works(credential, exam, exams.running(exam, cast.person("dag")), spare)
    found: dict[str, list[tuple[float, float, int]]] = {name: [] for name in works}
    present = 0
    for step in STEPS:
        grow(credential, max(size.base * step, 2))
        present = _sit(over, present, size.base * step)
        for name, work in works.items():
            work()
            with statements() as said:
                work()
            own, backend = _cost(work, size.times)
            found[name].append((own, backend, len(said)))
    rows = []
    for name, seen in found.items():
        whole = [own + backend for own, backend, _ in seen]
        counts = sorted({many for *_, many in seen})
        rows.append(
            (
                name,
                *(f"{cost * 1000:.2f}" for cost in whole),
                f"**{slope(whole):+.3f}**",
                " to ".join(map(str, (counts[0], counts[-1])[: len(counts)])),
            )
        )
    recording.write(
        "growth", "Growth: `make bench PART=growth`", conditions,
        f"Milliseconds of processor time, of the process and the database together, at 1, 10, 100 and 1,000 times {size.base} sittings (three answers and a "
        "score run each) and as many credentials. The slope is that of the logarithms: 0 where it costs the same however much there is, 1 where it grows in proportion.",
        recording.table(("operation", *(f"× {step:,}" for step in STEPS), "slope", "statements"), rows),
    )  # fmt: skip


def _works(credential: Any, exam: Any, running: Sitting, spare: Any) -> dict[str, Callable[[], object]]:
    numbers = count(1)

    def save() -> None:
        event = Event(1, next(numbers), 1, "a")
        responses.save(sitting_uuid=running.uuid, person_id=running.candidate_id, epoch=1, events=[event])

    def verify() -> None:
        cache.clear()
        asked("/api/v1/verify", query=f"number={credential.number}")

    return {
        "an answer saved": save,
        "a sitting entered and started": lambda: exams.running(exam, next(spare)),
        "a certificate verified": verify,
        "the catalogue": lambda: asked("/courses/"),
        "the public register's page, its counts made anew": lambda: (cache.clear(), asked("/certified/")),
    }


def _cost(work: Callable[[], object], times: int) -> tuple[float, float]:
    """Seconds of processor time of this process and of the database's that serves it, for one call."""
    before = _backend()
    own = once(lambda: [work() for _ in range(times)])
    return own / times, (_backend() - before) / times


def _backend() -> float:
    if connection.vendor != "postgresql":
        return 0.0
    from tests.bench.halls import spent  # noqa: PLC0415  it needs a database that is there

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return spent(cursor.fetchone()[0])


def _sit(over: Sitting, present: int, wanted: int) -> int:
    """Fills the tables up to so many sittings that are over, with what belongs to each."""
    if wanted <= present:
        return present
    first, last = FIRST_ID + present, FIRST_ID + wanted - 1
    own = "gen_random_uuid()" if connection.vendor == "postgresql" else "lower(hex(randomblob(16)))"
    copy(over.candidate, first, last, {"uuid": own, "email": "'sat' || i || '@example.org'"})
    copy(over.entry, first, last, {"uuid": own, "candidate_id": "i", "use_key": "''"})
    copy(over, first, last, {"uuid": own, "candidate_id": "i", "entry_id": "i"})
    run = over.score_runs.get()
    copy(run, first, last, {"sitting_id": "i"})
    copy(over.result, first, last, {"uuid": own, "sitting_id": "i", "run_id": "i"})
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exams_responseevent (sitting_id, number, epoch, seq, position, value, at, digest)"
            " SELECT s.id, e.number, e.epoch, e.seq, e.position, e.value, e.at, e.digest FROM exams_sitting s"
            " CROSS JOIN exams_responseevent e WHERE e.sitting_id = %s AND e.number <= 3 AND s.id BETWEEN %s AND %s",
            [over.pk, first, last],
        )
        cursor.execute("ANALYZE")
    return wanted


def slope(costs: Sequence[float]) -> float:
    """Of the least squares through the logarithms of costs and of how many times the data there is."""
    xs = [math.log(step) for step in STEPS[: len(costs)]]
    ys = [math.log(cost) for cost in costs]
    middle, height = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - middle) * (y - height) for x, y in zip(xs, ys, strict=True)) / sum(
        (x - middle) ** 2 for x in xs
    )
