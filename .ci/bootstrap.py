"""Sets up what Auditorium needs, on a machine that has nothing but some Python (3.8 or newer).

1. An interpreter, 3.12 or newer, found by executing candidates (interpreters.py).
2. uv, found or fetched into .local/uv (uv.py), and by it the locked environment in .venv.
3. The system's libraries for typesetting, by apt when it may, else the exact command to type
   (system.py).

A stamp in .venv remembers what was done, so that a second call returns at once.
Exit code 2 and one sentence mean: a person must install something first.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import interpreters
import system
import uv
from shell import Wanting, say, succeeds

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "auditorium.json"
LOCAL = ROOT / ".local"

NO_PACKAGES = (
    "The locked packages could not be fetched: see that the package index can be reached "
    "(PIP_INDEX_URL, HTTPS_PROXY and SSL_CERT_FILE are heeded), then run the same command again."
)


def main() -> int:
    arguments = argparse.ArgumentParser(description="Set up Auditorium's environment.")
    arguments.add_argument("--browser", action="store_true", help="also make sure of Chromium")
    options = arguments.parse_args()
    LOCAL.mkdir(exist_ok=True)
    try:
        with (LOCAL / "setup.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # two commands at once would tear .venv apart
            ensure_environment()
            ensure_libraries()
            if options.browser:
                system.ensure_browser()
            keep_mode()
    except Wanting as wanting:
        print(wanting, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


def keep_mode() -> None:
    """Lets `manage.py` work at once where nobody has configured a production: see lms/settings.py."""
    if not {"MODE", "SECRET_KEY"} & os.environ.keys() and not (LOCAL / "mode").exists():
        (LOCAL / "mode").write_text("development\n")


def ensure_environment() -> None:
    wanted = {
        "lock": hashlib.sha256((ROOT / "uv.lock").read_bytes()).hexdigest(),
        "root": str(ROOT),
        "asked": os.environ.get("UV_PYTHON", ""),
    }
    known = read_stamp()
    if all(known.get(key) == value for key, value in wanted.items()) and succeeds([venv_python(), "-c", ""]):
        return
    if known.get("root", str(ROOT)) != str(ROOT):
        shutil.rmtree(VENV)  # a moved clone: the scripts in it name the old place
    answers = list(interpreters.answering())
    python = interpreters.fitting(answers)
    for tool in uv.available(LOCAL / "uv", answers):
        python = python or uv.bring_interpreter(tool)
        if python is None:
            break
        say(f"packages into .venv, Python {python.text} ({python.path})")
        if uv.sync(tool, python, ROOT):
            STAMP.write_text(json.dumps(wanted))
            return
    raise Wanting(interpreters.none_fits(answers) if python is None else NO_PACKAGES)


def ensure_libraries() -> None:
    known = read_stamp()
    if known.get("libraries") != "found":
        system.ensure_libraries(venv_python())
        compile_modules()
        STAMP.write_text(json.dumps({**known, "libraries": "found"}))


def compile_modules() -> None:
    """Keeps the bytecode of what a process loads. Of everything in .venv it would take five times as long."""
    with tempfile.TemporaryDirectory() as folder:
        given = {**os.environ, "MODE": "test", "LOCAL_DIR": folder, "PYTHONDONTWRITEBYTECODE": ""}
        succeeds([venv_python(), "-c", "import lms.wsgi, lms.urls"], cwd=str(ROOT), env=given)


def read_stamp() -> dict[str, str]:
    try:
        return dict(json.loads(STAMP.read_text()))
    except (OSError, ValueError):
        return {}


def venv_python() -> str:
    return str(VENV / "bin" / "python")


if __name__ == "__main__":
    sys.exit(main())
