"""Loaded before the settings (`-p tests.mode`): tests run in their own mode and their own folder.

Each xdist worker has a folder to itself, so that no test meets another's files, nor the clock or the
secrets of a demonstration that runs from the same clone.
"""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")

os.environ["MODE"] = "test"
os.environ["LOCAL_DIR"] = str(ROOT / ".local" / "tests" / WORKER)
# The server of static files warns of a missing folder, and warnings are errors.
(ROOT / ".local" / "tests" / WORKER / "static").mkdir(parents=True, exist_ok=True)
# One folder of keys for every worker and every database: a template's rows name files that lie here, and an
# RSA key is made once rather than for each test.
os.environ["KEY_DIR"] = str(ROOT / ".local" / "tests" / "keys")
os.environ["KEY_PASSPHRASE"] = "the tests' own passphrase"
