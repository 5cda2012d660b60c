"""Verification in registers of 10, 1,000 and 1,000,000 credentials; also alone: `python -m tests.bench.registers`.

The rows are made by SQL out of one real credential, the same for every run, so that a million stand in a minute or two.
"""

import json
import os

if __name__ == "__main__":
    os.environ["PYTEST_XDIST_WORKER"] = "bench"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
    import tests.mode  # noqa: F401, I001  before the settings

    import django

    django.setup()

from django.core.cache import cache
from django.db import connection, models

from certificates.models import Credential
from tests.bench.measuring import costs, table
from tests.bench.ways import asked
from tests.counting import statements

SIZES = (10, 1_000, 1_000_000)
BASE = 10_000_000
ROWS_OF_A_LIST = 100
TIMES = 20


def registers(credential: Credential) -> None:
    """Prints statements and processor time of each way at each size; the ratio is to the smallest register."""
    smallest = max(SIZES[0], Credential.objects.count())
    sizes = (smallest, *(size for size in SIZES if size > smallest))
    key, number = f"k={credential.share_key}", f"number={credential.number}"
    rows = [{"number": credential.number, "name": "Ada Kamau"}] * ROWS_OF_A_LIST
    sent = json.dumps({"rows": rows}).encode()
    ways = {
        "GET /v/…/?k=": lambda: asked(f"/v/{credential.number}/", query=key),
        "GET /api/v1/verify": lambda: asked("/api/v1/verify", query=number),
        f"POST /api/v1/verify/bulk, {ROWS_OF_A_LIST} rows": lambda: asked("/api/v1/verify/bulk", body=sent),
    }
    found: dict[int, dict[str, float]] = {}
    heard: dict[int, dict[str, int]] = {}
    for size in sizes:
        grow(credential, size)
        found[size], heard[size] = {}, {}
        for name, way in ways.items():
            way()
            with statements() as said:
                way()
            heard[size][name] = len(said)

            def again(way: object = way) -> None:
                cache.clear()  # so many questions of one asker would be throttled
                way()  # type: ignore[operator]

            found[size].update(costs({name: again}, times=TIMES))
    for name in ways:
        lines = [(f"among {size:,}", found[size][name], f"{heard[size][name]} statements") for size in sizes]
        table(f"{name}, by the size of the register", lines, base=f"among {sizes[0]:,}")


def grow(credential: Credential, size: int) -> None:
    """Fills the register up to `size` credentials, each of another person, with edition and grant."""
    present = Credential.objects.count()
    if present >= size:
        return
    first, last = BASE + present, BASE + size - 1
    sqlite = connection.vendor == "sqlite"
    own = "lower(hex(randomblob(16)))" if sqlite else "gen_random_uuid()"
    edition, event = credential.editions.get(), credential.events.get(kind="granted")
    name = "'Holder Number ' || i"
    copy(
        credential.holder,
        first,
        last,
        {"uuid": own, "email": "'holder' || i || '@example.org'", "display_name": name},
    )
    copy(credential, first, last, {"number": "'N' || i", "folded": "'N' || i", "holder_id": "i"})
    copy(
        edition,
        first,
        last,
        {"uuid": own, "credential_id": "i", "decision_id": "NULL"},
    )
    copy(
        edition.particulars,
        first,
        last,
        {"edition_id": "i", "holder_name": name, "holder_folded": "'holder number ' || i"},
    )
    copy(event, first, last, {"credential_id": "i", "edition_id": "i"})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    if Credential.objects.count() != size:
        raise RuntimeError(f"the register has not grown to {size}")


def copy(row: models.Model, first: int, last: int, other: dict[str, str]) -> None:
    """Copies one row so many times under the ids `first` to `last`; `other` is SQL for what differs, by column."""
    quote = connection.ops.quote_name
    columns = [field.column for field in row._meta.concrete_fields]
    table_name = quote(row._meta.db_table)
    values = [other.get(c, "i" if c == row._meta.pk.column else f"one.{quote(c)}") for c in columns]  # type: ignore[union-attr]
    statement = (
        "WITH RECURSIVE counted(i) AS (SELECT %s UNION ALL SELECT i + 1 FROM counted WHERE i < %s) "
        f"INSERT INTO {table_name} ({', '.join(map(quote, columns))}) "
        f"SELECT {', '.join(values)} FROM counted, {table_name} AS one WHERE one.{quote(columns[0])} = %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [first, last, row.pk])


if __name__ == "__main__":
    from django.db import connections

    from tests import cast, databases
    from tests.factories import certificates

    own_database = databases.Databases()
    own_database.connect()
    try:
        connections["default"].settings_dict["CONN_MAX_AGE"] = None
        certificates.schemes()
        registers(certificates.certified(cast.person("ada")))
    finally:
        own_database.leave()
