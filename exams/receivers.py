"""What exams does about announcements: it puts a job."""

from typing import Any

from exams import signals
from lms.jobs import queue


def put_marking(sitting_id: int, **facts: Any) -> None:
    """A sitting has ended: it is to be marked."""
    queue.put("exams.mark_sitting", key=f"sitting:{sitting_id}", payload={"sitting_id": sitting_id})


def connect() -> None:
    signals.sitting_submitted.connect(put_marking, dispatch_uid="exams.put_marking")
