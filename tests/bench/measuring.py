"""Measuring processor time: in this process, in interleaved rounds, the median of them."""

import contextlib
import os
import platform
import resource
import sqlite3
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.db import connection

ROUNDS = 5
type Work = Callable[[], object]


def costs(works: dict[str, Work], *, times: int) -> dict[str, float]:
    """Seconds of processor time that one call of each work takes: the median of the rounds.

    The works take turns, so that what else the machine does meets all of them alike.
    """
    seen: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(ROUNDS):
        for name, work in works.items():
            begun = time.process_time()
            for _ in range(times):
                work()
            seen[name].append((time.process_time() - begun) / times)
    return {name: statistics.median(figures) for name, figures in seen.items()}


def once(work: Work) -> float:
    """Seconds of processor time of a single call."""
    begun = time.process_time()
    work()
    return time.process_time() - begun


def of_process(code: str) -> float:
    """Seconds of processor time that a new Python needs for this."""

    def spent() -> float:
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        return used.ru_utime + used.ru_stime

    command = [sys.executable, "-c", code]
    kept = {**os.environ, "PYTHONDONTWRITEBYTECODE": ""}
    subprocess.run(command, check=True, env=kept)  # compiles what was not compiled yet
    before = spent()
    subprocess.run(command, check=True, env=kept)
    return spent() - before


@contextlib.contextmanager
def parts(*places: tuple[Any, str, str]) -> Iterator[dict[str, float]]:
    """Sums up the processor time spent within named functions (holder, attribute, name of the part)."""
    spent = dict.fromkeys((name for _, _, name in places), 0.0)
    with contextlib.ExitStack() as stack:
        for holder, attribute, name in places:
            stack.enter_context(_timed(holder, attribute, name, spent))
        yield spent


@contextlib.contextmanager
def _timed(holder: Any, attribute: str, name: str, spent: dict[str, float]) -> Iterator[None]:
    real = getattr(holder, attribute)

    def timed(*args: Any, **kwargs: Any) -> Any:
        begun = time.process_time()
        try:
            return real(*args, **kwargs)
        finally:
            spent[name] += time.process_time() - begun

    setattr(holder, attribute, timed)
    try:
        yield
    finally:
        setattr(holder, attribute, real)


def table(title: str, rows: list[tuple[str, float, str]], *, base: str = "") -> None:
    """Prints a part of the report: name, processor time, ratio to the row that is the base, a note."""
    unit = next((cost for name, cost, _ in rows if name == base), 0.0)
    print(f"\n{title}")
    for name, cost, note in rows:
        ratio = f"{cost / unit:9.2f} ×" if unit else ""
        print(f"  {name:<44}{cost * 1000:10.3f} ms{ratio}{'   ' + note if note else ''}")


def machine() -> str:
    """On what it was measured."""
    cpus = Path("/proc/cpuinfo")
    models = (
        [line for line in cpus.read_text().splitlines() if line.startswith("model name")]
        if cpus.exists()
        else []
    )
    model = models[0].partition(": ")[2] if models else platform.machine()
    packages = ("django", "wagtail", "django-ninja", "granian", "weasyprint", "psycopg")
    database = f"SQLite {sqlite3.sqlite_version}"
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            database = f"PostgreSQL {cursor.fetchone()[0]}"
    return "\n".join(
        [
            f"{model}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}, {platform.system()} {platform.release()}",
            f"Python {platform.python_version()}, {database}, "
            + ", ".join(f"{name} {version(name)}" for name in packages),
        ]
    )
