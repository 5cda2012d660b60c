"""Room for what is urgent, in a worker that serves every queue: what is slow never takes all of its threads.

A letter to a mail server that takes the call and says nothing holds a thread for twenty seconds, and there are many
letters. Without this, a sitting that was handed in would wait behind them to be marked.
"""

import threading
from typing import Any

from celery.signals import worker_init, worker_shutting_down

from lms.jobs import queue, worker
from lms.jobs.states import Urgency

AT_A_TIME = 10


class Room:
    """How many threads may do slow work at once; None where there is nothing else to do, or no worker."""

    def __init__(self) -> None:
        self.places: threading.Semaphore | None = None
        self.ends = threading.Event()

    def keep(self, *, served: set[str], threads: int) -> None:
        """Half the threads may do what is slow, where other queues are served too."""
        if Urgency.SLOW.value in served and len(served) > 1:
            self.places = threading.BoundedSemaphore(max(1, threads // 2))

    def run(self, *, kind: str, key: str) -> None:
        """Runs a job. One that is slow and finds no place is left: whoever holds one takes it next, for they go on
        with what is due until nothing is, or the worker is to end."""
        known = queue.TASKS.get(kind)
        if self.places is None or known is None or known.urgency != Urgency.SLOW:
            worker.run(kind=kind, key=key)
            return
        if not self.places.acquire(blocking=False):
            return
        try:
            worker.run(kind=kind, key=key)
            going = True
            while going and not self.ends.is_set():
                waiting = worker.due(urgency=Urgency.SLOW, most=AT_A_TIME)
                ran = [worker.run(kind=kind, key=key) for kind, key in waiting]
                going = any(ran)
        finally:
            self.places.release()


room = Room()


@worker_init.connect  # type: ignore[untyped-decorator]  # celery has no types
def keep_room(sender: Any, **_: Any) -> None:
    room.keep(served=set(sender.app.amqp.queues.consume_from), threads=sender.concurrency)


@worker_shutting_down.connect  # type: ignore[untyped-decorator]  # celery has no types
def end(**_: Any) -> None:
    room.ends.set()
