"""Classroom, catalogue, dashboard: statements, bytes, requests, and Lighthouse where it runs: `make bench PART=pages`."""

import argparse
import contextlib
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.urls import reverse

from tests import cast
from tests.bench import recording
from tests.bench.anchors import database
from tests.bench.measuring import costs
from tests.counting import statements
from tests.factories import certificates, courses
from tests.mode import ROOT
from tests.processes import collected
from tests.serving import free_port

# The last that runs on Node 18 to 20; newer ones need 22.
LIGHTHOUSE = "12.8.2"
NODE = ROOT / ".local" / "bench-node"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")


def pages(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="make bench PART=pages", description=__doc__)
    parser.add_argument("--without-lighthouse", action="store_true")
    size = parser.parse_args(words)
    conditions = recording.conditions(database())
    certificates.schemes()
    course, ada = courses.small(), cast.person("ada")
    courses.enrolled(ada, course)
    browser = Client()
    browser.force_login(ada)
    addresses = {
        "classroom": reverse("courses:classroom", args=[course.slug]),
        "a lesson": reverse("courses:lesson", args=[course.slug, "l1"]),
        "catalogue": reverse("courses:catalogue"),
        "dashboard": "/desk/",
        "front page, for a visitor": "/",
    }
    rows = [
        (name, *_page(Client() if "visitor" in name else browser, path)) for name, path in addresses.items()
    ]
    said = [
        recording.table(
            (
                "page",
                "statements",
                "HTML, gzipped",
                "styles, scripts, faces: requests",
                "their bytes, gzipped",
                "processor time",
            ),
            rows,
        ),
    ]
    why = "It was left out as asked." if size.without_lighthouse else _why_not()
    if why:
        said.append(f"Lighthouse {LIGHTHOUSE}: {why}")
    else:
        said.append(_lighthouse(addresses, browser))
    recording.write(
        "pages",
        "Pages: `make bench PART=pages`",
        conditions,
        "On a small course of the tests; a browser that comes back asks for none of the styles, scripts and faces again (their names hold their digests).",
        *said,
    )


def _page(browser: Client, path: str) -> tuple[Any, ...]:
    browser.get(path)
    with statements() as said:
        answer = browser.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.status_code == 200, path
    text = (
        gzip.decompress(answer.content).decode()
        if answer.get("Content-Encoding") == "gzip"
        else answer.content.decode()
    )
    names = set(re.findall(rf'(?:href|src)="{settings.STATIC_URL}([^"]+\.(?:css|js|woff2|svg))"', text))
    sizes = [
        len(gzip.compress(Path(found).read_bytes(), 9)) for name in names if (found := finders.find(name))
    ]
    cost = costs({"page": lambda: browser.get(path)}, times=5)["page"]
    return (
        len(said),
        f"{len(answer.content) / 1000:.1f} kB",
        len(names),
        f"{sum(sizes) / 1000:.1f} kB",
        f"{cost * 1000:.1f} ms",
    )


def _why_not() -> str:
    """Why Lighthouse does not run here, in a sentence; empty where it does."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "left out, for there is no node and npm on this machine."
    chrome = shutil.which("chromium") or shutil.which("google-chrome")
    if chrome is None:
        return "left out, for there is no Chromium on this machine."
    NODE.mkdir(parents=True, exist_ok=True)
    if not (NODE / "node_modules" / "lighthouse").exists():
        install = [
            "npm",
            "install",
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
            "--silent",
            f"lighthouse@{LIGHTHOUSE}",
        ]
        if subprocess.run(install, cwd=NODE, check=False, capture_output=True).returncode:
            return "left out, for npm could not fetch it."
    return ""


def _lighthouse(addresses: dict[str, str], browser: Client) -> str:
    port = free_port()
    url = f"http://localhost:{port}"
    known = connection.settings_dict
    database_url = f"sqlite:///{known['NAME']}"
    if connection.vendor == "postgresql":
        database_url = f"postgres://{known['USER']}@{known['HOST'] or '127.0.0.1'}:{known['PORT'] or 5432}/{known['NAME']}"
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            **os.environ,
            "MODE": "demonstration",
            "LOCAL_DIR": folder,
            "DATABASE_URL": database_url,
            "SECRET_KEY": "",
            "PORT": str(port),
        }
        for left in ("SECRET_KEY", "DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER"):
            environment.pop(left, None)
        secrets = Path(folder) / "secrets"
        secrets.mkdir()
        shutil.copy(settings.LOCAL_DIR / "secrets" / "keys.json", secrets / "keys.json")
        run = [sys.executable, "manage.py"]
        (Path(folder) / "static").symlink_to(collected())
        serving = subprocess.Popen(
            [*run, "serve", "--only", "web", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            _answers(url)
            rows = [
                (
                    name,
                    *_scores(f"{url}{path}", "" if "visitor" in name else browser.cookies["sessionid"].value),
                )
                for name, path in addresses.items()
            ]
        finally:
            serving.terminate()
            serving.wait(timeout=20)
    head = (
        "page",
        *CATEGORIES,
        "first contentful paint",
        "largest contentful paint",
        "blocking time",
        "bytes",
    )
    return (
        f"Lighthouse {LIGHTHOUSE}, its slow phone on a slow 4G line, an empty cache:\n\n"
        + recording.table(head, rows)
    )


def _answers(url: str) -> None:
    """Waits until the web server stands."""
    deadline = time.monotonic() + 180
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/health/live", timeout=10) as answer:
            if answer.status == 200:
                return
        if time.monotonic() > deadline:
            raise SystemExit(
                "The web server that Lighthouse is to look at does not stand after three minutes."
            )
        time.sleep(0.5)


def _scores(url: str, session: str) -> tuple[str, ...]:
    headers = json.dumps({"Cookie": f"sessionid={session}"} if session else {})
    command = [
        "node", "node_modules/lighthouse/cli/index.js", url, "--quiet", "--output=json", f"--extra-headers={headers}",
        "--chrome-flags=--headless=new --no-sandbox --disable-dev-shm-usage", f"--only-categories={','.join(CATEGORIES)}",
    ]  # fmt: skip
    environment = {
        **os.environ,
        "CHROME_PATH": shutil.which("chromium") or shutil.which("google-chrome") or "",
    }
    ran = subprocess.run(command, cwd=NODE, env=environment, capture_output=True, text=True, check=False)
    if ran.returncode:
        return (f"it failed: {ran.stderr.strip()[-80:]}",) + ("",) * 7
    told = json.loads(ran.stdout)
    scores = [f"{(told['categories'][one]['score'] or 0) * 100:.0f}" for one in CATEGORIES]
    audits = (
        "first-contentful-paint",
        "largest-contentful-paint",
        "total-blocking-time",
        "total-byte-weight",
    )
    return (*scores, *(told["audits"][one].get("displayValue", "").replace("\u00a0", " ") for one in audits))
