"""Many at once: the same work in so many threads, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

WORKERS = 6


def at_once[Found](work: Callable[[int], Found], *, workers: int = WORKERS) -> list[Found]:
    """Runs `work(number)` in so many threads, all at the same moment; what each gave, by number."""
    gate = Barrier(workers)

    def one(number: int) -> Found:
        gate.wait()
        try:
            return work(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return list(pool.map(one, range(workers)))
