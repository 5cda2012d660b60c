"""Verification among 1,000 and a million credentials, cold and warm: `make bench PART=verifying`."""

import argparse
import json
from collections.abc import Callable, Sequence

from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import connection

from certificates.models import Credential, CredentialEvent, Edition, EditionName
from lms.db import kept
from tests import cast
from tests.bench import recording
from tests.bench.anchors import database
from tests.bench.measuring import costs
from tests.bench.registers import grow
from tests.bench.ways import asked
from tests.counting import statements
from tests.factories import certificates

ROWS = 1_000


def verifying(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="make bench PART=verifying", description=__doc__)
    parser.add_argument("--largest", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=20)
    size = parser.parse_args(words)
    conditions = recording.conditions(database())
    certificates.schemes()
    credential = certificates.certified(cast.person("ada"))
    key, number = f"k={credential.share_key}", f"number={credential.number}"
    rows = [
        {"number": credential.number, "name": "Ada Kamau"},
        *({"number": f"N{10_000_000 + n}", "name": ""} for n in range(1, ROWS)),
    ]
    sent = json.dumps({"rows": rows}).encode()
    ways: dict[str, Callable[[], object]] = {
        "the page with the link's key": lambda: asked(f"/v/{credential.number}/", query=key),
        "`GET /api/v1/verify`": lambda: asked("/api/v1/verify", query=number),
    }
    lines: list[tuple[object, ...]] = []
    figures: dict[str, float] = {}
    for among in (1_000, size.largest):
        grow(credential, among)
        for name, way in ways.items():
            for state, before in (("cold", kept.clear), ("warm", lambda: None)):
                lines.append((f"{among:,}", name, state, *_measured(way, before, size.times, figures, state)))
        lines.append(
            (
                f"{among:,}",
                f"`POST …/verify/bulk`, {ROWS:,} rows",
                "",
                *_measured(lambda: asked("/api/v1/verify/bulk", body=sent), lambda: None, 2, figures),
            )
        )
    recording.write(
        "verifying", "Verification: `make bench PART=verifying`", conditions,
        "One process, through the whole application, processor time without the database's own; requests a second are those of one core. "
        "Cold: the process has not met the credential in the last minute. Both ask the database each time whether anything has changed.",
        recording.table(("credentials", "", "", "processor time", "requests a second and core", "statements"), lines),
    )  # fmt: skip
    recording.keep("verifying", figures | {"bytes": _bytes()})


def _measured(
    way: Callable[[], object],
    before: Callable[[], object],
    times: int,
    figures: dict[str, float],
    state: str = "",
) -> tuple[str, str, int]:
    def again() -> None:
        cache.clear()  # so many questions of one asker would be throttled
        before()
        way()

    again()
    before()
    with statements() as said:
        way()
    cost = costs({"way": again}, times=times)["way"]
    if state:
        figures[state] = cost
    return f"{cost * 1000:.2f} ms", f"{1 / cost:,.0f}", len(said)


def _bytes() -> float:
    """Of a credential in the register, with its edition, name, event and holder; indexes included."""
    if connection.vendor != "postgresql":
        return 0.0
    tables = [
        model._meta.db_table
        for model in (Credential, Edition, EditionName, CredentialEvent, get_user_model())
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname = ANY(%s)", [tables]
        )
        return float(cursor.fetchone()[0]) / Credential.objects.count()
