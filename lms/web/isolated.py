"""The other side of `isolation`: the process that reads. `python -m lms.web.isolated`, and no Django."""

import importlib
import json
import resource
import sys
from typing import Final

TOO_MUCH: Final = 3
_MOST_ANSWERED: Final = 2_000_000


def main() -> int:
    head = json.loads(sys.stdin.buffer.readline())
    module, _, function = head["call"].partition(":")
    try:
        # Loaded before the limits stand: they are meant for what is read, and say so in its terms.
        work = getattr(importlib.import_module(module), function)
        _limit(head["seconds"], head["megabytes"])
        answer = json.dumps(work(sys.stdin.buffer.read(), head["given"]))
    except (MemoryError, RecursionError):
        return TOO_MUCH
    if len(answer) > _MOST_ANSWERED:
        return TOO_MUCH
    sys.stdout.write(answer)
    return 0


def _limit(seconds: float, megabytes: int) -> None:
    whole = max(1, round(seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
    resource.setrlimit(resource.RLIMIT_AS, (megabytes * 2**20, megabytes * 2**20))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    sys.exit(main())
