"""The tests' databases: migrated once into a template, then copied.

Some two hundred migrations cost more than ten seconds, and cannot be skipped. A template is kept
under the digest of the files that it depends on; each xdist worker works on a copy of it. What a test
has committed is not cleaned away by emptying 150 tables: the copy is thrown away and made again.

Variants: `empty` has what migrations make; `library` has the shipped library of content besides, as
an institution finds it (items are drafts); `demonstration` also has the demonstration's people, reviews
and forms.
"""

import contextlib
import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from django.conf import settings
from django.db import connections

from lms.web.preparation import digest_of
from tests.mode import ROOT, WORKER

TEMPLATES = ROOT / ".local" / "tests" / "templates"
APPS = [ROOT / name for name in ("lms", "courses", "exams", "certificates")]
VARIANTS = ("empty", "library", "demonstration")


def sources(variant: str) -> Iterable[Path]:
    """The files on which a template of this variant depends."""
    triggers = ROOT / "lms" / "db" / "append_only.py"
    yield from (ROOT / "uv.lock", ROOT / "lms" / "settings.py", triggers, Path(__file__))
    patterns = ["migrations/*.py", "apps.py", "guards.py"] if variant == "empty" else ["*.py", "library/**/*"]
    for app in APPS:
        for pattern in patterns:
            found = (path for path in app.glob(f"**/{pattern}") if path.is_file())
            # What Python compiles beside them comes while others run, and says nothing.
            yield from (path for path in found if "__pycache__" not in path.parts)


def manage(*command: str, url: str, folder: Path, mode: str = "test") -> None:
    environment = {**os.environ, "MODE": mode, "DATABASE_URL": url, "LOCAL_DIR": str(folder)}
    ran = subprocess.run(
        [sys.executable, "manage.py", *command],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )
    if ran.returncode:
        raise RuntimeError(f"manage.py {' '.join(command)} failed:\n{ran.stdout}{ran.stderr}")


class Templates:
    """Builds templates and copies; how, is told by the two kinds of database below."""

    folder: Path

    @contextlib.contextmanager
    def only_one(self) -> Iterator[None]:
        """Of all the workers, one builds; the others wait and find it built."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @property
    def local(self) -> Path:
        """Where the templates' keys and files lie."""
        return self.folder / "local"

    def name_of(self, variant: str) -> str:
        return f"{variant}-{digest_of(set(sources(variant)))[:16]}"

    def copy(self, variant: str) -> str:
        """A fresh copy for this worker; returns the name under which Django connects to it."""
        with self.only_one():
            self._build(variant)
            return self._copy(self.name_of(variant), self._own(variant))

    def lend(self, variant: str, *, to: str, folder: Path) -> None:
        """A copy under a name of its own (a file, a database), its keys and files in `folder`."""
        with self.only_one():
            self._build(variant)
            self._copy(self.name_of(variant), to)
            shutil.copytree(self.local, folder, dirs_exist_ok=True)

    def _build(self, variant: str) -> None:
        template = self.name_of(variant)
        if self._exists(template):
            return
        if variant == "empty":
            self._make(template, lambda url: self._manage("migrate", "-v0", url=url))
        elif variant == "library":
            self._build("empty")
            self._make(template, lambda url: self._manage("load_library", url=url), self.name_of("empty"))
        else:
            self._build("empty")
            self._make(template, self._demonstrate, self.name_of("empty"))

    def _demonstrate(self, url: str) -> None:
        self._manage("load_library", url=url, mode="demonstration")
        self._manage("demonstrate", url=url, mode="demonstration")

    def _manage(self, *command: str, url: str, mode: str = "test") -> None:
        manage(*command, url=url, folder=self.local, mode=mode)


