"""`make bench`: measures, and prints. Nothing is asserted: a noisy machine is no fault of the product.

With PART=… one part of the figures of scale, which writes its section of docs/benchmarks.md.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ["PYTEST_XDIST_WORKER"] = "bench"  # a folder and a database beside those of the tests
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")

import tests.mode  # noqa: F401, I001  before the settings

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connections  # noqa: E402  models can be imported from here on

from tests import cast, databases  # noqa: E402
from tests.bench import (  # noqa: E402
    analysing,
    anchors,
    assembling,
    day,
    documents,
    growth,
    halls,
    logs,
    measuring,
    pages,
    profiling,
    registers,
    verifying,
    ways,
)
from tests.factories import certificates, exams  # noqa: E402

PARTS = {
    "day": day.day,
    "anchors": anchors.anchors,
    "verifying": verifying.verifying,
    "growth": growth.growth,
    "pages": pages.pages,
    "profile": profiling.profile,
}


def main() -> None:
    begun = time.monotonic()
    part, words = (sys.argv[1], sys.argv[2:]) if sys.argv[1:] else ("", [])
    if part == "scale":
        # Each in a process and a database of its own; the plan is worked out by the last that it needs.
        for one in ("day", "anchors", "verifying", "growth", "pages"):
            subprocess.run([sys.executable, "-m", "tests.bench", one], check=True)
        return
    if part and part not in PARTS:
        raise SystemExit(f"There is no part {part}: choose scale (all of them), {', '.join(PARTS)}.")
    connections["default"].settings_dict["CONN_MAX_AGE"] = None  # as the pool does, where there is one
    own = databases.Databases()
    own.connect()
    try:
        with tempfile.TemporaryDirectory() as folder:
            settings.MEDIA_ROOT = folder
            if part:
                PARTS[part](words)
            else:
                everything(Path(folder))
    finally:
        own.leave()
    print(f"\nMeasured in {time.monotonic() - begun:.0f} s.")


def everything(folder: Path) -> None:
    bare = ways.Bare()
    ada = cast.person("ada")
    exam = exams.exam()
    sitting, beside = exams.running(exam, ada), exams.running(exam, cast.person("ben"))
    certificates.schemes()
    credential = certificates.certified(ada)
    certificates.crowd(credential, people=ways.HOLDERS)
    print(measuring.machine())
    print("Processor time of the product's own process; trust the ratios, which were measured in turns.")
    ways.saving(sitting, beside, bare)
    ways.verifying(credential, bare)
    ways.certifying(credential)
    documents.documents_of_many()
    ways.starting_and_entering()
    assembling.assembling()
    analysing.analysing()
    halls.hall(folder, bare)
    bare.session.close()
    logs.logs(credential)
    registers.registers(credential)


if __name__ == "__main__":
    main()
