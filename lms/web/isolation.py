"""Reading what strangers send: in a process of its own, with little time, little memory and nothing worth stealing.

The process is a fresh Python without Django and without our environment. It may write no file, and is ended when its time is up.
"""

import json
import os
import signal
import subprocess
import sys
from typing import Any, Final

from django.conf import settings

SECONDS: Final = 8.0
MEGABYTES: Final = 768
_ENVIRONMENT: Final = ("PATH", "LANG", "LC_ALL", "TZ")


class TooMuch(RuntimeError):
    """It took more time or memory than is given. Whoever sent it can be told so; nothing of it was kept."""


def run(
    name: str, content: bytes, *, given: Any = None, seconds: float = SECONDS, megabytes: int = MEGABYTES
) -> Any:
    """What the function `name` ("package.module:function") answers to `content`, and to `given`, which is plain JSON,
    as its answer is.

    Raises TooMuch, and RuntimeError where the function itself failed.
    """
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
        out, err = child.communicate(head + b"\n" + content, timeout=seconds + 2)
    except subprocess.TimeoutExpired:
        raise TooMuch(f"not done within {seconds:g} seconds") from None
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
