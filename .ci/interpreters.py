"""Finds the Pythons of this machine by executing them. Runs on Python 3.8.

A name on the path proves nothing: version managers put stand-ins there that only complain,
and a fitting interpreter may lie in a folder that is on no path.
"""

from __future__ import annotations

import glob
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator, NamedTuple

OLDEST = "3.12"
PREFERRED = (13, 12, 14)  # minor versions, best first; the suite runs on the first two


class Interpreter(NamedTuple):
    path: str
    version: tuple[int, ...]
    fits: bool

    @property
    def text(self) -> str:
        return ".".join(map(str, self.version))


PROBE = """
import json, sys
fits = sys.version_info >= (3, 12) and sys.implementation.name == "cpython"
try:
    import ctypes, ssl, sqlite3, sysconfig, zlib
    fits = fits and sqlite3.sqlite_version_info >= (3, 37) and not sysconfig.get_config_var("Py_GIL_DISABLED")
except ImportError:
    fits = False
print(json.dumps([getattr(sys, "_base_executable", "") or sys.executable, list(sys.version_info[:3]), fits]))
"""


def answering() -> Iterator[Interpreter]:
    """Every Python on this machine that answers, each once, the asked-for first."""
    seen = set()
    for path in places():
        real = os.path.realpath(path)
        if real in seen or not os.access(path, os.X_OK):
            continue
        seen.add(real)
        answer = probe(path)
        if answer and answer.path not in seen:
            seen.update({answer.path, os.path.realpath(answer.path)})
            yield answer


def places() -> Iterator[str]:
    home = str(Path.home())
    pyenv = os.environ.get("PYENV_ROOT", f"{home}/.pyenv")
    yield from asked_for()
    yield sys.executable
    names = [f"python3.{minor}" for minor in PREFERRED] + ["python3"]
    folders = [*os.get_exec_path(), "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", f"{home}/.local/bin"]
    yield from (f"{folder}/{name}" for name in names for folder in folders)
    for pattern in (
        f"{pyenv}/versions/3.*/bin/python3",
        "/opt/pyenv/versions/3.*/bin/python3",
        "/usr/local/pyenv/versions/3.*/bin/python3",
        "/opt/python*/bin/python3",
        "/opt/python/*/bin/python3",
        f"{home}/.local/share/uv/python/*/bin/python3",
        f"{home}/.local/share/mise/installs/python/*/bin/python3",
        f"{home}/.asdf/installs/python/*/bin/python3",
    ):
        yield from sorted(glob.glob(pattern), reverse=True)


def asked_for() -> Iterator[str]:
    """What UV_PYTHON or PYTHON say: a path, a command, or only "3.12"."""
    for asked in (os.environ.get("UV_PYTHON", ""), os.environ.get("PYTHON", "")):
        for name in (asked, f"python{asked}") if asked else ():
            path = shutil.which(name)
            if path:
                yield path


def probe(path: str) -> Interpreter | None:
    try:
        ran = subprocess.run(
            [path, "-I", "-c", PROBE],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=20,
        )
        executable, version, fits = json.loads(ran.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return None
    return Interpreter(executable, tuple(version), fits)


def fitting(answers: list[Interpreter]) -> Interpreter | None:
    fit = [answer for answer in answers if answer.fits]
    asked = {os.path.realpath(path) for path in asked_for()}
    for answer in fit:
        if os.path.realpath(answer.path) in asked:
            return answer

    def rank(answer: Interpreter) -> tuple[int, int]:
        minor = answer.version[1]
        return (PREFERRED.index(minor) if minor in PREFERRED else len(PREFERRED), -answer.version[2])

    return min(fit, key=rank) if fit else None


def none_fits(answers: list[Interpreter]) -> str:
    best = max(answers, key=lambda answer: answer.version)
    return (
        f"Auditorium needs Python {OLDEST} or newer with ssl and sqlite3, and the newest here is {best.text} "
        f"({best.path}): install one (python3 on Debian 13 or Ubuntu 24.04, 'pyenv install 3.13', "
        "or 'uv python install 3.13'), then run the same command again."
    )
