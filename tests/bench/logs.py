"""The log in registers of 10, 1,000 and 100,000 events; also alone: `python -m tests.bench.logs`, with BENCH_LOG=1000000.

The events are made by SQL out of one real one; they are entered, proven and served by the product's own code.
"""

import os

if __name__ == "__main__":
    os.environ["PYTEST_XDIST_WORKER"] = "bench"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    import tests.mode  # noqa: F401, I001  before the settings

    import django

    django.setup()

from django.db import connection

from certificates.actions import checkpoints
from certificates.models import Credential, CredentialEvent, Leaf
from certificates.queries import log
from certificates.queries.auditing import Audit
from certificates.rules import merkle, tiles
from lms.db import clock
from tests.bench.measuring import costs, once, table
from tests.bench.registers import copy
from tests.counting import statements

SIZES = (10, 1_000, int(os.environ.get("BENCH_LOG", "100000")))
AUDITED = 100_000
TIMES = 20


def logs(credential: Credential) -> None:
    """Prints what it costs to enter an event, to prove an edition, to serve a tile, at each size of the log."""
    event, edition = credential.events.get(kind="granted"), credential.editions.get()
    entering, sealing, proving, serving, auditing = [], [], [], [], []
    for size in SIZES:
        name, before = f"among {size:,}", Leaf.objects.count()
        _happen(event, size - before)
        spent = once(checkpoints.make)
        entering.append((name, spent / (Leaf.objects.count() - before), f"each of {size - before:,}"))
        sealing.append((name, _one_more(event), ""))
        with statements() as said:
            log.inclusion(edition=edition)
        steps = len(merkle.inclusion(0, Leaf.objects.count()))
        spent = costs({"proof": lambda e=edition: log.inclusion(edition=e)}, times=TIMES)["proof"]  # type: ignore[misc]
        proving.append((name, spent, f"{len(said)} statements, {steps} hashes"))
        tile = tiles.of_tree(Leaf.objects.count())[-1]
        spent = costs({"tile": lambda t=tile: log.content(t)}, times=TIMES)["tile"]  # type: ignore[misc]
        serving.append((name, spent, tile.path))
        if size <= AUDITED:
            spent = once(lambda: list(Audit(clock.now()).faults()))
            auditing.append((name, spent / Leaf.objects.count(), "each event"))
    for title, lines in (
        ("Entering an event in the log, many at once", entering),
        ("Entering one event more, and signing a checkpoint", sealing),
        ("Proving an edition", proving),
        ("Serving the last tile", serving),
        ("Auditing", auditing),
    ):
        table(title, lines, base=lines[0][0])


def _happen(event: CredentialEvent, times: int) -> None:
    first = CredentialEvent.objects.latest("pk").pk + 1
    other = {"key": "'k' || i", "kind": "'maintenance_confirmed'", "edition_id": "NULL"}
    copy(event, first, first + times - 1, other)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _one_more(event: CredentialEvent) -> float:
    _happen(event, 1)
    return once(checkpoints.make)


if __name__ == "__main__":
    from django.db import connections

    from tests import cast, databases
    from tests.factories import certificates

    own_database = databases.Databases()
    own_database.connect()
    try:
        connections["default"].settings_dict["CONN_MAX_AGE"] = None
        certificates.schemes()
        logs(certificates.certified(cast.person("ada")))
    finally:
        own_database.leave()
