"""A copy of the whole database, made by its own tools from one moment of it, and thrown away afterwards."""

import os
import shutil
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.db import connection, transaction


class NotCopied(Exception):
    """The tools of the database refused, or are not installed; says what they said."""


@dataclass(frozen=True)
class Copy:
    """`url` is a DATABASE_URL; `rows` how many each table had at the moment of the copy; `bytes` those of the backup."""

    url: str
    rows: Mapping[str, int]
    bytes: int


@contextmanager
def restored(folder: Path) -> Iterator[Copy]:
    """Backs the database up into `folder`, restores the backup beside it, and removes both at the end.

    On PostgreSQL by `pg_dump` and `pg_restore` into a fresh database of the same server, for which the user must
    be allowed to make one. Raises NotCopied.
    """
    folder.mkdir(parents=True, exist_ok=True)
    make = _sqlite if connection.vendor == "sqlite" else _postgres
    with make(folder) as copy:
        yield copy


def rows(cursor: Any) -> dict[str, int]:
    """How many rows each table has, as this cursor sees it."""
    counts = {}
    for table in sorted(connection.introspection.table_names(cursor)):
        cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608  names from the catalogue
        counts[table] = cursor.fetchone()[0]
    return counts


@contextmanager
def _sqlite(folder: Path) -> Iterator[Copy]:
    path = folder / f"copy-{uuid.uuid4().hex[:8]}.sqlite3"
    try:
        with connection.cursor() as cursor:
            counts = rows(cursor)
        target = sqlite3.connect(path)
        connection.connection.backup(target)
        target.close()
        yield Copy(f"sqlite:///{path}", counts, path.stat().st_size)
    finally:
        for left in folder.glob(f"{path.name}*"):
            left.unlink()


@contextmanager
def _postgres(folder: Path) -> Iterator[Copy]:
    name = f"drill_{uuid.uuid4().hex[:8]}"
    dump = folder / f"{name}.dump"
    told = {**os.environ, **_address()}
    try:
        counts = _dump(dump, told)
        _run(["createdb", "--template=template0", name], told)
        try:
            restore = ["pg_restore", "--exit-on-error", "--no-owner", f"--dbname={name}", str(dump)]
            _run(restore, told)
            yield Copy(_url(name), counts, dump.stat().st_size)
        finally:
            _run(["dropdb", "--if-exists", "--force", name], told)
    finally:
        dump.unlink(missing_ok=True)


def _dump(dump: Path, told: Mapping[str, str]) -> dict[str, int]:
    """Writes the dump and counts rows, both of one moment: a snapshot that the counting transaction holds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        name = str(connection.settings_dict["NAME"])
        _run(["pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={dump}", name], told)
        return rows(cursor)


def _run(command: list[str], told: Mapping[str, str]) -> None:
    if shutil.which(command[0]) is None:
        raise NotCopied(f"{command[0]} is not installed: install the client tools of PostgreSQL.")
    done = subprocess.run(command, env=dict(told), capture_output=True, text=True, check=False)  # noqa: S603  commands of ours
    if done.returncode:
        raise NotCopied(f"{command[0]}: {done.stderr.strip() or done.returncode}")


def _address() -> dict[str, str]:
    """The server, as its tools read it from the environment: no password on a command line, where others see it."""
    known = connection.settings_dict
    values = {"PGHOST": "HOST", "PGPORT": "PORT", "PGUSER": "USER", "PGPASSWORD": "PASSWORD"}
    return {name: str(known[key]) for name, key in values.items() if known.get(key)}


def _url(name: str) -> str:
    known = connection.settings_dict
    who = ":".join(quote(str(known[key]), safe="") for key in ("USER", "PASSWORD") if known.get(key))
    port = f":{known['PORT']}" if known.get("PORT") else ""
    return f"postgres://{who}{'@' if who else ''}{quote(str(known['HOST'] or ''), safe='')}{port}/{name}"
