"""Texts of strangers: what no database keeps."""

import json
import re
from typing import Any

_NULL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


def unfit(value: Any) -> bool:
    """Whether plain data has a null character, half of a character, or a number that is none."""
    try:
        written = json.dumps(value, ensure_ascii=False, allow_nan=False, default=str)
        written.encode()
    except (ValueError, RecursionError):
        return True
    return _NULL.search(written) is not None
