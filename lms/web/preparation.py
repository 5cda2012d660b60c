"""Bringing database, library, demonstration and static files up to date, and skipping what already is.

What was done is remembered in `LOCAL_DIR/prepared.json`, each step under the digest of the files that
it depends on. The memory belongs to one database: with another database every step is due again.
"""

import hashlib
import io
import json
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.utils import DatabaseError

from lms.kit import gather

APPS = ("lms", "courses", "exams", "certificates")
FILE = "prepared.json"
HERE = "{here}"  # in the remembered welcome: the next run may have another port


def prepare(*, say: Callable[[str], None], anew: bool = False) -> None:
    """Migrates, makes what a first run needs, loads the library, makes the demonstration (in its mode only), collects static files.

    Every step may be run again without harm. `anew` runs them all.
    """
    for folder in (settings.LOCAL_DIR / "bells" / "queue", settings.LOCAL_DIR / "bells" / "control"):
        folder.mkdir(parents=True, exist_ok=True)
    memory = {} if anew else _read()
    if memory.get("migrated") != _schema():
        _step(say, "database", lambda: call_command("migrate", verbosity=0, interactive=False))
        # Whatever was loaded before was perhaps loaded into another database.
        memory = {"static": memory.get("static"), "migrated": _schema()}
        _write(memory)
    for part in gather.FIRST_RUN:
        if made := part.make():
            say(", ".join(made))
    library = digest_of(_code(), *_libraries())
    # A folder that isn't there has no files that could differ: the load says so.
    if memory.get("library") != library or (settings.LIBRARY_DIR and not settings.LIBRARY_DIR.is_dir()):
        _step(say, "library of content", lambda: call_command("load_library", stdout=io.StringIO()))
        _write(memory := memory | {"library": library})
    if settings.DEMONSTRATION and memory.get("demonstration") != library:
        lines = io.StringIO()
        _step(say, "demonstration", lambda: call_command("demonstrate", stdout=lines))
        _write(memory := memory | {"demonstration": library} | _remembered(lines.getvalue()))
    static = digest_of([settings.BASE_DIR / "uv.lock"], *_static())
    if memory.get("static") != static or not (settings.STATIC_ROOT / "staticfiles.json").exists():
        _step(say, "static files", lambda: call_command("collectstatic", verbosity=0, interactive=False))
        _write(memory | {"static": static})


def welcome() -> list[str]:
    """What the demonstration says about who may log in; nothing in other modes."""
    lines = _read().get("welcome", []) if settings.DEMONSTRATION else []
    return [line.replace(HERE, settings.PUBLIC_URL) for line in lines]


def _remembered(welcome: str) -> dict[str, list[str]]:
    return {"welcome": welcome.replace(settings.PUBLIC_URL, HERE).splitlines()}


def digest_of(*groups: Iterable[Path]) -> str:
    """Of the files' names and contents."""
    total = hashlib.sha256()
    for group in groups:
        for path in sorted(group):
            total.update(str(path).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def _schema() -> list[Any]:
    """Which migrations there are, in which database, and how many of them it says it has."""
    files = [path for app in APPS for path in (settings.BASE_DIR / app).glob("**/migrations/*.py")]
    database = connection.settings_dict
    with connection.cursor() as cursor:
        try:
            cursor.execute("SELECT count(*), max(applied) FROM django_migrations")
            applied = [str(value) for value in cursor.fetchone()]
        except DatabaseError:
            applied = []
    where = f"{connection.vendor}:{database.get('HOST')}:{database.get('PORT')}/{database['NAME']}"
    return [where, digest_of(files, [settings.BASE_DIR / "uv.lock"]), applied]


def _code() -> list[Path]:
    return [path for app in APPS for path in (settings.BASE_DIR / app).glob("**/*.py")]


def _libraries() -> Iterator[list[Path]]:
    roots = [settings.BASE_DIR / app / "library" for app in APPS] + [settings.LIBRARY_DIR]
    for root in filter(None, roots):
        yield [path for path in root.glob("**/*") if path.is_file() and "__pycache__" not in path.parts]


def _static() -> Iterator[list[Path]]:
    for app in APPS:
        yield [path for path in (settings.BASE_DIR / app).glob("**/static/**/*") if path.is_file()]


def _step(say: Callable[[str], None], name: str, run: Callable[[], object]) -> None:
    begun = time.monotonic()
    run()
    say(f"{name} ({time.monotonic() - begun:.1f} s)")


def _read() -> dict[str, Any]:
    try:
        return dict(json.loads((settings.LOCAL_DIR / FILE).read_text()))
    except (OSError, ValueError):
        return {}


def _write(memory: dict[str, Any]) -> None:
    path = settings.LOCAL_DIR / FILE
    fresh = path.with_suffix(".new")
    fresh.touch(mode=0o600)  # the welcome names the demonstration's password
    fresh.write_text(json.dumps(memory))
    fresh.replace(path)
