"""Functions that do what no reader of files should, to be ended for it."""

import os
import sys
import time
from pathlib import Path
from typing import Any


def count(content: bytes, given: Any) -> dict[str, Any]:
    return {"bytes": len(content), "given": given}


def surroundings(content: bytes, given: Any) -> dict[str, Any]:
    return {"secret": os.environ.get("SECRET_KEY"), "django": "django" in sys.modules}


def memory(content: bytes, given: Any) -> list[Any]:
    return [bytearray(2**20) for _ in range(2000)]


def depth(content: bytes, given: Any) -> Any:
    return depth(content, given)


def spinning(content: bytes, given: Any) -> None:
    while True:
        pass


def sleep(content: bytes, given: Any) -> None:
    time.sleep(60)


def write(content: bytes, given: Any) -> None:
    with Path(content.decode()).open("wb", buffering=0) as file:
        file.write(b"x")


def fault(content: bytes, given: Any) -> float:
    return 1 / len(content)
