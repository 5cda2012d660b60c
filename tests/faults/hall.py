"""A hall of candidates who save without a pause, and keep a journal of what was acknowledged."""

import http.client
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from exams import access
from exams.models import ResponseEvent, Sitting
from exams.queries import verification
from tests.serving import Client

PATIENCE = 180.0


@dataclass
class Candidate:
    """Saves batch after batch, and keeps what was acknowledged."""

    sitting: Sitting
    client: Client
    acknowledged: dict[int, tuple[int, str]] = field(default_factory=dict)  # by seq: position and value
    refused: list[Any] = field(default_factory=list)
    unanswered: int = 0
    rounds: int = 0

    def sit(self, stop: threading.Event) -> None:
        client = self.client
        path = f"/api/v1/sittings/{self.sitting.uuid}/responses"
        token = access.token(sitting_uuid=self.sitting.uuid, person_id=self.sitting.candidate_id, epoch=1)
        while not stop.is_set():
            first = len(self.acknowledged) + 1
            events = [
                {"seq": seq, "position": seq % 5 + 1, "value": "abc"[seq % 3]} for seq in (first, first + 1)
            ]
            try:
                status, said = client.post(path, {"epoch": 1, "events": events}, **{"X-Sitting-Token": token})
            except (OSError, http.client.HTTPException):
                status, said = 0, {}
            if status != 200:
                self.unanswered += 1
                if status not in (0, 500, 502, 503):
                    self.refused.append((status, said))
                time.sleep(0.2)
                continue
            for event, one in zip(events, said["verdicts"], strict=True):
                if one["verdict"] in ("accepted", "duplicate"):
                    self.acknowledged[event["seq"]] = (event["position"], event["value"])
                else:
                    self.refused.append(one)
            self.rounds += 1
            time.sleep(0.05)
        client.session.close()


class Hall:
    """All the candidates at once."""

    def __init__(self, sittings: list[Sitting], port: int, headers: dict[str, str] | None = None) -> None:
        known = {} if headers is None else {"headers": headers}
        self.candidates = [Candidate(sitting, Client(port, **known)) for sitting in sittings]
        self.stop = threading.Event()
        self.threads = [
            threading.Thread(target=candidate.sit, args=(self.stop,)) for candidate in self.candidates
        ]

    def __enter__(self) -> "Hall":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.set()
        for thread in self.threads:
            thread.join()

    def everybody_saves(self, times: int) -> None:
        """Waits until each has been acknowledged so many batches more."""
        aim = [candidate.rounds + times for candidate in self.candidates]
        deadline = time.monotonic() + PATIENCE
        while any(one.rounds < due for one, due in zip(self.candidates, aim, strict=True)):
            assert time.monotonic() < deadline, "everybody is served again"
            time.sleep(0.05)

    @property
    def acknowledged(self) -> int:
        return sum(len(candidate.acknowledged) for candidate in self.candidates)


def nothing_is_missing(hall: Hall) -> None:
    for candidate in hall.candidates:
        assert not candidate.refused
        rows = ResponseEvent.objects.filter(sitting=candidate.sitting).values_list("seq", "position", "value")
        stored = {seq: (position, value) for seq, position, value in rows}
        assert {seq: stored.get(seq) for seq in candidate.acknowledged} == candidate.acknowledged
        # What was stored and never acknowledged is at most the batch that was on its way.
        assert len(stored) - len(candidate.acknowledged) <= 2
        assert verification.finding(candidate.sitting.uuid).fault is None
