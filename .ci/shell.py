"""What the files of the bootstrap share. Runs on Python 3.8."""

from __future__ import annotations

import subprocess


class Wanting(Exception):
    """A person has to install something; the message is the sentence that says what."""


def say(text: str) -> None:
    print(f"· {text}", flush=True)


def succeeds(command: list[str], **options: object) -> bool:
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "timeout": 60}
    try:
        return subprocess.run(command, check=False, **{**quiet, **options}).returncode == 0  # type: ignore[call-overload]
    except (OSError, subprocess.TimeoutExpired):
        return False
