"""`make fuzz`: every parser in turn, for so many seconds in all, beginning at a number. Ends with 1 where it found something.

`python -m tests.fuzz [--seconds 600] [--first 0] [parser …]`; `--again parser:number` shows one file once more.
"""

import argparse
import faulthandler
import os
import resource
import sys
import time
import warnings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings")
import django

import tests.mode  # noqa: F401  before the settings

django.setup()

from tests.fuzz import trying  # noqa: E402
from tests.fuzz.parsers import PARSERS  # noqa: E402

A_TURN = 1.0  # seconds for each parser before the next has its turn
KINDS = 25  # of findings are shown


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=float, default=600)
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--again", default="")
    asked.add_argument("parsers", nargs="*", default=[])
    given = asked.parse_args()
    warnings.simplefilter("ignore")
    faulthandler.enable()
    if given.again:
        return _again(*given.again.split(":"))
    # Whoever takes more than this ends by MemoryError, which only what is read apart may.
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, 4 << 30))
    names = given.parsers or list(PARSERS)
    count, found = dict.fromkeys(names, given.first), {}
    begun = time.monotonic()
    while time.monotonic() - begun < given.seconds:
        for name in names:
            turn = time.monotonic()
            while time.monotonic() - turn < A_TURN:
                number = count[name]
                count[name] += 1
                finding = trying.tried(name, number, weighing=number % 50 == 0)
                if finding and (name, _kind(finding.fault)) not in found:
                    found[name, _kind(finding.fault)] = finding
                    print(f"{name}:{number} {finding.fault}", flush=True)
    for name in names:
        print(f"{name}: {count[name] - given.first} files")
    print(
        f"{sum(count.values()) - len(names) * given.first} files in {time.monotonic() - begun:.0f} s, {len(found)} kinds of findings"
    )
    return 1 if found else 0


def _kind(fault: str) -> str:
    return fault.partition(":")[0] + fault.rpartition("(")[2]


def _again(name: str, number: str) -> int:
    data = trying.file_of(PARSERS[name], int(number))
    sys.stdout.write(repr(data[:2000]) + "\n")
    PARSERS[name].read(data)
    return 0


if __name__ == "__main__":
    sys.exit(main())
