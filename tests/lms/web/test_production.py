"""What an institution that is open to the public sends along with every answer: asked of the product in production mode."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.lms.web.test_safety import PRODUCTION

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ASKED = {
    "page": "/accounts/login/",
    "admin": "/admin/",
    "door": "/api/v1/openapi.json",
    "refused door": "/api/v1/nothing",
    "nowhere": "/nowhere/",
    "health": "/health/live",
}
SCRIPT = """
import json, sys, django
django.setup()
from django.test import Client, override_settings
plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
said = {}
with override_settings(STORAGES={"default": {"BACKEND": "django.core.files.storage.FileSystemStorage"}, "staticfiles": plain}):
    for name, path in json.loads(sys.argv[1]).items():
        client = Client(raise_request_exception=False, headers={"host": "institution.example"})
        answer = client.get(path, secure=True)
        said[name] = {"status": answer.status_code, "headers": dict(answer.headers),
                      "cookies": {key: dict(one) for key, one in answer.cookies.items()}}
    stranger = Client(raise_request_exception=False, headers={"host": "attacker.example"})
    said["another host"] = {"status": stranger.get("/accounts/password/reset/", secure=True).status_code}
    said["another host at a door"] = {"status": stranger.get("/api/v1/openapi.json", secure=True).status_code}
    said["without https"] = {"status": Client(headers={"host": "institution.example"}).get("/accounts/login/").status_code}
from django.conf import settings
said["cookies"] = [settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME]
from lms.web import notes
from exams import access
said["cookies"] += [notes.Cookie.cookie_name, access.COOKIE, access.DEVICE_COOKIE]
print(json.dumps(said))
"""


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> dict:
    if connection.vendor != "sqlite":
        pytest.skip("this is told by settings, the same on every database")
    folder: Path = tmp_path_factory.mktemp("production")
    (folder / "static").mkdir()
    environment = PRODUCTION | {
        "DJANGO_SETTINGS_MODULE": "lms.settings",
        "DATABASE_URL": f"sqlite:///{connection.settings_dict['NAME']}",
        "LOCAL_DIR": str(folder),
    }
    answer = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRIPT, json.dumps(ASKED)],
        cwd=settings.BASE_DIR, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr[-2000:]
    return json.loads(answer.stdout)


@pytest.mark.parametrize("name", ASKED)
def test_every_answer_carries_the_policies(said, name) -> None:
    headers = said[name]["headers"]
    policy = dict(
        part.strip().split(" ", 1)
        for part in headers["Content-Security-Policy"].split(";")
        if " " in part.strip()
    )
    assert (
        policy["default-src"]
        == policy["base-uri"]
        == policy["form-action"]
        == policy["frame-ancestors"]
        == "'self'"
    )
    assert policy["object-src"] == "'none'"
    assert ("unsafe-inline" in headers["Content-Security-Policy"]) == (name == "admin")
    assert "unsafe-eval" not in headers["Content-Security-Policy"]
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    # Whoever asks after our health does so by the machine's address, and may do so without https.
    assert headers.get("Strict-Transport-Security") == (None if name == "health" else "max-age=31536000")
    assert headers["X-Frame-Options"] == "SAMEORIGIN"


def test_every_cookie_is_this_host_s_alone(said) -> None:
    assert all(name.startswith("__Host-") for name in said["cookies"])
    [(name, one)] = said["page"]["cookies"].items()
    assert name == "__Host-csrf"
    assert (one["secure"], one["path"], one["domain"], one["samesite"]) == (True, "/", "", "Lax")


def test_another_host_s_name_is_not_taken(said) -> None:
    """Else a letter for a forgotten password would lead where whoever asked for it wants."""
    assert said["another host"]["status"] == said["another host at a door"]["status"] == 400


def test_without_https_one_is_led_there(said) -> None:
    assert said["without https"]["status"] == 301
