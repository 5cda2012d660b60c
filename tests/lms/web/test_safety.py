"""What must not be opened to the public is not, and every reason is a sentence."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from lms.settings import Secrets
from lms.web import safety

ROOT = Path(__file__).resolve().parents[3]
PRODUCTION = {
    "MODE": "production",
    "PUBLIC_URL": "https://institution.example",
    "SECRET_KEY": "a" * 40,
    "SITTING_TOKEN_KEY": "b" * 40,
    "KEY_PASSPHRASE": "c" * 40,
    "EMAIL_URL": "smtp://mail.example:25",
    "DATABASE_URL": "postgres://nobody@127.0.0.1:5432/nowhere",
}


def started(tmp_path, module="lms.wsgi", **changed):
    """How a start in production ends, with these settings changed (None: left out)."""
    wanted = {"PATH": os.environ["PATH"], "LOCAL_DIR": str(tmp_path)} | PRODUCTION | changed
    environment = {key: value for key, value in wanted.items() if value is not None}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "-c", f"import {module}"],
        check=False,
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"SECRET_KEY": None}, "Set SECRET_KEY to random text"),
        ({"PUBLIC_URL": "http://institution.example"}, "Set PUBLIC_URL to the https address"),
        ({"EMAIL_URL": None}, "Set EMAIL_URL"),
        ({"KEY_PASSPHRASE": "short"}, "Set KEY_PASSPHRASE"),
        ({"MACHINES": "0"}, "MACHINES: Input should be greater than or equal to 1"),
    ],
)
def test_what_would_disclose_or_lose_something_does_not_start(tmp_path, changed, says):
    answer = started(tmp_path, "lms.settings", **changed)
    assert answer.returncode != 0
    assert says in answer.stderr


def test_several_machines_need_what_they_can_share(tmp_path):
    answer = started(tmp_path, MACHINES="2", DATABASE_URL=None, SITTING_TOKEN_KEY="a" * 40)
    for wanted in ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "STORAGE_BUCKET"):
        assert f"Set {wanted}" in answer.stderr
    assert "SECRET_KEY and SITTING_TOKEN_KEY are the same" in answer.stderr
    shared = {
        "BROKER_URL": "redis://127.0.0.1/1",
        "CACHE_URL": "redis://127.0.0.1/2",
        "STORAGE_BUCKET": "papers",
    }
    answer = started(tmp_path, MACHINES="2", **shared)
    assert (answer.returncode, answer.stderr) == (0, "")


def test_debug_pages_and_cookies_without_https_are_refused(settings):
    settings.PRODUCTION, settings.DEBUG, settings.SESSION_COOKIE_SECURE = True, True, False
    with pytest.raises(ImproperlyConfigured) as refused:
        safety.refuse_if_unsafe()
    assert "DEBUG is on" in str(refused.value)
    assert "Cookies would travel without https" in str(refused.value)


def test_other_modes_open_as_they_are(settings):
    settings.DEBUG, settings.MACHINES = True, 5
    safety.refuse_if_unsafe()


LOCMEM = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
WRONG = {
    "debug": {"DEBUG": True},
    "secrets": {"SECRETS": Secrets("a" * 40, "a" * 40, "")},
    "cookies": {"SESSION_COOKIE_SECURE": False},
    "mail": {"MAILERS": {"default": {"BACKEND": "django.core.mail.backends.console.EmailBackend"}}},
    "database": {"MACHINES": 2},
    "broker": {"MACHINES": 2, "CELERY_BROKER_URL": "filesystem://localhost"},
    "cache": {"MACHINES": 2, "CACHES": LOCMEM},
    "storage": {"MACHINES": 2},
}


@pytest.mark.parametrize("key", WRONG)
def test_each_reason_is_a_sentence_and_what_to_set(settings, key):
    settings.PRODUCTION = True
    if key == "database" and connection.vendor != "sqlite":
        pytest.skip("this run is on a database that machines share")
    for name, value in WRONG[key].items():
        setattr(settings, name, value)
    [found] = [one for one in safety.check() if one.id == f"safety.{key}"]
    assert found.msg.endswith(".") and found.hint.startswith("Set ") and found.hint.endswith(".")
    with pytest.raises(ImproperlyConfigured, match=re.escape(found.hint)):
        safety.refuse_if_unsafe()


def test_no_reason_is_left_out_here():
    assert [key for key, *_ in safety._findings()] == list(WRONG)


def test_a_web_without_the_static_files_of_its_release_is_refused(tmp_path):
    environment = {"PATH": os.environ["PATH"], "LOCAL_DIR": str(tmp_path), "PORT": "1"} | PRODUCTION
    asked = [
        sys.executable,
        "-W",
        "ignore",
        "manage.py",
        "serve",
        "--only",
        "web",
        "--host",
        "0.0.0.0",
        "--port",
        "0",
    ]
    answer = subprocess.run(asked, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 1
    assert re.search(r"Nothing was started. \d+ static files of this release are not in", answer.stderr)
    assert "manage.py collectstatic --noinput" in answer.stderr
