"""Figures into docs/benchmarks.md: each part writes its own section anew, and nothing else of the file."""

import os
import platform
import re
import subprocess
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

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
    begin, end = f"<!-- measured: {part} -->", f"<!-- end: {part} -->"
    section = f"{begin}\n{body}\n{end}"
    text = PAPER.read_text()
    known = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    text = known.sub(lambda _: section, text) if known.search(text) else f"{text.rstrip()}\n\n{section}\n"
    PAPER.write_text(text)
