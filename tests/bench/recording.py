"""Figures into docs/benchmarks.md: each part writes its own section anew, and nothing else of the file."""

import json
import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.mode import ROOT

PAPER = ROOT / "docs" / "benchmarks.md"


def conditions(database: str) -> str:
    """When and on what it was measured: a paragraph."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    cpu = next((line for line in lines if line.startswith("model name")), ": ?").partition(": ")[2].strip()
    load = os.getloadavg()[0]
    busy = "a busy machine: trust counts and ratios" if load > 1.5 else "nothing else at work"
    packages = ", ".join(f"{name} {version(name)}" for name in ("django", "wagtail", "granian", "psycopg"))
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return (
        f"{datetime.now(UTC):%d %B %Y, %H:%M} UTC, commit {commit.stdout.strip()}: {cpu}, {os.cpu_count()} processors, load {load:.1f} "
        f"at the beginning ({busy}), {os.uname().sysname} {os.uname().release}; {database}, Python {platform.python_version()}, {packages}."
    )


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """A table in Markdown."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(map(str, row)) + " |" for row in rows]
    return "\n".join(lines)


def write(part: str, title: str, *paragraphs: str) -> None:
    """Puts the section of a part into the file, in the place of the former one or at the end; and prints it."""
    body = "\n\n".join([f"## {title}", *paragraphs])
    print(f"\n{body}\n", flush=True)
    _put(PAPER, part, body)


FIGURES = ROOT / "docs" / "figures.json"
PLAN = ROOT / "docs" / "scale.md"
# Simultaneous sittings and credentials of three institutions.
SIZES = (
    ("one machine", 500, 20_000),
    ("a national body", 10_000, 1_000_000),
    ("the aim", 100_000, 10_000_000),
)
SAVES, EXAM_MINUTES = 90, 120
# Within how many minutes all candidates do it: what a phase costs, spread over that, is the cores that it needs.
WINDOWS = {
    "login": 30,
    "start": 5,
    "sit": EXAM_MINUTES,
    "hand_in": 5,
    "deadline": 30,
    "release": 60,
    "documents": 24 * 60,
}
IN_USE = 0.5  # of a core, at most: what is left is for what nobody foresaw


def keep(part: str, figures: dict[str, Any]) -> None:
    """Keeps the figures of a part for the plan, and works the plan out anew."""
    known = json.loads(FIGURES.read_text()) if FIGURES.exists() else {}
    known[part] = figures
    FIGURES.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n")
    plan(known)


def plan(known: dict[str, dict[str, Any]]) -> None:
    """The arithmetic of docs/scale.md out of the figures that are known."""
    if not {"day", "verifying", "anchors"} <= known.keys():
        return
    day, verifying, anchors = known["day"], known["verifying"], known["anchors"]
    each = {phase: day["phases"][phase] for phase in WINDOWS}
    # Of each phase the seconds of one candidate, with as many saves as an exam of two hours has.
    web = {phase: one["web"] for phase, one in each.items()} | {
        "sit": each["sit"]["web"] / day["saves"] * SAVES
    }
    base = {phase: one["database"] for phase, one in each.items()} | {
        "sit": each["sit"]["database"] / day["saves"] * SAVES
    }
    rows = []
    for phase, minutes in WINDOWS.items():
        others = each[phase]["workers"]
        cores = [
            f"{number * (web[phase] + others) / (minutes * 60) / IN_USE:.1f} and {number * base[phase] / (minutes * 60) / IN_USE:.1f}"
            for _, number, _ in SIZES
        ]
        told = [f"{1000 * one:.1f}" for one in (web[phase], others, base[phase])]
        rows.append((phase.replace("_", " "), f"{minutes} min", *told, *cores))
    head = (
        "phase",
        "within",
        "web, ms",
        "workers, ms",
        "database, ms",
        *(f"{name}: {number:,}" for name, number, _ in SIZES),
    )
    event = day["bytes"]["exams_responseevent"] / day["saves"] * SAVES
    rest = day["bytes"]["the whole database"] - day["bytes"]["exams_responseevent"]
    kept, wal = day["archived"] / day["saves"] * SAVES, day["wal"] / day["saves"] * SAVES
    data = [
        (
            "answers in the tables",
            f"{event / 1000:.1f} kB a sitting",
            *(_bytes(event * n) for _, n, _ in SIZES),
        ),
        ("everything else of a sitting", f"{rest / 1000:.1f} kB", *(_bytes(rest * n) for _, n, _ in SIZES)),
        ("WAL of the day", f"{wal / 1000:.1f} kB", *(_bytes(wal * n) for _, n, _ in SIZES)),
        ("answers once archived", f"{kept / 1000:.2f} kB", *(_bytes(kept * n) for _, n, _ in SIZES)),
        ("rows of answers", f"{SAVES} a sitting", *(f"{SAVES * n:,}" for _, n, _ in SIZES)),
        (
            "the register",
            f"{verifying['bytes'] / 1000:.2f} kB a credential",
            *(_bytes(verifying["bytes"] * c) for *_, c in SIZES),
        ),
        (
            "certificates as files",
            f"{anchors['file'] / 1000:.0f} kB a credential",
            *(_bytes(anchors["file"] * c) for *_, c in SIZES),
        ),
    ]
    asked = [
        ("saves in a second", "", *(f"{SAVES * n / EXAM_MINUTES / 60:,.0f}" for _, n, _ in SIZES)),
        ("statements in a second from them", f"{day['statements']:.1f} each", *(f"{SAVES * n / EXAM_MINUTES / 60 * day['statements']:,.0f}" for _, n, _ in SIZES)),
        ("verifications in a second and core of the web", "", *(f"{1 / verifying['warm']:,.0f}",) * 3),
        ("all certificates made anew, core hours", f"{anchors['certificate'] * 1000:.0f} ms each", *(f"{anchors['certificate'] * c / 3600:,.0f}" for *_, c in SIZES)),
        ("all sittings marked by another key, core minutes", f"{anchors['regrade'] * 1000:.1f} ms each", *(f"{anchors['regrade'] * n / 60:,.1f}" for _, n, _ in SIZES)),
    ]  # fmt: skip
    sizes = tuple(name for name, *_ in SIZES)
    _put(
        PLAN, "arithmetic",
        f"Worked out by `make bench` from the figures of {day['when']} (`docs/figures.json`): a day of {day['candidates']} candidates with {day['saves']} saves each, at load {day.get('load', '?')}. "
        f"{'**Too few, on too busy a machine, to plan by: run it again in calm.** ' if day['candidates'] < 50 else ''}Cores are those of the web and workers, *and* those of the database, "
        f"each at most {IN_USE:.0%} in use.\n\n" + table(head, rows) + "\n\n" + table(("bytes", "each", *sizes), data) + "\n\n" + table(("work", "each", *sizes), asked),
    )  # fmt: skip


def _bytes(number: float) -> str:
    for unit, size in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number / 1000:.0f} kB"


def _put(paper: Path, mark: str, body: str) -> None:
    begin, end = f"<!-- measured: {mark} -->", f"<!-- end: {mark} -->"
    section, text = f"{begin}\n{body}\n{end}", paper.read_text()
    known = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    text = known.sub(lambda _: section, text) if known.search(text) else f"{text.rstrip()}\n\n{section}\n"
    paper.write_text(text)
