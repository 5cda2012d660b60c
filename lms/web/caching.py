"""The shared cache (Redis), without which the institution goes on.

What lies in it are counts of throttles and what can be worked out anew. While it doesn't answer, each process counts in
its own memory: a limit is then at most multiplied by their number, and nobody is kept from signing in.
"""

import logging
import threading
import time
from collections.abc import Callable
from typing import Any, Final

from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
# So long it is left alone after it has not answered: nobody waits for it meanwhile.
REST_SECONDS: Final = 5.0
_ENTRIES: Final = {"OPTIONS": {"MAX_ENTRIES": 20_000}}


class Shared(BaseCache):
    """Asks Redis, and while it doesn't answer a cache of this process alone."""

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._far = RedisCache(location, params)
        self._near = LocMemCache("while the shared cache is away", {**params, **_ENTRIES})
        self._rests_until = 0.0
        self._lock = threading.Lock()

    def _ask(self, name: str, *args: Any, **kwargs: Any) -> Any:
        if time.monotonic() >= self._rests_until:
            try:
                return getattr(self._far, name)(*args, **kwargs)
            except RedisError as fault:
                with self._lock:
                    self._rests_until = time.monotonic() + REST_SECONDS
                log.warning("the shared cache does not answer: %s", type(fault).__name__)
        return getattr(self._near, name)(*args, **kwargs)

    def says(self) -> str:
        """Empty when Redis answers, else a sentence."""
        try:
            self._far.get("whether-it-answers")
        except RedisError as fault:
            return (
                f"The shared cache does not answer ({type(fault).__name__}). Throttles count for each process by itself; "
                "everything else goes on."
            )
        return ""

    def close(self, **kwargs: Any) -> None:
        self._far.close(**kwargs)


def _asking(name: str) -> Callable[..., Any]:
    def ask(self: Shared, *args: Any, **kwargs: Any) -> Any:
        return self._ask(name, *args, **kwargs)

    return ask


# Everything that a cache is asked, by its own name; `incr` of a key that isn't there raises ValueError in both.
for _name in (
    "add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many", "delete_many", "clear"
):  # fmt: skip
    setattr(Shared, _name, _asking(_name))
