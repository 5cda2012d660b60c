"""A backup is one when it has been restored and what is in it proves itself."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from lms.db import copies

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.django_db(transaction=True)


def test_a_copy_has_every_row_and_is_gone_afterwards(ada, tmp_path):
    with copies.restored(tmp_path) as copy:
        assert copy.rows["accounts_person"] >= 1
        done = subprocess.run(
            [sys.executable, "manage.py", "count_rows"],
            cwd=ROOT,
            env=os.environ | {"MODE": "test", "DATABASE_URL": copy.url},
            capture_output=True,
            text=True,
            check=True,
        )
        assert dict(line.rsplit(" ", 1) for line in done.stdout.splitlines()) == {
            table: str(rows) for table, rows in copy.rows.items()
        }
    assert list(tmp_path.iterdir()) == []


def test_a_backup_that_cannot_be_made_says_why(tmp_path, monkeypatch):
    if connection.vendor == "sqlite":
        pytest.skip("SQLite needs no tools beside itself")
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(copies.NotCopied, match="pg_dump is not installed"), copies.restored(tmp_path):
        pass
