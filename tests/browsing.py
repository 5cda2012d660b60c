"""A browser without a server: what it asks for is answered by hand, out of pages that were made before or by Django's own
test client."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Route, sync_playwright

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]


def browser_path() -> str | None:
    return next(filter(None, map(shutil.which, [os.environ.get("CHROMIUM", ""), *BROWSERS])), None)


needs_browser = pytest.mark.skipif(
    browser_path() is None and not os.environ.get("CI"),
    reason="there is no browser on this machine (apt-get install chromium)",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield browser
        browser.close()


@contextmanager
def without_its_loop() -> Iterator[None]:
    """Playwright keeps a loop running in this thread; where one runs, Django takes another connection to the database."""
    loop = asyncio._get_running_loop()
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)


TYPES = {
    "css": "text/css",
    "js": "text/javascript",
    "svg": "image/svg+xml",
    "woff2": "font/woff2",
    "png": "image/png",
}


def static_file(route: Route, path: str) -> None:
    """Answers with a file of the house, as it would be served."""
    found = finders.find(path.removeprefix("/static/")) if path.startswith("/static/") else None
    if found is None:
        route.fulfill(status=404, body="")
    else:
        route.fulfill(
            path=found, content_type=TYPES.get(found.rpartition(".")[2], "application/octet-stream")
        )
