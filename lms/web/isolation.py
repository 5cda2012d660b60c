"""Reading what strangers send: in a process of its own, with little time, little memory and nothing worth stealing.

The process is a fresh Python without Django and without our environment. It may write no file, and is ended when its time is up.
Of those, few run at once on a machine, so that what strangers send never keeps it from everything else.
"""

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.conf import settings

# A PDF of 5 MB takes less than 100 MB and two seconds.
SECONDS: Final = 5.0
MEGABYTES: Final = 256
PLACES: Final = 2
AGAIN_IN: Final = 10
_ENVIRONMENT: Final = ("PATH", "LANG", "LC_ALL", "TZ")


class TooMuch(RuntimeError):
    """It took more time or memory than is given. Whoever sent it can be told so; nothing of it was kept."""


class Busy(Exception):
    """As much is being read on this machine as may be at once: nothing was begun."""


@contextmanager
def place() -> Iterator[None]:
    """One of the places for readers on this machine, among all threads and processes. Raises Busy; waits for none."""
    folder = settings.READING_DIR
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(PLACES):
        # Each opening is a lock of its own, and ends with the file, however the process ends.
        with (folder / f"{number}.lock").open("a") as held:
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield
            return
    raise Busy


def run(
    name: str, content: bytes, *, given: Any = None, seconds: float = SECONDS, megabytes: int = MEGABYTES
) -> Any:
    """What the function `name` ("package.module:function") answers to `content`, and to `given`, which is plain JSON,
    as its answer is.

    Raises Busy and TooMuch, and RuntimeError where the function itself failed.
    """
    with place():
        return _run(name, content, given, seconds, megabytes)


def _run(name: str, content: bytes, given: Any, seconds: float, megabytes: int) -> Any:
    head = json.dumps({"call": name, "given": given, "seconds": seconds, "megabytes": megabytes}).encode()
    child = subprocess.Popen(
        [sys.executable, "-m", "lms.web.isolated"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=settings.BASE_DIR,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
        start_new_session=True,
    )
    try:
        out, err = child.communicate(head + b"\n" + content, timeout=2 * seconds)
    except subprocess.TimeoutExpired:
        raise TooMuch(f"not done within {2 * seconds:g} seconds") from None
    finally:
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
            child.communicate()
    if child.returncode == 0:
        return json.loads(out)
    # 3 is said by the process itself; by a signal it was ended at its limits.
    if child.returncode == 3 or child.returncode < 0:
        raise TooMuch(f"ended with {child.returncode}")
    raise RuntimeError(f"{name} failed: {err.decode(errors='replace')[-2000:]}")
