"""Which request or job a line in the log belongs to."""

import logging
import re
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

# What a proxy may have named a request; anything else is not repeated in our log.
_NAME = re.compile(r"[A-Za-z0-9._-]{8,64}")

_facts: ContextVar[Callable[[], Mapping[str, object]]] = ContextVar("facts", default=dict)


def name_of(given: str = "") -> str:
    """The name of a request: the one it came with where it is one, else a new one."""
    return given if _NAME.fullmatch(given) else uuid.uuid4().hex


@contextmanager
def under(facts: Callable[[], Mapping[str, object]]) -> Iterator[None]:
    """Every line that is logged within carries these facts. They are asked for when a line is written, since
    who the person is becomes known on the way."""
    token = _facts.set(facts)
    try:
        yield
    finally:
        _facts.reset(token)


class Facts(logging.Filter):
    """Adds the facts to each record, as fields for JSON and as `told` for a line of text."""

    def filter(self, record: logging.LogRecord) -> bool:
        facts = {key: value for key, value in _facts.get()().items() if value}
        record.__dict__.update(facts)
        record.told = "".join(f" {key}={value}" for key, value in facts.items())
        return True