class SqliteTemplates(Templates):
    folder = TEMPLATES / "sqlite"

    def _path(self, template: str) -> Path:
        return self.folder / f"{template}.sqlite3"

    def _exists(self, template: str) -> bool:
        return self._path(template).exists()

    def _make(self, template, fill, origin: str = "") -> None:
        for old in self.folder.glob(f"{template.split('-')[0]}-*"):
            old.unlink()
        unfinished = self.folder / "unfinished.sqlite3"
        unfinished.unlink(missing_ok=True)
        if origin:
            shutil.copy(self._path(origin), unfinished)
        fill(f"sqlite:///{unfinished}")
        unfinished.replace(self._path(template))

    def _own(self, variant: str) -> str:
        return str(settings.LOCAL_DIR / f"{variant}.sqlite3")

    def _copy(self, template: str, own: str) -> str:
        Path(own).parent.mkdir(parents=True, exist_ok=True)
        for path in (own, f"{own}-wal", f"{own}-shm"):
            Path(path).unlink(missing_ok=True)
        shutil.copy(self._path(template), own)
        return own

    def drop(self, variant: str) -> None:
        """Kept: the next run overwrites it, and a failure can be looked into."""


class PostgresTemplates(Templates):
    folder = TEMPLATES / "postgresql"

    def __init__(self) -> None:
        self.url = urlsplit(os.environ["DATABASE_URL"])
        self.prefix = self.url.path.lstrip("/") or "auditorium"

    def name_of(self, variant: str) -> str:
        return f"{self.prefix}_{super().name_of(variant)}".replace("-", "_")

    def _sql(self, *statements: str) -> list[tuple]:
        import psycopg  # noqa: PLC0415  only where tests run on PostgreSQL

        with psycopg.connect(urlunsplit(self.url._replace(path="/postgres")), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _exists(self, template: str) -> bool:
        return bool(self._sql(f"SELECT 1 FROM pg_database WHERE datname = '{template}'"))

    def _make(self, template, fill, origin: str = "template1") -> None:
        unfinished = f"{template}_unfinished"
        self._sql(
            f'DROP DATABASE IF EXISTS "{unfinished}" WITH (FORCE)',
            f'CREATE DATABASE "{unfinished}" TEMPLATE "{origin}"',
        )
        fill(urlunsplit(self.url._replace(path=f"/{unfinished}")))
        self._sql(f'ALTER DATABASE "{unfinished}" RENAME TO "{template}"')

    def _own(self, variant: str) -> str:
        return f"{self.prefix}_{variant}_{WORKER}_{os.getpid()}"

    def _copy(self, template: str, own: str) -> str:
        self._sql(
            f'DROP DATABASE IF EXISTS "{own}" WITH (FORCE)', f'CREATE DATABASE "{own}" TEMPLATE "{template}"'
        )
        return own

    def drop(self, variant: str) -> None:
        self._sql(f'DROP DATABASE IF EXISTS "{self._own(variant)}" WITH (FORCE)')


class Databases:
    """Which variant the present test works on, and which copies have been written to for good."""

    def __init__(self) -> None:
        self.in_use = False
        self.wanted = "empty"
        self.copies: dict[str, str] = {}

    def want(self, variant: str) -> None:
        self.wanted = variant
        if self.in_use:
            self.connect()

    def connect(self) -> None:
        """Points Django at a clean copy of the wanted variant."""
        self.in_use = True
        connection = connections["default"]
        if self.wanted in self.copies and connection.settings_dict["NAME"] == self.copies[self.wanted]:
            return
        connection.close()
        if self.wanted not in self.copies:
            self.copies[self.wanted] = templates().copy(self.wanted)
        connection.settings_dict["NAME"] = self.copies[self.wanted]

    def soil(self) -> None:
        """What the present test committed stays in its copy: the next one gets another."""
        connections["default"].close()
        self.copies.pop(self.wanted, None)
        connections["default"].settings_dict["NAME"] = "soiled"

    def leave(self) -> None:
        connections.close_all()
        for variant in VARIANTS if self.in_use else ():
            templates().drop(variant)


def templates() -> Templates:
    on_sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    return SqliteTemplates() if on_sqlite else PostgresTemplates()


def drop_all(environment: Mapping[str, str] = os.environ) -> None:
    """Drops every database whose name begins with that of DATABASE_URL: `python -m tests.databases`."""
    if environment.get("DATABASE_URL", "").startswith("postgres"):
        postgres = PostgresTemplates()
        pattern = postgres.prefix.replace("_", r"\_")
        for (name,) in postgres._sql(f"SELECT datname FROM pg_database WHERE datname LIKE '{pattern}\\_%'"):
            postgres._sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


if __name__ == "__main__":
    drop_all()
