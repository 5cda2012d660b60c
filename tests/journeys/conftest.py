"""The whole way in Chromium, against the product as it is served."""

import contextlib
import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

from tests.databases import templates
from tests.factories import cards
from tests.journeys.institution import Institution
from tests.mode import ROOT
from tests.payments import server
from tests.payments.account import Endpoint

ON_POSTGRESQL = os.environ.get("DATABASE_URL", "").startswith("postgres")
# Apart, so that both may be walked at once.
FOLDER = ROOT / ".local" / "journeys" / ("postgresql" if ON_POSTGRESQL else "sqlite")
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The flags for networking keep Chromium from asking its maker for updates in the midst of a journey.
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

expect.set_options(timeout=60_000)


# Where many meet at once, or much hangs together: with `--on-the-database` only these are walked, for what the others
# show is the same on every database, and each page of theirs is asked for on both by other tests.
ON_THE_DATABASE = {
    "test_breaks",
    "test_invigilating",
    "test_sitting",
    "test_standing",
    "test_whole_way",
}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--on-the-database"):
        return
    left = [item for item in items if "journeys" in item.path.parts and item.path.stem not in ON_THE_DATABASE]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in set(left)]


@pytest.fixture(scope="session", autouse=True)
def _postgres() -> Iterator[None]:
    """On PostgreSQL each institution has a database of its own, made here and dropped here."""
    yield from _own_databases(("shared", "fresh"))


def _own_databases(names: tuple[str, ...]) -> Iterator[None]:
    if not ON_POSTGRESQL:
        yield
        return
    parts = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as connection:
        databases = [f"{parts.path.strip('/')}_{name}" for name in names]
        for database in databases:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{database}"')
        yield
        for database in databases:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def _opened(
    name: str, *, from_nothing: bool = False, environment: dict[str, str] | None = None
) -> Iterator[Institution]:
    folder = FOLDER / name
    if not os.environ.get("JOURNEYS_REUSE"):  # spares a developer the minute of preparation
        shutil.rmtree(folder, ignore_errors=True)
    house = Institution(folder=folder, name=name, environment=environment or {})
    anew = not folder.exists()
    if anew and not from_nothing:
        # What the other tests stand on; preparing it again finds everything there.
        templates().lend("demonstration", to=house.database, folder=folder)
    if anew and name != "shared" and (FOLDER / "shared" / "prepared.json").exists():
        # The database is what has to be empty; a thousand static files are the same everywhere.
        shutil.copytree(
            FOLDER / "shared" / "static", folder / "static", copy_function=os.link, dirs_exist_ok=True
        )
        static = json.loads((FOLDER / "shared" / "prepared.json").read_text())["static"]
        (folder / "prepared.json").write_text(json.dumps({"static": static}))
    house.open()
    yield house
    house.close()


@pytest.fixture(scope="session")
def stripe() -> Iterator[server.Stripe]:
    """Where the shared institution's cards are charged, with a payment page for browsers."""
    with server.serving() as running:
        yield running


@pytest.fixture(scope="session")
def institution(_postgres: None, stripe: server.Stripe) -> Iterator[Institution]:
    """One institution for all journeys; each uses people or objects of its own, and puts the clock back."""
    takes_cards = {
        "STRIPE_SECRET_KEY": stripe.account.key,
        "STRIPE_WEBHOOK_SECRET": cards.SECRET,
        "STRIPE_API_BASE": stripe.url,
    }
    for house in _opened("shared", environment=takes_cards):
        stripe.account.endpoints.append(Endpoint(f"{house.url}/api/payments/stripe/", cards.SECRET))
        yield house


@pytest.fixture
def fresh_institution(_postgres: None) -> Iterator[Institution]:
    """An institution that begins with this journey; where it is a newcomer's, from nothing at all."""
    yield from _opened("fresh", from_nothing=not ON_POSTGRESQL)


@pytest.fixture
def moved_clock(institution: Institution) -> Iterator[Callable[..., None]]:
    """`moved_clock(days=1100)`; afterwards the institution is back in the present."""
    yield institution.move_clock
    institution.move_clock(days=0)


def browser_path() -> str | None:
    return next(filter(None, map(shutil.which, [os.environ.get("CHROMIUM", ""), *BROWSERS])), None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def browser(request: pytest.FixtureRequest, chromium: Browser) -> Iterator[Callable[..., Page]]:
    """`browser("ada")` is a page in a browser of Ada's own; a second call gives her another device.

    `javascript=False` switches scripts off. What a failed journey saw is kept under .local/journeys/.
    """
    contexts: list[tuple[str, BrowserContext]] = []
    house = "fresh_institution" if "fresh_institution" in request.fixturenames else "institution"
    base = request.getfixturevalue(house).url

    def opened(name: str, *, javascript: bool = True, width: int = 1280, height: int = 900) -> Page:
        context = chromium.new_context(
            base_url=base,
            java_script_enabled=javascript,
            viewport={"width": width, "height": height},
            locale="en-GB",
            timezone_id="Europe/Berlin",
        )
        context.set_default_timeout(60_000)
        contexts.append((name, context))
        return context.new_page()

    yield opened
    failed = getattr(request.node, "failed_journey", False)
    for number, (name, context) in enumerate(contexts):
        if failed:
            _keep(context, FOLDER / "failed" / request.node.name, f"{number}-{name}")
        context.close()


def _keep(context: BrowserContext, folder: Path, name: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(context.pages):
        with contextlib.suppress(Error):  # of a page that has crashed there is nothing to keep
            page.screenshot(path=folder / f"{name}-{number}.png", full_page=True)
            (folder / f"{name}-{number}.html").write_text(f"<!-- {page.url} -->\n{page.content()}")


@pytest.fixture
def signs_in(browser: Callable[..., Page], request: pytest.FixtureRequest) -> Callable[..., Page]:
    """`signs_in("eve")` is a page in which Eve of the demonstration has signed in and stands at her desk."""
    house = "fresh_institution" if "fresh_institution" in request.fixturenames else "institution"
    served = request.getfixturevalue(house)
    password = served.password

    def signed_in(name: str, **how) -> Page:
        page = browser(name, **how)
        page.goto("/accounts/login/")
        page.get_by_label("Email").fill(f"{name}@example.org")
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        page.wait_for_url(re.compile("/desk/|/2fa/authenticate/"))
        if "/2fa/" in page.url:
            page.get_by_label("Code").fill(served.code_for(name))
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.wait_for_url("**/desk/")
        return page

    return signed_in


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo):
    report = yield
    if report.when == "call" and report.failed:
        item.failed_journey = True
        for name in ("fresh_institution", "institution"):
            if name in getattr(item, "funcargs", {}):
                report.sections.append(("server log", item.funcargs[name].log()[-4000:]))
    return report
