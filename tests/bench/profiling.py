"""Where the time of the three hottest paths goes: `make bench PART=profile`; prints, and writes nothing."""

import cProfile
import io
import json
import pstats
from collections.abc import Callable, Sequence
from itertools import count

from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from exams import access
from tests import cast
from tests.bench.ways import asked
from tests.factories import certificates, exams

TIMES, MOST = 300, 35


def profile(words: Sequence[str] = ()) -> None:
    exam = exams.exam()
    exams.long_form(exam)
    sitting = exams.running(exam, cast.person("ada"))
    token = access.token(sitting_uuid=sitting.uuid, person_id=sitting.candidate_id, epoch=1)
    numbers, browser = count(1), Client()
    browser.force_login(cast.person("ada"))
    certificates.schemes()
    credential = certificates.certified(cast.person("ben"))

    def save() -> None:
        event = {"seq": next(numbers), "position": 1, "value": "a"}
        body = json.dumps({"epoch": 1, "events": [event]}).encode()
        asked(f"/api/v1/sittings/{sitting.uuid}/responses", body=body, x_sitting_token=token)

    def verify() -> None:
        cache.clear()
        asked(f"/v/{credential.number}/", query=f"k={credential.share_key}")

    _of("save", save)
    _of("a page of the paper", lambda: browser.get(reverse("exams:page", args=[sitting.uuid, 1])))
    _of("verification", verify)


def _of(name: str, work: Callable[[], object]) -> None:
    for _ in range(5):
        work()
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(TIMES):
        work()
    profiler.disable()
    said = io.StringIO()
    pstats.Stats(profiler, stream=said).sort_stats("tottime").print_stats(MOST)
    print(f"\n━━ {name}, {TIMES} times\n{said.getvalue()}")
